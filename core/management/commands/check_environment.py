"""`manage.py check_environment`: print the checked configuration as JSON."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand

ANSWER_TIMEOUT = 5  # seconds for a database or a Redis to answer
LOCAL_WARNING = (
    "PUBLIC_URL is local: Twilio can't reach it, so no delivery receipts or replies will arrive."
)


class Command(BaseCommand):
    """Print the configuration; a wrong variable has already stopped the start with one line."""

    help = "Check the environment variables and print the configuration as JSON."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        check_database()
        check_redis()
        self.stdout.write(json.dumps(collect_environment_facts(), indent=2))


def check_database() -> None:
    """Connect to the database without the pool, which would hide the reason of a failure.

    Raises:
        ImproperlyConfigured: it can't be opened.
    """
    try:
        if settings.ENV.database["ENGINE"].endswith("sqlite3"):
            file = Path(settings.ENV.database["NAME"])
            # Under DATA_DIR the folder is made at the start; any other must be there.
            if file.parent != settings.ENV.data_dir:
                sqlite3.connect(file).close()
        else:
            psycopg.connect(
                settings.ENV.text("DATABASE_URL"), connect_timeout=ANSWER_TIMEOUT
            ).close()
    except (sqlite3.Error, psycopg.Error) as error:
        reason = str(error).strip().splitlines()[0]
        raise ImproperlyConfigured(f"DATABASE_URL can't be opened: {reason}") from error


def check_redis() -> None:
    """Ping the Redis of REDIS_URL; an embedded one is started later.

    Raises:
        ImproperlyConfigured: it does not answer.
    """
    if settings.ENV.redis_is_embedded:
        return
    client = redis.Redis.from_url(
        settings.ENV.redis_url, socket_connect_timeout=ANSWER_TIMEOUT, socket_timeout=ANSWER_TIMEOUT
    )
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        raise ImproperlyConfigured(f"REDIS_URL does not answer: {error}") from error
    finally:
        client.close()


def collect_environment_facts() -> dict[str, Any]:
    """Return the configuration the supervisor needs, without secrets."""
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    name = settings.DATABASES["default"]["NAME"]
    practice = settings.PRACTICE_PHONE
    local = (
        settings.PUBLIC_URL_IS_LOCAL and settings.TWILIO_API_BASE_URL == "https://api.twilio.com"
    )
    return {
        "host": settings.ENV.host,
        "port": settings.ENV.port,
        "data_dir": str(settings.ENV.data_dir),
        "database": f"{'SQLite' if engine == 'sqlite3' else 'PostgreSQL'} ({name})",
        "redis": "our own" if settings.ENV.redis_is_embedded else "REDIS_URL",
        "redis_embedded": settings.ENV.redis_is_embedded,
        "redis_socket": settings.ENV.redis_url.removeprefix("unix://").partition("?")[0]
        if settings.ENV.redis_is_embedded
        else "",
        "phone": "practice phone" if practice else f"Twilio {settings.ENV.twilio.phone_number}",
        "phone_warning": LOCAL_WARNING if local else "",
        "debug": settings.DEBUG,
        "demo": settings.ENV.demo,
        "web_workers": settings.ENV.web_workers,
        "worker_processes": settings.ENV.worker_processes,
        "worker_threads": settings.ENV.worker_threads,
        "public_url": settings.PUBLIC_URL,
    }
