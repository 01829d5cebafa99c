"""Nothing is left behind, whichever process is killed with -9."""

import os
import signal

import pytest

pytestmark = pytest.mark.process
ORDER = ["web", "scheduler", "worker", "worker", "redis"]
ESCAPEES = {"web": ["escapee"], "worker-1": ["escapee"]}


def test_a_killed_supervisor_leaves_nothing(build):
    house = build(ESCAPEES)
    house.until_open()
    os.kill(house.supervisor(), signal.SIGKILL)
    assert house.process.wait(timeout=5) == 1
    assert house.processes.all() == {}
    assert "supervisor was killed" in house.printed()


def test_a_killed_guardian_makes_all_stop_in_order(build):
    house = build()
    house.until_open()
    os.kill(house.guardian(), signal.SIGKILL)
    house.until_empty()
    assert [name.partition("-")[0] for name in house.stopped()] == ORDER


def test_a_killed_process_group_of_the_terminal_makes_all_stop_in_order(build):
    house = build()
    house.until_open()
    os.killpg(house.process.pid, signal.SIGKILL)
    house.until_empty()
    assert [name.partition("-")[0] for name in house.stopped()] == ORDER


def test_guardian_and_supervisor_killed_at_once_leave_nothing(build):
    house = build()
    house.until_open()
    supervisor, guardian = house.supervisor(), house.guardian()
    os.kill(guardian, signal.SIGSTOP)  # so that it can't see the other die first
    os.kill(supervisor, signal.SIGKILL)
    os.kill(guardian, signal.SIGKILL)
    house.until_empty()
    assert len(house.stopped()) == 5


def test_what_left_its_process_group_is_gone_after_a_stop(build):
    house = build(ESCAPEES)
    house.until_open()
    assert house.stop() == 0
    assert house.processes.all() == {}


def test_a_supervisor_that_hangs_is_killed_with_all_its_parts(build):
    house = build(wishes=["hurried"])
    house.until_open()
    os.kill(house.supervisor(), signal.SIGSTOP)
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(timeout=5) == 1
    assert house.processes.all() == {}
