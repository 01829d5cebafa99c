"""Data classes of a plan: steps run once, parts are kept running."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

# Returns the problem in a sentence for the user; "" when there is none.
ProblemCheck = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Step:
    """A command that must succeed before the parts start."""

    name: str
    doing: str  # shown while it runs
    command: list[str]
    to_see_more: str  # what to do when it failed and its last line is not enough


@dataclass(frozen=True)
class Part:
    """A command that runs until it is stopped and is started again whenever it ends."""

    name: str
    command: list[str]
    stop_within: float  # seconds from SIGTERM to SIGKILL
    # Its first process may notice late, or never, that its only child died; we look ourselves.
    fails_with_child: bool = False


@dataclass(frozen=True)
class Plan:
    """All that a supervisor runs."""

    redis: Part | None  # started before the steps, stopped after everything else
    redis_problem: ProblemCheck
    steps: list[Step]
    ranks: list[list[Part]]  # stopped in this order; the parts of one rank together
    health_problem: ProblemCheck
    # From the lines each step printed, by its name, and the seconds the start took.
    summary: Callable[[dict[str, list[str]], float], str]
