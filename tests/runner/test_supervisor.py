"""Keeping parts running and stopping them in order, with fake parts."""

import itertools
import os
import signal
import subprocess
import sys
import time

import pytest

from testkit.processes.process_list import get_process_group, get_start_time
from testkit.waiting import wait_until

pytestmark = pytest.mark.process
ORDER = ["web", "scheduler", "worker", "worker", "redis"]


def test_every_part_has_a_process_group_and_session_of_its_own(build):
    house = build()
    house.until_open()
    started = [pid for _, _, pid in house.diary("started")]
    assert [os.getsid(pid) for pid in started] == started
    assert len(started) == 5


@pytest.mark.parametrize("name", ["redis", "web", "scheduler", "worker-1"])
def test_a_part_killed_with_9_is_back_within_a_second(build, name):
    house = build()
    house.until_open()
    [first] = house.started(name)
    killed = time.clock_gettime(time.CLOCK_BOOTTIME)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(house.started(name)) == 2)
    assert get_start_time(house.started(name)[1]) - killed < 1


def test_nothing_of_a_dead_part_lives_when_it_starts_again(build):
    house = build()
    house.until_open()
    [first] = house.started("web")
    [child] = [
        pid for pid in house.processes.all() if get_process_group(pid) == first and pid != first
    ]
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(house.started("web")) == 2)
    assert child not in house.processes.all()


def test_the_other_parts_go_on_while_one_is_started_again(build):
    house = build()
    house.until_open()
    os.kill(house.started("redis")[0], signal.SIGKILL)
    wait_until(lambda: len(house.started("redis")) == 2)
    assert len(house.diary("started")) == 6


def test_a_part_that_keeps_ending_is_started_again_after_a_pause(build):
    house = build({"web": ["brief"]})
    wait_until(lambda: len(house.started("web")) >= 4)
    times = [at for at, name, _ in house.diary("started") if name == "web"]
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(0.5 <= pause < 1.5 for pause in pauses), pauses


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_in_order(build, number):
    house = build()
    house.until_open()
    assert house.stop(number) == 0
    assert [name.partition("-")[0] for name in house.stopped()] == ORDER
    assert house.processes.all() == {}


def test_a_second_interrupt_changes_nothing(build):
    house = build({"web": ["stubborn"]})
    house.until_open()
    house.process.send_signal(signal.SIGINT)
    wait_until(lambda: "stopping" in house.printed())
    assert house.stop(signal.SIGINT) == 0
    assert [name.partition("-")[0] for name in house.stopped()] == ORDER[1:]
    assert house.processes.all() == {}


def test_a_part_that_ignores_the_stop_is_killed(build):
    house = build({name: ["stubborn"] for name in ("redis", "web", "scheduler", "worker-1")})
    house.until_open()
    since = time.monotonic()
    assert house.stop() == 0
    assert time.monotonic() - since < 6
    assert house.stopped() == ["worker-2"]
    assert house.processes.all() == {}


def test_a_failed_step_stops_the_start_with_its_reason(build):
    house = build(wishes=["failing"])
    assert house.process.wait(timeout=10) == 1
    assert house.printed().splitlines()[-1] == "run       | Migrating failed: second (more)"
    assert {name for _, name, _ in house.diary("started")} <= {"redis"}
    assert house.processes.all() == {}


def test_output_that_nobody_reads_holds_up_no_restart(build):
    reader, writer = os.pipe()
    house = build({"web": ["noisy"]}, stdout=writer)
    os.close(writer)
    house.until_open()
    time_to_fill = time.monotonic() + 2
    wait_until(lambda: time.monotonic() > time_to_fill)
    os.kill(house.started("scheduler")[0], signal.SIGKILL)
    wait_until(lambda: len(house.started("scheduler")) == 2, timeout=2)
    assert house.stop() == 0
    os.close(reader)


def test_make_interrupted_alone_stops_all_too(build, tmp_path):
    house = build(launcher=start_make(tmp_path))
    house.until_open()
    assert house.stop(signal.SIGINT) == -signal.SIGINT  # make always dies of its own signal
    assert [name.partition("-")[0] for name in house.stopped()] == ORDER
    assert house.processes.all() == {}


def test_a_killed_make_takes_all_along(build, tmp_path):
    house = build(launcher=start_make(tmp_path))
    house.until_open()
    house.process.kill()
    house.until_empty()
    assert [name.partition("-")[0] for name in house.stopped()] == ORDER


def start_make(folder):
    """A `make run` around the fake house."""
    recipe = f"exec {sys.executable} -m tests.runner.fake_runner {folder} '{{}}'"
    (folder / "Makefile").write_text(f".PHONY: run\nrun:\n\t@{recipe}\n")
    return ["make", "-f", str(folder / "Makefile"), "run"]


def test_lines_carry_the_name_of_their_part(build):
    house = build()
    house.until_open()
    wait_until(lambda: "worker-2  | hello from worker-2\n" in house.printed())
    assert "\x1b[" not in house.printed()


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_it_wants_none(build, monkeypatch, no_color, coloured):
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    leader, terminal = os.openpty()
    house = build(stdout=terminal)
    os.close(terminal)
    house.until_open()
    shown = os.read(leader, 100)
    assert (b"\x1b[" in shown) is coloured
    os.close(leader)


def test_a_closed_terminal_does_not_hold_up_the_stop(build):
    leader, terminal = os.openpty()
    house = build(stdout=terminal)
    os.close(terminal)
    house.until_open()
    os.close(leader)
    assert house.stop(signal.SIGHUP) == 0
    assert [name.partition("-")[0] for name in house.stopped()] == ORDER


def test_nohup_is_respected(build, tmp_path):
    house = build(
        launcher=["nohup", sys.executable, "-m", "tests.runner.fake_runner", str(tmp_path), "{}"]
    )
    house.until_open()
    house.process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        house.process.wait(timeout=1)
    assert house.stop() == 0
