"""The part of benchmarks/booking/__main__.py that runs inside Django."""

import cProfile
import io
import pstats
from typing import Any

from django.core.management import call_command
from knox.models import AuthToken
from rest_framework.test import APIClient

from benchmarks.booking.rounds import (
    KINDS,
    WARM_UP,
    Scene,
    Send,
    build_booking_body,
    time_request_rounds,
)
from customer.models import Customer
from salon.models import Salon
from user.models import ExtendedUser


def prepare_booking_scene() -> Scene:
    """Make the tables, a salon with one member of staff a kind, a customer and a token."""
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # the recipe has no migrations
    salon = Salon.objects.create(name="Aurora", timezone="America/New_York")
    owner = ExtendedUser.objects.create_user("owner@aurora.example", None, name="O", salon=salon)
    staff = {
        kind: ExtendedUser.objects.create_user(None, None, name=kind, salon=salon).pk
        for kind in KINDS
    }
    customer = Customer.objects.create(
        salon=salon, full_name="Jane Roe", phone_number="+12125550199"
    )
    _, token = AuthToken.objects.create(owner)
    return {"token": token, "customer": customer.pk, "staff": staff}


def time_client_requests(scene: Scene, requests: int) -> dict[str, list[float]]:
    """Milliseconds of each request through the test client, per kind."""
    send = build_client_sender(scene)
    return time_request_rounds(scene, requests, send, first_day=1)


def profile_client_requests(scene: Scene, requests: int) -> str:
    """Where the time of POST /appointments/ goes, as cProfile sees it."""
    send = build_client_sender(scene)
    profiler = cProfile.Profile()
    for number in range(WARM_UP + requests):
        values = build_booking_body(scene, "appointments", number, first_day=2000)
        if number >= WARM_UP:
            profiler.enable()
        send("appointments", values)
        profiler.disable()
    told = io.StringIO()
    pstats.Stats(profiler, stream=told).sort_stats("cumulative").print_stats(90)
    return told.getvalue()


def build_client_sender(scene: Scene) -> Send:
    """Post to a route through the test client."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {scene['token']}")

    def send(kind: str, values: dict[str, Any]) -> None:
        answer = client.post(f"/{kind}/", values, format="json", SERVER_NAME="localhost")
        assert answer.status_code == 201, answer.content

    return send
