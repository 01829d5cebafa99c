"""Harms the parts of one installation, a different one each time, until told to stop."""

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from random import Random

import redis

from testkit.processes.installation import Installation

FROZEN_SECONDS = (
    40.0  # seconds; longer than a worker may be silent before its messages go to others
)


class FaultInjector(threading.Thread):
    """Kills a worker every `pause` seconds, and Redis `redis_harms` times within `seconds`.

    Each third time the scheduler dies too; once, a worker is frozen and thawed again.
    """

    def __init__(
        self,
        installation: Installation,
        *,
        random: Random,
        pause: float,
        seconds: float,
        redis_harms: int,
    ) -> None:
        super().__init__(daemon=True)
        self.installation, self.random, self.pause = installation, random, pause
        self.done: Counter[str] = Counter()
        self.stopped = threading.Event()
        self.ends = time.monotonic() + seconds
        step = seconds / (redis_harms + 1)
        self.redis_at = [time.monotonic() + step * (n + 1) for n in range(redis_harms)]

    def run(self) -> None:
        turn = 0
        while time.monotonic() < self.ends and not self.stopped.wait(self.pause):
            turn += 1
            self.harm_worker(turn)
            if turn % 3 == 0:
                self.kill("scheduler", "run_scheduler")
            if self.redis_at and time.monotonic() >= self.redis_at[0]:
                self.redis_at.pop(0)
                self.harm_redis()

    def harm_worker(self, turn: int) -> None:
        """Kill one; the second time freeze one instead."""
        if turn == 2:
            self.freeze()
        else:
            self.kill("worker", "dramatiq")

    def kill(self, what: str, word: str) -> None:
        """kill -9 of one process group that runs `word`."""
        leaders = self.installation.processes.leaders(word)
        if leaders:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.random.choice(leaders), signal.SIGKILL)
                self.done[f"{what} killed"] += 1

    def freeze(self) -> None:
        """SIGSTOP for longer than the heartbeat, then SIGCONT."""
        leaders = self.installation.processes.leaders("dramatiq")
        if not leaders:
            return
        frozen = self.random.choice(leaders)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(frozen, signal.SIGSTOP)
            self.done["worker frozen"] += 1
        thaw = threading.Timer(FROZEN_SECONDS, self.thaw, [frozen])
        thaw.daemon = True
        thaw.start()

    def thaw(self, group: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGCONT)

    def harm_redis(self) -> None:
        """Empty it, or kill it; it comes back by itself."""
        if self.done["redis emptied"] <= self.done["redis killed"]:
            socket = self.installation.data_dir / "redis.sock"
            with contextlib.suppress(redis.RedisError):
                redis.Redis.from_url(f"unix://{socket}?db=0").flushall()
                self.done["redis emptied"] += 1
        else:
            self.kill("redis", "redis-server")
