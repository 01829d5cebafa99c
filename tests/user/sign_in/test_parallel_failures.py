"""Many guesses at the same moment: counted like any, and none of them fails."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db(transaction=True)

GUESSES = 30


def test_a_burst_of_guesses_locks_the_account(alice):
    barrier = Barrier(GUESSES)

    def guess(number):
        barrier.wait()
        body = {"email": alice.email, "password": f"guess-{number}"}
        try:
            return APIClient().post("/auth/login/", body).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(GUESSES) as threads:
        answers = set(threads.map(guess, range(GUESSES)))
    assert answers <= {400, 429}
    body = {"email": alice.email, "password": "alice-password"}
    assert APIClient().post("/auth/login/", body).status_code == 429
