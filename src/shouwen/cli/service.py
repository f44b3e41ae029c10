"""``shouwen serve``, ``demo``, ``worker`` and ``manage``: the service and its processes."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from typing import Annotated

import typer

from shouwen.cli.output import fail

SETTINGS = "shouwen.service.config.settings"


def serve(
    port: Annotated[int, typer.Option(help="Where to listen.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    threads: Annotated[int, typer.Option(help="Requests at once.")] = 8,
) -> None:
    """Run the service on this machine: pages and worker, on DATABASE_URL or the embedded server."""
    _prepare()
    _run(host, port, threads)


def demo(
    port: Annotated[int, typer.Option(help="Where to listen.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    only: Annotated[
        list[str] | None, typer.Option(help="Found only these of the five organisations.")
    ] = None,
    setup_only: Annotated[
        bool, typer.Option("--setup-only", help="Prepare everything and stop.")
    ] = False,
) -> None:
    """Show the service: five organisations with four weeks of history, and a time machine."""
    os.environ["SHOUWEN_DEMO"] = "1"
    _prepare()
    from django.utils import timezone

    from shouwen.service.demo.build import build
    from shouwen.service.demo.houses import PASSWORD
    from shouwen.service.demo.logins import logins
    from shouwen.service.demo.timemachine import begin, shift

    typer.echo("Preparing the demonstration (the first time takes about two minutes) …")
    begin()
    build(timezone.now() + shift(), lambda text: typer.echo(f"  {text}"), only)
    typer.echo("")
    for organisation, people in logins():
        typer.echo(organisation)
        for login in people:
            typer.echo(f"  {login.username:<20} {login.label}")
    typer.echo(f"\n密码 password: {PASSWORD}")
    if not setup_only:
        _run(host, port, threads=8)


def worker() -> None:
    """Run a worker: it looks at clocks that turn amber or expire. Any number may run."""
    _django()
    from shouwen.service.config.worker import work

    work()


def manage(context: typer.Context) -> None:
    """Run a management command of Django, such as migrate, verify_chains or createsuperuser."""
    _django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["shouwen manage", *context.args])


def _django() -> None:
    from shouwen.service.database.addresses import settle

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    # One key for the web process and the worker, where nobody gave one.
    embedded = not os.environ.get("DATABASE_URL")
    if embedded:
        os.environ.setdefault("SHOUWEN_SECRET_KEY", secrets.token_urlsafe(50))
    settle()
    import django

    django.setup()


def _prepare() -> None:
    """The database is there, and its tables are those of this version."""
    _django()
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0)


def web_process(host: str, port: int, threads: int) -> list[str]:
    """The command of one web process that answers so many requests at once."""
    return [
        sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--threads", str(threads),
        "--workers", "1", "--worker-class", "gthread", "--access-logfile", "/dev/null",
        "--log-level", "warning", "shouwen.service.config.wsgi:application",
    ]  # fmt: skip


def _run(host: str, port: int, threads: int) -> None:
    """Web and worker side by side, until one of them ends or someone stops them."""
    if os.name == "nt":
        web = [sys.executable, "-m", "django", "runserver", "--noreload", f"{host}:{port}"]
    else:
        web = web_process(host, port, threads)
    processes = [
        subprocess.Popen(web),
        subprocess.Popen([sys.executable, "-m", "shouwen", "worker"]),
    ]
    typer.echo(f"\nhttp://{host}:{port}/   (Ctrl-C stops it)")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        while all(p.poll() is None for p in processes):
            time.sleep(0.5)
        fail("A process of the service has ended; what it printed above says why.", code=1)
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)
