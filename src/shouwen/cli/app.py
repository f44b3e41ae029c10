"""The commands, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

import shouwen
from shouwen.cli.assess import assess
from shouwen.cli.check import check
from shouwen.cli.compare import compare
from shouwen.cli.coverage import show_coverage
from shouwen.cli.deadline import deadline
from shouwen.cli.explain import explain
from shouwen.cli.norms import norms
from shouwen.cli.replay import boston, replay
from shouwen.cli.scenarios import run_scenarios
from shouwen.cli.service import demo, manage, serve, worker

app = typer.Typer(
    name="shouwen",
    help="Turn a written service-quality measure into a running service. 首问：让管理办法跑起来。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"shouwen {shouwen.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Turn a written service-quality measure into a running service. 首问：让管理办法跑起来。"""


COMMANDS: dict[str, Callable[..., None]] = {
    "check": check,
    "norms": norms,
    "coverage": show_coverage,
    "test": run_scenarios,
    "explain": explain,
    "replay": replay,
    "assess": assess,
    "compare": compare,
    "deadline": deadline,
    "boston": boston,
    "demo": demo,
    "serve": serve,
    "worker": worker,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
app.command(
    "manage",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)(manage)
