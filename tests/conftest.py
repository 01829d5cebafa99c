"""The cast and the stage: two salons, their people, a real Redis and a real provider.

Alice owns Aurora, Bob works there, Charlie owns another salon and must never see Aurora's data.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dramatiq
import pytest
from django.core.cache import cache
from django.db import connections
from django.utils.module_loading import autodiscover_modules
from rest_framework.test import APIClient

from core.jobs import enqueue
from customer.models import Customer
from delay_queue.broker import DelayQueueBroker
from salon.models import Salon, Service
from testkit.provider import Provider
from user.models import ExtendedUser

pytest_plugins = ["tests.api_fixtures"]


@pytest.fixture(autouse=True)
def fresh_redis() -> None:
    """Every test begins with an empty queue and empty throttles."""
    enqueue.get_broker().client.flushall()
    cache.clear()


@pytest.fixture
def broker() -> DelayQueueBroker:
    return enqueue.get_broker()


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """A provider that accepts every text unless it is told to fail."""
    with Provider() as provider:
        settings.TWILIO_API_BASE_URL = provider.url
        yield provider


@pytest.fixture
def aurora(db: None) -> Salon:
    return Salon.objects.create(name="Aurora", timezone="America/New_York", sender="+12125550110")


@pytest.fixture
def barber(db: None) -> Salon:
    return Salon.objects.create(
        name="Barber & Co", timezone="America/New_York", sender="+12125550120"
    )


@pytest.fixture
def alice(aurora: Salon) -> ExtendedUser:
    return ExtendedUser.objects.create_user(
        "alice@aurora.example", "alice-password", name="Alice", salon=aurora, is_owner=True
    )


@pytest.fixture
def bob(aurora: Salon) -> ExtendedUser:
    return ExtendedUser.objects.create_user(
        "bob@aurora.example", "bob-password", name="Bob", salon=aurora
    )


@pytest.fixture
def charlie(barber: Salon) -> ExtendedUser:
    return ExtendedUser.objects.create_user(
        "charlie@barber.example", "charlie-password", name="Charlie", salon=barber, is_owner=True
    )


@pytest.fixture
def jane(aurora: Salon) -> Customer:
    return Customer.objects.create(salon=aurora, full_name="Jane Roe", phone_number="+12125550199")


@pytest.fixture
def cut(aurora: Salon) -> Service:
    return Service.objects.create(salon=aurora, name="Cut", minutes=45, price=40)


@pytest.fixture
def tomorrow() -> datetime:
    """Tomorrow at 15:00 UTC, to the second: well within anybody's day in New York."""
    day = datetime.now(UTC) + timedelta(days=1)
    return day.replace(hour=15, minute=0, second=0, microsecond=0)


@pytest.fixture
def as_user() -> Callable[[ExtendedUser], APIClient]:
    """`as_user(alice).get(…)`: an API client signed in as that account."""

    def sign_in(user: ExtendedUser) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return sign_in


@pytest.fixture
def worker(transactional_db: None, broker: DelayQueueBroker) -> Iterator[dramatiq.Worker]:
    """A Dramatiq worker in this process, working on the test's database."""
    # A stopped worker would start to consume a queue that is declared later.
    autodiscover_modules("tasks")
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=2)
    worker.start()
    yield worker
    worker.stop(timeout=10_000)
    for connection in connections.all():
        connection.close()
