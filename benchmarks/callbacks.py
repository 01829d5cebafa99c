"""150 signed receipts a second for a minute: how fast the web takes them, and whether one is lost.

    python -m benchmarks.callbacks [--quick] [--rate 150] [--seconds 60] [--database SQLite]

Starts what `make run` starts. Each text of the ledger gets two receipts, of the words "sent" and
"delivered", in any order, some twice; a third of the texts were of unknown fate before. They are
posted at planned moments, each on a connection of its own, whatever the answers take, and a
receipt's milliseconds count from its planned moment. Exit status 1 when one in a hundred takes
longer than a second, one is not answered 200, or a text ends in another state than it should.
"""

import asyncio
import time
from argparse import Namespace
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

from benchmarks import cpu, databases, house, report
from benchmarks.inside import ACCOUNT
from benchmarks.quick_provider import QuickProvider
from chaos.provider import signature
from tests.runner.installations import free_port

GOAL = 1000.0  # milliseconds, for 99 of 100
LONGEST = 60.0  # seconds an answer may take
PAIRS = [("sent", "delivered")] * 8 + [("sent", "sent"), ("delivered", "delivered")]
HEADINGS = [
    "database", "texts", "receipts", "p50 ms", "p99 ms", "slowest ms", "not 200",
    "wrong states", "goals",
]  # fmt: skip


@dataclass(frozen=True)
class Receipt:
    """What the provider says of the text `number`."""

    number: int
    status: str


def main() -> None:
    """Read the options and run."""
    parser = report.parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="for 10 seconds")
    parser.add_argument("--rate", type=int, default=150, help="receipts a second")
    parser.add_argument("--seconds", type=int)
    databases.add_option(parser)
    options = parser.parse_args()
    options.seconds = options.seconds or (10 if options.quick else 60)
    report.run("Receipts", lambda: measure(options))


def measure(options: Namespace) -> bool:
    """Measure on each database and print it; whether the goals were met."""
    results = {name: on(name, options) for name in databases.chosen(options.database)}
    print(report.table(HEADINGS, [row(*item) for item in results.items()]))
    print("\nCores kept busy:\n")
    print(cpu.table(["database"], [([name], r["cores"]) for name, r in results.items()]))
    print(f"\n{report.load()} at the end")
    return all(is_met(result) for result in results.values())


def on(database: str, options: Namespace) -> dict[str, Any]:
    """One run on a fresh installation."""
    port = str(free_port())
    address = f"http://127.0.0.1:{port}"
    receipts = planned(options.rate * options.seconds // 2)
    with (
        QuickProvider() as provider,
        databases.environment(database) as of_database,
        house.opened(
            provider, PORT=port, PUBLIC_URL=address, **house.SERVER, **of_database
        ) as installation,
    ):
        texts = len(receipts) // 2
        codes = house.call(installation, "benchmarks.callbacks_inside:fill", texts=texts)
        meter = cpu.Meter({provider.pid: "provider"})
        answers = asyncio.run(Poster(int(port), address, codes).post(receipts, options.rate))
        cores = meter.cores()
        found = house.call(installation, "benchmarks.callbacks_inside:states")
        wrong = {n: state for n, state in expected(receipts).items() if found[n] != state}
        return {"texts": texts, "answers": answers, "wrong": wrong, "cores": cores}


def planned(texts: int) -> list[Receipt]:
    """Two receipts of each text, in any order."""
    dice = Random(1)
    receipts = [
        Receipt(number, status) for number in range(texts) for status in PAIRS[number % len(PAIRS)]
    ]
    dice.shuffle(receipts)
    return receipts


def expected(receipts: list[Receipt]) -> dict[int, str]:
    """The state each text must end in: "delivered" wins over "sent", whichever came first."""
    return {
        receipt.number: "delivered" if receipt.number in delivered else "sent"
        for delivered in [{each.number for each in receipts if each.status == "delivered"}]
        for receipt in receipts
    }


class Poster:
    """The provider's side: posts receipts to an installation at `address`."""

    def __init__(self, port: int, address: str, codes: list[str]) -> None:
        self.port, self.address, self.codes = port, address, codes

    async def post(self, receipts: list[Receipt], rate: int) -> list[tuple[int, float]]:
        """The HTTP status (0: none) of each and its milliseconds, `rate` of them a second."""
        requests = [self.request(receipt) for receipt in receipts]
        began = time.monotonic() + 1
        async with asyncio.TaskGroup() as tasks:
            started = []
            for number, request in enumerate(requests):
                planned = began + number / rate
                await asyncio.sleep(max(planned - time.monotonic(), 0))
                started.append(tasks.create_task(self.answer(request, planned)))
        return [task.result() for task in started]

    async def answer(self, request: bytes, planned: float) -> tuple[int, float]:
        try:
            async with asyncio.timeout(LONGEST):
                status = await self.status(request)
        except (OSError, TimeoutError):
            status = 0
        return status, (time.monotonic() - planned) * 1000

    async def status(self, request: bytes) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            words = (await reader.readline()).split()
            return int(words[1]) if len(words) > 1 else 0
        finally:
            writer.close()

    def request(self, receipt: Receipt) -> bytes:
        """The bytes of one signed request."""
        path = f"/webhooks/twilio/status/{self.codes[receipt.number]}/"
        form = {
            "MessageSid": f"SM{receipt.number:032}",
            "MessageStatus": receipt.status,
            "New": "x",
        }
        body = urlencode(form)
        signed = signature(self.address + path, form, ACCOUNT["TWILIO_AUTH_TOKEN"])
        head = [
            f"POST {path} HTTP/1.1",
            f"Host: {self.address.removeprefix('http://')}",
            "Connection: close",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            f"X-Twilio-Signature: {signed}",
        ]
        return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def is_met(result: dict[str, Any]) -> bool:
    in_time = report.percentile([ms for _, ms in result["answers"]], 99) <= GOAL
    return in_time and not result["wrong"] and all(status == 200 for status, _ in result["answers"])


def row(database: str, result: dict[str, Any]) -> list[object]:
    """A line of the table."""
    statuses, took = zip(*result["answers"], strict=True)
    return [
        database,
        f"{result['texts']:,}",
        f"{len(took):,}",
        *(report.Number(report.percentile(took, percent), 0) for percent in (50, 99, 100)),
        sum(status != 200 for status in statuses),
        len(result["wrong"]),
        "met" if is_met(result) else "missed",
    ]


if __name__ == "__main__":
    main()
