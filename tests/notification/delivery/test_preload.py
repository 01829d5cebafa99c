"""A worker has loaded what a text takes before its first text comes."""

import subprocess
import sys

# What the SDK's client imports when its messages are named, and Django when a URL is built.
LATE = [
    "twilio.rest.api.v2010.account.message",
    "notification.webhooks.twilio",
    "appointment.messages.kinds",
]

WORKER = f"""
import sys, django
django.setup()
import dramatiq
broker = dramatiq.get_broker()
before = [name for name in {LATE} if name in sys.modules]
broker.emit_after("process_boot")
print(before, [name for name in {LATE} if name in sys.modules])
"""


def test_a_worker_loads_at_its_start_what_its_first_text_would(tmp_path):
    variables = {"DJANGO_SETTINGS_MODULE": "booking_api.settings", "DEBUG": "1"}
    worker = subprocess.run(
        [sys.executable, "-c", WORKER],
        env={**variables, "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert worker.stdout == f"[] {LATE}\n"
