"""A wrong variable stops the start with one line that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from testkit.processes.installation import INSTALLATION_VARIABLES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("EMAIL_URL", "foo", "EMAIL_URL is not an address"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "REDIS_URL does not answer"),
        ("REDIS_URL", "unix:///nowhere/redis.sock", "REDIS_URL does not answer"),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1:1/x", "DATABASE_URL can't be opened"),
        ("DATABASE_URL", "sqlite:////nowhere/db.sqlite3", "DATABASE_URL can't be opened"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL is not an address"),
        ("PORT", "99999", "PORT is '99999'"),
        ("TIME_ZONE", "Mars/Base", "TIME_ZONE is 'Mars/Base'"),
        ("TWILIO_ACCOUNT_SID", "AC1", "TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER is missing"),
    ],
)
def test_is_named_in_one_line(variable, value, said, tmp_path):
    kept = {
        name: text
        for name, text in os.environ.items()
        if not INSTALLATION_VARIABLES.fullmatch(name)
    }
    own = {"DEBUG": "1", "DATA_DIR": str(tmp_path), variable: value}
    done = subprocess.run(
        [sys.executable, "manage.py", "check_environment"],
        cwd=ROOT,
        env={**kept, **own},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    [line] = done.stderr.strip().splitlines()
    assert line.startswith(said)
    assert ":p@" not in line
