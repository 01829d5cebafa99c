"""Post signed delivery receipts and time each answer."""

import asyncio
import time
from urllib.parse import urlencode

from benchmarks.callbacks.receipts import Receipt
from testkit.faulty_provider import sign_receipt
from testkit.run_inside import PROVIDER_ACCOUNT

LONGEST_ANSWER = 60.0  # seconds an answer may take


class ReceiptPoster:
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
            async with asyncio.timeout(LONGEST_ANSWER):
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
        signed = sign_receipt(self.address + path, form, PROVIDER_ACCOUNT["TWILIO_AUTH_TOKEN"])
        head = [
            f"POST {path} HTTP/1.1",
            f"Host: {self.address.removeprefix('http://')}",
            "Connection: close",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            f"X-Twilio-Signature: {signed}",
        ]
        return ("\r\n".join(head) + "\r\n\r\n" + body).encode()
