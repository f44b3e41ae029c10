"""The service on a server that is reached by an address, set up as the documents say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import yaml

from shouwen.service.database import embedded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """An empty server, and the address of its superuser."""
    found = embedded.start(tmp_path_factory.mktemp("server"), database="unused", careless=True)
    return re.sub(r"//[^@]+@", "//postgres@", found.owner)


def run(*arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "shouwen", *arguments], cwd=ROOT, text=True, capture_output=True,
        env={**os.environ, "SHOUWEN_SECRET_KEY": "k" * 50, **environment}, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.timeout(180)
def test_the_documented_roles_and_commands_make_a_database_the_service_can_use(server):
    """The statements are those of docs/howto/run-the-service.md."""
    page = (ROOT / "docs/howto/run-the-service.md").read_text("utf-8")
    statements = re.search(r"```sql\n(.*?)```", page, re.S)
    assert statements is not None
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements.group(1).strip().split(";\n"):
            # The embedded server has made roles of these names for itself.
            named = statement.replace("shouwen_", "told_").replace(
                "DATABASE shouwen", "DATABASE told"
            )
            connection.execute(named.rstrip(";"))  # type: ignore[call-overload]
    base = server.replace("/unused", "/told")
    addresses = {
        "DATABASE_URL": base.replace("postgres@", "told_service:%E2%80%A6@"),
        "DATABASE_OWNER_URL": base.replace("postgres@", "told_owner:%E2%80%A6@"),
    }
    for _ in range(2):
        run("manage", "migrate", "--database", "owner", **addresses)
    run("manage", "check", "--deploy", **addresses)
    with psycopg.connect(addresses["DATABASE_URL"], autocommit=True) as connection:
        found = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles "
                                   "WHERE rolname = current_user").fetchone()  # fmt: skip
        assert found == (False, False)
        connection.execute("INSERT INTO tenancy_organisation (code, name, name_en, zone, is_active)"
                           " VALUES ('one', '甲', '', 'Asia/Shanghai', true)")  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM audit_logentry")


def test_the_files_for_deployment_start_what_there_is():
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))
    assert compose["services"]["worker"]["command"] == ["shouwen", "worker"]
    assert set(compose["services"]) == {"database", "migrate", "web", "worker"}
    for name in ("web", "worker"):
        unit = (ROOT / f"deploy/shouwen-{name}.service").read_text("utf-8")
        assert "EnvironmentFile=" in unit
    assert "DATABASE_OWNER_URL" not in compose["services"]["web"]["environment"]
