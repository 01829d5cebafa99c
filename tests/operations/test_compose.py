"""docker-compose.yml, .env.example and the Dockerfile say nothing that the program doesn't know."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from booking_api.settings import ENV
from core.environment import Environment
from operations import healthcheck
from runner.configuration import ROOT
from runner.parts import WORKER_GRACE
from web.importing import uploads

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "scheduler"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
KNOWN = set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "core" / "environment.py").read_text()))
OF_COMPOSE = {"POSTGRES_PASSWORD", "PUBLISH"}  # read by docker-compose.yml itself


def example():
    """{name: value} of .env.example, those that are commented out included."""
    text = (ROOT / ".env.example").read_text()
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", text, re.MULTILINE))


def seconds(text):
    return int(text.removesuffix("s"))


@pytest.mark.parametrize("name", OURS)
def test_a_container_sets_only_variables_that_are_read(name):
    assert set(SERVICES[name]["environment"]) <= KNOWN


@pytest.mark.parametrize("name", OURS)
def test_debug_is_off(name):
    assert SERVICES[name]["environment"]["DEBUG"] == "0"


def image_settings():
    """{name: value} of the image's own environment."""
    [line] = [line for line in DOCKERFILE.splitlines() if "DEBUG=0" in line]
    return dict(word.split("=") for word in shlex.split(line)[1:])


def test_the_image_sets_only_variables_that_are_read_and_debug_off():
    settings = image_settings()
    python = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    assert settings["DEBUG"] == "0"
    assert set(settings) - python <= KNOWN


def test_the_example_names_only_variables_that_are_read():
    assert set(example()) <= KNOWN | OF_COMPOSE


def test_the_example_names_what_a_server_needs():
    """With the empty ones filled in, the environment is complete; without any of them it isn't."""
    given = {name: value for name, value in example().items() if value}
    needed = ["SECRET_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_PHONE_NUMBER"]
    filled = dict.fromkeys(needed, "0123456789abcdefghijklmnopqrstuvwxyz") | {
        "TWILIO_PHONE_NUMBER": "+12125550100"
    }
    complete = Environment({"DEBUG": "0", **given, **filled})
    assert complete.secret_key
    assert not complete.twilio.is_practice
    assert complete.email_url
    empty = {name for name, value in example().items() if not value}
    assert empty == {*needed, "POSTGRES_PASSWORD", "ALLOWED_HOSTS"}


def test_every_variable_compose_asks_for_is_in_the_example():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert asked <= set(example())
    assert asked >= OF_COMPOSE


@pytest.mark.parametrize("name", ["migrate", "worker", "scheduler"])
def test_a_container_runs_a_command_that_exists(name):
    python, manage, command, *_ = SERVICES[name]["command"]
    assert (python, manage) == ("python", "manage.py")
    assert command in get_commands()


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_a_service_that_stays_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_a_part_is_asked_whether_it_lives(name):
    *module, part = SERVICES[name]["healthcheck"]["test"][1:]
    assert module == ["python", "-m", "operations.healthcheck"]
    assert part == name
    assert part in healthcheck.CHECKS


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_a_part_waits_for_the_migrations_and_for_redis(name):
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "redis": {"condition": "service_healthy"},
    }


def test_migrations_run_once_when_the_database_answers():
    migrate = SERVICES["migrate"]
    assert migrate["restart"] == "no"
    assert migrate["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_a_worker_has_time_to_record_the_text_it_sends():
    [told] = [w for w in SERVICES["worker"]["command"] if w.startswith("--worker-shutdown-timeout")]
    grace = int(told.partition("=")[2]) / 1000
    assert grace >= WORKER_GRACE
    assert seconds(SERVICES["worker"]["stop_grace_period"]) > grace + 1


def test_redis_keeps_all_it_is_given():
    command = SERVICES["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert SERVICES["redis"]["volumes"] == ["queue:/data"]


def test_only_the_web_server_is_published_and_only_on_this_machine():
    published = {name: s["ports"] for name, s in SERVICES.items() if "ports" in s}
    assert published == {"web": ["${PUBLISH:-127.0.0.1:8000}:8000"]}


@pytest.mark.parametrize("name", OURS)
def test_a_container_can_do_little_harm(name):
    assert SERVICES[name]["read_only"]
    assert SERVICES[name]["init"]
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]
    assert DOCKERFILE.rstrip().rpartition("USER ")[2].startswith("10001")


def test_old_and_new_compose_can_read_it():
    assert set(COMPOSE) == {"x-program", "services", "volumes"}  # 1.29 refuses `name`


def test_the_image_is_built_once():
    """A Compose that builds at once fails at the second image of the same name."""
    assert [name for name, service in SERVICES.items() if "build" in service] == ["migrate"]
    assert {SERVICES[name]["image"] for name in OURS} == {"salon-booking"}


def test_the_web_server_can_store_what_is_uploaded():
    """Its file system is read-only but for what is mounted; the user is the image's own."""
    folder = Path(image_settings()["DATA_DIR"]) / uploads.get_uploads_folder().relative_to(
        ENV.data_dir
    )
    options = dict(mount.partition(":")[::2] for mount in SERVICES["web"]["tmpfs"])
    uid, gid = DOCKERFILE.rpartition("USER ")[2].split()[0].split(":")
    assert options["/tmp"] == ""
    assert options[str(folder)].split(",") == [f"uid={uid}", f"gid={gid}", "mode=700"]


def test_every_room_is_in_the_image():
    """What INSTALLED_APPS, the server and the commands import is not left out."""
    kept = {
        line[1:].rstrip("/")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    rooms = set(
        tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
            "root_packages"
        ]
    )
    assert rooms - {"runner"} <= kept  # Compose supervises, in the runner's place
    assert {"manage.py", "requirements.txt"} <= kept


def test_no_data_and_no_secret_gets_into_the_image():
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_server_is_of_the_release_whose_client_tools_the_image_has():
    """Debian 12 comes with PostgreSQL 15."""
    assert "ARG BASE=python:3.11-slim-bookworm" in DOCKERFILE
    assert SERVICES["db"]["image"] == "postgres:15-bookworm"


def test_every_part_of_the_image_is_built_on_the_base_that_was_given():
    froms = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(froms) == {"${BASE}"}


def test_files_the_image_copies_are_there():
    named = re.findall(r"^COPY ((?!--from)[^\n]+)", DOCKERFILE, re.MULTILINE)
    files = [Path(word) for line in named for word in line.split()[:-1]]
    assert files
    assert [path for path in files if not (ROOT / path).exists()] == []
