"""Dump and load of a PostgreSQL database by its own client tools."""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

DATA_NAME = "database.pgdump"
PORTABLE_OPTIONS = ["--no-owner", "--no-privileges"]  # whoever restores owns it


class ToolFailed(Exception):
    """A client tool is missing or failed; the message is for the operator."""


def dump(connection: BaseDatabaseWrapper, to: Path) -> None:
    """Dump the database as of now without blocking anybody.

    Raises:
        ToolFailed: `pg_dump` did.
    """
    command = [find_client_tool("pg_dump"), "--format=custom", *PORTABLE_OPTIONS, f"--file={to}"]
    with tempfile.TemporaryFile() as errors:
        run = subprocess.run(  # noqa: S603 - a fixed command
            command, env=build_client_environment(connection), stderr=errors, check=False
        )
        if run.returncode:
            raise ToolFailed(f"pg_dump failed: {read_last_line(errors)}")


def load(connection: BaseDatabaseWrapper, data: Path) -> str:
    """Replace the present tables by those in `data`, in one transaction.

    Raises:
        ToolFailed: nothing was changed.
    """
    drop = build_drop_option(connection)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL's has one
    read = [
        find_client_tool("pg_restore"),
        "--no-comments",
        *PORTABLE_OPTIONS,
        "--exit-on-error",
        "--file=-",
        str(data),
    ]
    write = [find_client_tool("psql"), "--no-psqlrc", "--quiet", "--single-transaction"]
    write += ["--set=ON_ERROR_STOP=1", "--output=/dev/null", *drop, "--file=-"]
    with tempfile.TemporaryFile() as errors:
        run_restore_pipeline(read, write, build_client_environment(connection), errors)
    return ""


def run_restore_pipeline(
    read: list[str], write: list[str], env: dict[str, str], errors: IO[bytes]
) -> None:
    """Run `write` on what `read` prints. When `read` fails, `write` must not get to its commit."""
    reader = subprocess.Popen(read, stdout=subprocess.PIPE, stderr=errors)  # noqa: S603 - a fixed command
    writer = subprocess.Popen(write, stdin=subprocess.PIPE, stderr=errors, env=env)  # noqa: S603 - a fixed command
    source, sink = reader.stdout, writer.stdin
    assert source is not None and sink is not None  # noqa: PT018, S101 - we asked for pipes
    with suppress(BrokenPipeError):  # the writer ended early; its error is read below
        shutil.copyfileobj(source, sink)
        if reader.wait() != 0:
            writer.kill()  # while its input is open it has not committed
        sink.close()
    source.close()
    failed = [reader.wait(), writer.wait()] != [0, 0]
    if failed:
        raise ToolFailed(f"the restore failed and nothing was changed: {read_last_line(errors)}")


def build_drop_option(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the option of `psql` that drops the program's own tables, if there are any."""
    names = set(connection.introspection.django_table_names(only_existing=True))
    names |= {MigrationRecorder.Migration._meta.db_table} & set(
        connection.introspection.table_names()
    )
    quoted = ", ".join(connection.ops.quote_name(name) for name in sorted(names))
    return [f"--command=DROP TABLE {quoted} CASCADE"] if quoted else []


def find_client_tool(name: str) -> str:
    """Return the path of a client tool.

    Raises:
        ToolFailed: it is not installed.
    """
    if found := shutil.which(name):
        return found
    raise ToolFailed(
        f"{name} is missing: install PostgreSQL's client tools of the server's version"
        " (on Debian: apt-get install postgresql-client)."
    )


def build_client_environment(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the environment with the database's address, which `ps` does not show."""
    settings = connection.settings_dict
    _, options = connection.client.settings_to_cmd_args_env(settings, [])
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGDATABASE": "NAME"}
    where = {variable: str(settings[key]) for variable, key in names.items() if settings[key]}
    quiet = {"PGOPTIONS": "-c client_min_messages=warning"}
    return {**os.environ, **where, **quiet, **(options or {})}


def read_last_line(errors: IO[bytes]) -> str:
    """Return the last line a tool printed."""
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it printed no reason"
