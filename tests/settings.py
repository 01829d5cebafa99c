"""The settings of the tests: the installation's own, with a database and a Redis of their own.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` are set by conftest.py, which starts both.
"""

import os
import tempfile

# Removed when this process ends.
FOLDER = tempfile.TemporaryDirectory(prefix="salon-tests-", ignore_cleanup_errors=True)

os.environ.update(
    DEBUG="1",
    DATA_DIR=FOLDER.name,
    SECRET_KEY="only-for-tests-0123456789abcdefghijklmnop",
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL", ""),
    REDIS_URL=os.environ.get("TEST_REDIS_URL", "unix:///nowhere/redis.sock?db=0"),
    TWILIO_ACCOUNT_SID="",
    TWILIO_AUTH_TOKEN="",
    TWILIO_PHONE_NUMBER="",
    TWILIO_API_BASE_URL="",
    PUBLIC_URL="",
    DEMO="",
    TIME_ZONE="",
    EMAIL_URL="memorymail://",
    ALLOWED_HOSTS="",
    PORT="8000",
)

from booking_api.settings import *  # noqa: E402, F403 - all of them, read with the above

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in real life: a database in memory is locked table by table.
    DATABASES["default"]["TEST"] = {"NAME": str(ENV.data_dir / "test.sqlite3")}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; only for tests
