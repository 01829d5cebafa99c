"""What came of one storm, and whether that is right and fast enough."""

from collections import Counter
from dataclasses import dataclass

from benchmarks.storm.background_requests import BackgroundRequests
from testkit import report
from testkit.quick_provider import ReceivedMessage

GOAL_THREADS, GOAL_RATE, GOAL_SECONDS = 8, 68.0, 150.0
HEADINGS = [
    "database", "threads", "due within s", "accepted", "missing", "doubled", "wrong",
    "all after s", "a second", "late p50 s", "p99 s", "GET p50 ms", "p99 ms", "POST p50 ms",
    "p99 ms", "workers' CPU ms a text",
]  # fmt: skip


@dataclass
class StormResult:
    """What came of one storm."""

    database: str
    threads: int
    window: float  # seconds
    first: float  # when the first reminder was due, in seconds since 1970
    expected: dict[tuple[str, str], float]  # number and text → when it was due
    texts: list[ReceivedMessage]
    states: dict[str, int]
    visitors: BackgroundRequests
    cores: dict[str, float]

    def __post_init__(self) -> None:
        counts = Counter((text.to, text.body) for text in self.texts)
        self.wrong = sum(n for text, n in counts.items() if text not in self.expected)
        self.doubled = sum(n - 1 for text, n in counts.items() if text in self.expected)
        self.missing = len(self.expected.keys() - counts.keys())
        at = [(text.at, self.expected.get((text.to, text.body), text.at)) for text in self.texts]
        self.late = [came - due for came, due in at] or [float("nan")]
        self.seconds = max((came for came, _ in at), default=float("inf")) - self.first
        self.rate = len(self.texts) / self.seconds

    def is_right(self) -> bool:
        """Whether each text went out once and each row says so."""
        told = self.states == {"sent": len(self.expected)}
        return told and not (self.missing or self.doubled or self.wrong or self.visitors.errors)

    def is_met(self) -> bool:
        fast = self.rate >= GOAL_RATE and self.seconds <= GOAL_SECONDS * len(self.expected) / 10_000
        return self.is_right() and (fast or self.threads != GOAL_THREADS)

    def words(self) -> str:
        """One line on how it went."""
        goal = "met" if self.is_met() else "MISSED"
        said = f"{self.database}, {self.threads} threads: {self.rate:.1f} a second; goals {goal}"
        more = "" if self.is_right() else f"; rows {self.states}, {self.visitors.errors[:3]}"
        return f"{said}; {report.describe_load()}{more}"

    def row(self) -> list[object]:
        web = self.visitors.milliseconds
        asked = [
            report.RoundedNumber(report.compute_percentile(web[method], percent), 0)
            for method in ("GET", "POST")
            for percent in (50, 99)
        ]
        return [
            self.database,
            self.threads,
            report.RoundedNumber(self.window, 0),
            len(self.texts),
            *(self.missing, self.doubled, self.wrong),
            report.RoundedNumber(self.seconds),
            report.RoundedNumber(self.rate),
            *(
                report.RoundedNumber(report.compute_percentile(self.late, percent))
                for percent in (50, 99)
            ),
            *asked,
            report.RoundedNumber(self.cores["workers"] * self.seconds / len(self.texts) * 1000),
        ]
