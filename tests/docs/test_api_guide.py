"""The examples of docs/api.md are run as they stand; their answers have the shape that is shown."""

import json
import os
import shutil
import subprocess

from core.api.pagination import BoundedPagination
from tests.docs.markdown import API
from user.models import ExtendedUser

# Words by which programs tell answers apart: they must be the ones shown.
TELLING = {"code", "kind", "channel", "status", "reason", "version", "comment", "offset_minutes"}
SEPARATOR = "-- the next example --"


def examples():
    """(script, the answer shown or None) in the order of the page."""
    found = []
    for block in API.blocks():
        if block.language == "sh":
            found.append((block.text, None))
        else:
            assert found[-1][1] is None, "an answer without an example before it"
            found[-1] = (found[-1][0], block)
    return found


def run(scripts, url, password):
    """What each script printed; they share one shell, as a reader's terminal does."""
    text = f"\necho\necho '{SEPARATOR}'\n".join(scripts)
    text = text.replace("http://localhost:8000", url)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        env={"PATH": os.environ["PATH"], "DEMO_PASSWORD": password},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return [part.strip() for part in done.stdout.split(SEPARATOR)]


def assert_like(real, shown, where=""):
    """`real` has the fields, types and telling words of `shown`."""
    assert type(real) is type(shown), f"{where}: {real!r} is shown as {shown!r}"
    if isinstance(shown, dict):
        assert set(real) == set(shown), where
        for name in shown:
            assert_like(real[name], shown[name], f"{where}.{name}")
            assert name not in TELLING or real[name] == shown[name], f"{where}.{name}"
    if isinstance(shown, list):
        assert len(real) == len(shown), where
        for number, pair in enumerate(zip(real, shown, strict=True)):
            assert_like(*pair, f"{where}.{number}")


def check_answer(printed, shown):
    """Raise unless `printed` is the `shown` block: word by word, or in its shape if it is JSON."""
    if shown.language == "json":
        assert_like(json.loads(printed), json.loads(shown.text))
    else:
        assert printed == shown.text.strip()


def test_every_example_answers_what_the_guide_shows(live_server, aurora):
    assert shutil.which("curl"), "the examples of docs/api.md need curl"
    ExtendedUser.objects.create_user(
        "owner@aurora.example", "demo-password", name="Olivia", salon=aurora, is_owner=True
    )
    scripts = [script for script, _ in examples()]
    answers = run(scripts, live_server.url, "demo-password")
    compared = 0
    for (script, shown), printed in zip(examples(), answers, strict=True):
        if shown is None:
            continue
        try:
            check_answer(printed, shown)
        except (AssertionError, ValueError) as error:
            raise AssertionError(f"{error}\nprinted by\n{script}\n{printed}") from error
        compared += 1
    assert compared >= 8


def test_the_largest_page_is_told():
    assert f"up to {BoundedPagination.max_page_size}" in API.section("Lists")
