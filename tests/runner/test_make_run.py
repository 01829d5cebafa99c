"""What `make run` starts: the real web server, workers, scheduler and Redis."""

import os
import signal
import socket
import time
from urllib.request import urlopen

import pytest

from testkit.processes.installation import Installation, find_free_port
from testkit.processes.process_list import (
    find_child_pids,
    get_parent_pid,
    get_process_group,
    get_start_time,
)
from testkit.waiting import wait_until

pytestmark = pytest.mark.process
WEB, SCHEDULER, WORKER, REDIS = "gunicorn", "run_scheduler", "dramatiq", "-server"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """An installation that is open; each test leaves it healthy."""
    installation = Installation(tmp_path_factory.mktemp("opened"))
    try:
        installation.until_open()
        yield installation
    finally:
        installation.clear()


def test_the_summary_says_where_things_are(opened):
    summary = opened.printed().partition("The salon is open")[2]
    for fact in (f"http://localhost:{opened.port}/", str(opened.data_dir), "SQLite", "our own"):
        assert fact in summary
    for account in ("owner@aurora.example", "staff@aurora.example", "owner@barber.example"):
        assert account in summary
    assert "practice phone" in summary
    assert opened.printed().count("The salon is open") == 1


def test_each_part_leads_a_process_group_and_two_workers_run(opened):
    leaders = [opened.leader(part) for part in (WEB, SCHEDULER, REDIS)]
    workers = opened.processes.leaders(WORKER)
    assert len({*leaders, *workers}) == 5


@pytest.mark.parametrize("part", [WEB, SCHEDULER, REDIS])
def test_a_part_killed_with_9_is_started_again_within_a_second(opened, part):
    first = opened.leader(part)
    rest = [pid for pid in opened.processes.all() if get_process_group(pid) == first]
    killed = time.clock_gettime(time.CLOCK_BOOTTIME)
    os.kill(first, signal.SIGKILL)
    [again] = wait_until(lambda: set(opened.processes.leaders(part)) - {first})
    assert get_start_time(again) - killed < 1
    assert not set(rest) & set(opened.processes.all())
    wait_until(opened.is_healthy, timeout=30)


def test_a_killed_worker_is_started_again_and_the_other_goes_on(opened):
    killed, other = opened.processes.leaders(WORKER)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(set(opened.processes.leaders(WORKER)) - {killed}) == 2)
    assert other in opened.processes.leaders(WORKER)


@pytest.mark.parametrize("moment", ["while it boots", "while it works"])
def test_a_worker_whose_inner_process_was_killed_is_started_again(opened, moment):
    leader, _ = opened.processes.leaders(WORKER)
    if moment == "while it boots":
        os.kill(leader, signal.SIGKILL)
        wait_until(lambda: leader not in opened.processes.leaders(WORKER))
        leader = max(wait_until(lambda: find_worker_pair(opened.processes.leaders(WORKER))))
    else:
        wait_until(opened.is_healthy, timeout=30)
    [inner] = wait_until(lambda: find_child_pids(leader))
    killed = time.clock_gettime(time.CLOCK_BOOTTIME)
    os.kill(inner, signal.SIGKILL)
    both = wait_until(lambda: find_worker_pair(set(opened.processes.leaders(WORKER)) - {leader}))
    assert get_start_time(max(both, key=get_start_time)) - killed < 1


def find_worker_pair(found):
    """`found` if it holds the two workers, else nothing."""
    return found if len(found) == 2 else None


def test_a_killed_redis_takes_no_other_part_along(opened):
    others = {opened.leader(WEB), opened.leader(SCHEDULER), *opened.processes.leaders(WORKER)}
    os.kill(opened.leader(REDIS), signal.SIGKILL)
    wait_until(lambda: not opened.is_healthy() or opened.processes.leaders(REDIS))
    wait_until(opened.is_healthy, timeout=30)
    assert others <= set(opened.processes.all())


def test_a_second_start_on_the_same_folder_is_refused_in_one_line(opened):
    second = Installation(opened.data_dir.parent)
    refusal = second.refusal()
    assert len(refusal.splitlines()) == 1
    assert f"already running on {opened.data_dir} (process {opened.process.pid})" in refusal


def test_a_busy_port_is_refused_in_one_line(install):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        refusal = install(PORT=str(port)).refusal()
    assert (
        refusal
        == f"PORT {port} on 127.0.0.1 is in use: stop what listens there, or give another PORT.\n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("WORKER_PROCESSES", "0"),
        ("DATABASE_URL", "mysql://localhost/salon"),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("HOST", "203.0.113.1"),
        ("DEBUG", "maybe"),
    ],
)
def test_a_wrong_variable_is_refused_in_one_line_that_names_it(install, name, value):
    [line] = install(**{name: value}).refusal().splitlines()
    assert name in line or "TWILIO_AUTH_TOKEN" in line


def test_a_folder_that_cannot_be_written_is_refused_in_one_line(install, tmp_path):
    (tmp_path / "file").touch()
    [line] = install(DATA_DIR=str(tmp_path / "file" / "data")).refusal().splitlines()
    assert line.startswith("DATA_DIR can't be written")


def test_a_database_that_is_down_stops_the_start_in_one_line(install):
    installation = install(DATABASE_URL=f"postgres://nobody@127.0.0.1:{find_free_port()}/none")
    [said] = installation.refusal().splitlines()
    assert said.startswith("DATABASE_URL can't be opened: ")
    assert "refused" in said
    assert installation.processes.all() == {}


def test_a_stop_leaves_nothing_and_a_second_start_finds_the_data(install):
    first = install()
    first.until_open()
    since = time.monotonic()
    assert first.stop(signal.SIGINT) == 0
    assert time.monotonic() - since < 20
    assert first.processes.all() == {}
    second = install(PORT=first.port)
    second.until_open()
    assert second.stop() == 0


def test_everything_is_gone_after_the_supervisor_was_killed(install):
    installation = install()
    installation.until_open()
    supervisor = get_parent_pid(installation.leader(WEB))
    os.kill(supervisor, signal.SIGKILL)
    assert installation.process.wait(timeout=5) == 1
    assert installation.processes.all() == {}


def test_everything_stops_after_the_guardian_was_killed(install):
    installation = install()
    installation.until_open()
    installation.process.kill()
    wait_until(lambda: not installation.processes.all(), timeout=20)


def test_the_server_answers_without_debug(install):
    """Static files are collected and a Twilio account is there."""
    installation = install(
        DEBUG="0",
        SECRET_KEY="0123456789abcdefghijklmnopqrstuvwxyz",
        TWILIO_ACCOUNT_SID="AC" + "1" * 32,
        TWILIO_AUTH_TOKEN="2" * 32,
        TWILIO_PHONE_NUMBER="+12125550100",
    )
    installation.until_open()
    assert "Twilio +12125550100" in installation.printed()
    assert "owner@aurora.example" not in installation.printed()
    with urlopen(f"http://127.0.0.1:{installation.port}/health/live/", timeout=5) as answer:
        assert answer.status == 200


def test_redis_comes_from_the_wheel_where_there_is_none_on_the_path(install, tmp_path):
    installation = install(PATH=str(tmp_path))
    installation.until_open()
    assert len(installation.processes.leaders("valkey-server")) == 1
