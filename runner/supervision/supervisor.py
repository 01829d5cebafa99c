"""The supervisor: it starts a plan, keeps every part running and stops all in order."""

import asyncio
import contextlib
import os
import signal
import time

from runner.plan import Part, Plan, ProblemCheck, Step
from runner.supervision.output import Output
from runner.supervision.process import ChildProcesses, Process

TICK_INTERVAL = 0.2  # seconds
# A part is started again at once; one that had lived for less than SHORT_LIFE after a pause.
SHORT_LIFE = 5.0  # seconds
RESTART_PAUSE = 0.5  # seconds
WAIT_REPORT_INTERVAL = 30.0  # seconds between two lines about what the start still waits for


class StartFailed(Exception):
    """The installation can't be started; the message is for the user."""


class Supervisor:
    """Run `plan` with `environment` until SIGTERM, SIGINT or SIGHUP, or until its parent dies.

    Create it inside the process that becomes the parts' parent; call `run` once.
    """

    def __init__(self, plan: Plan, environment: dict[str, str], output: Output) -> None:
        self._plan = plan
        self._environment = environment
        self._output = output
        self._parent = os.getppid()
        self._kept: dict[str, SupervisedProcess] = {}
        self._step: Process | None = None

    async def run(self) -> int:
        """Run until stopped; return the exit status: 1 when the start failed, else 0."""
        self._stop_requested = asyncio.Event()
        self._children = ChildProcesses(self._environment)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._request_stop)
        tick = asyncio.create_task(self._tick())
        outcome = await self._live_until_stop()
        await self._stop_all()
        tick.cancel()
        return self._report(outcome)

    async def _live_until_stop(self) -> BaseException | None:
        """Return the error that ended the start early, if any."""
        life = asyncio.create_task(self._live())
        stop = asyncio.create_task(self._stop_requested.wait())
        await asyncio.wait({life, stop}, return_when=asyncio.FIRST_COMPLETED)
        life.cancel()
        [outcome] = await asyncio.gather(life, return_exceptions=True)
        return outcome

    def _report(self, outcome: BaseException | None) -> int:
        """Print the last line and return the exit status. A bug of our own is raised."""
        failed = isinstance(outcome, StartFailed)
        self._output.print_own(str(outcome) if failed else "stopped")
        self._output.close()
        if isinstance(outcome, Exception) and not failed:
            raise outcome
        return 1 if failed else 0

    async def _live(self) -> None:
        """Start everything, print the summary, then wait until cancelled."""
        started = time.monotonic()
        if self._plan.redis is not None:
            self._keep(self._plan.redis)
            await self._wait_until_solved(self._plan.redis_problem)
        printed = {step.name: await self._run_step(step) for step in self._plan.steps}
        for part in (part for rank in self._plan.ranks for part in rank):
            self._keep(part)
        await self._wait_until_solved(self._plan.health_problem)
        self._output.block(self._plan.summary(printed, time.monotonic() - started))
        await asyncio.Event().wait()

    def _keep(self, part: Part) -> None:
        self._kept[part.name] = SupervisedProcess(part, self._children, self._output)

    async def _run_step(self, step: Step) -> list[str]:
        """Run `step` to its end; returns what it printed. Its warnings are shown.

        Raises:
            StartFailed: it failed; its last line gives the reason.
        """
        printed: list[str] = []
        warned: list[str] = []
        self._output.print_own(f"{step.doing} …")
        self._step = self._children.start(step.command, printed.append, warned.append)
        await self._step.ended.wait()
        await self._step.kill_rest()
        if self._step.status != 0:
            lines = [line for line in printed + warned if line.strip()] or [f"{self._step.status}"]
            raise StartFailed(f"{step.doing} failed: {lines[-1]} ({step.to_see_more})")
        for line in warned:
            self._output.line(step.name, line)
        return printed

    async def _wait_until_solved(self, problem: ProblemCheck) -> None:
        """Wait until `problem` is gone; print it every `WAIT_REPORT_INTERVAL` seconds."""
        reported = time.monotonic()
        while text := await problem():
            if time.monotonic() - reported > WAIT_REPORT_INTERVAL:
                reported = time.monotonic()
                self._output.print_own(f"still waiting: {text}")
            await asyncio.sleep(TICK_INTERVAL)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_INTERVAL)
            self._output.flush()
            if os.getppid() != self._parent and not self._stop_requested.is_set():
                self._output.print_own("the guardian process was killed")
                self._request_stop()

    def _request_stop(self) -> None:
        again = self._stop_requested.is_set()
        self._output.print_own("still stopping …" if again else "stopping, within 20 seconds …")
        self._stop_requested.set()

    async def _stop_all(self) -> None:
        """Stop one rank after the other, Redis last."""
        if self._step is not None:
            await self._step.stop(within=1.0)
        redis = [self._plan.redis] if self._plan.redis else []
        for rank in (*self._plan.ranks, redis):
            kept = [self._kept[part.name] for part in rank if part.name in self._kept]
            await asyncio.gather(*(part.stop() for part in kept))


class SupervisedProcess:
    """A part that is started again whenever it ends, until `stop`."""

    def __init__(self, part: Part, children: ChildProcesses, output: Output) -> None:
        self._part = part
        self._children = children
        self._output = output
        self._process: Process | None = None
        self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while True:
            started = time.monotonic()
            try:
                await self._run_once()
            except OSError as error:  # no memory, no free process id: it may pass
                self._output.print_own(f"{self._part.name} can't be started: {error}")
            if time.monotonic() - started < SHORT_LIFE:
                await asyncio.sleep(RESTART_PAUSE)

    async def _run_once(self) -> None:
        process = self._process = self._children.start(self._part.command, self._line)
        while process.status is None and not self._has_failed(process):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.ended.wait(), TICK_INTERVAL)
        self._output.print_own(
            f"{self._part.name} ended ({describe_ending(process)}), starting it again"
        )
        await process.kill_rest()

    def _has_failed(self, process: Process) -> bool:
        return self._part.fails_with_child and process.has_lost_its_child()

    async def stop(self) -> None:
        """Stop it for good; returns when nothing of it is left."""
        self._keeping.cancel()
        [outcome] = await asyncio.gather(self._keeping, return_exceptions=True)
        if self._process is not None:
            await self._process.stop(self._part.stop_within)
        if isinstance(outcome, Exception):
            raise outcome

    def _line(self, text: str) -> None:
        self._output.line(self._part.name, text)


def describe_ending(process: Process) -> str:
    """Return how a process ended, in words."""
    if process.status is None:
        return "its child died"
    status = process.status
    return f"exit status {status}" if status >= 0 else signal.Signals(-status).name
