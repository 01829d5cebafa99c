"""The installation's settings, with the routes that POST /appointments/ is compared with."""

import os

from booking_api.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.booking.recipe"]  # noqa: F405
ROOT_URLCONF = "benchmarks.booking.urls"
if "DJANGOS_OWN_SQLITE" in os.environ:
    # Nothing set: a journal that is flushed to the disk twice for each transaction.
    DATABASES = {"default": {**DATABASES["default"], "OPTIONS": {}}}  # noqa: F405
