"""Every environment variable, read and checked in one place.

A wrong value raises `ImproperlyConfigured` with one line: the variable, the mistake and
the remedy. `make run`, the server, the workers and the commands all read it here.
"""

import hashlib
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

TWILIO_API_URL = "https://api.twilio.com"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 - compared, never bound
LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107
SHORTEST_SECRET = 32  # characters


def get_embedded_redis_socket(data_dir: Path) -> Path:
    """Return the socket of `make run`'s Redis: in `data_dir`, or in /tmp if that is too deep."""
    path = data_dir.resolve() / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:12]
    return Path(f"/tmp/salon-{digest}.sock")  # noqa: S108 - its name is unguessable, Redis owns it


class Environment:
    """The environment variables, each checked when it is read."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self.values = dict(os.environ if values is None else values)

    def text(self, name: str, default: str = "") -> str:
        """Return the variable without surrounding blanks; an empty one counts as not set."""
        return self.values.get(name, "").strip() or default

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        """Return a whole number from `lowest` to `highest`."""
        raw = self.text(name, str(default))
        if not raw.isdecimal() or not lowest <= int(raw) <= highest:
            raise ImproperlyConfigured(
                f"{name} is {raw!r}: give a whole number from {lowest} to {highest}."
            )
        return int(raw)

    def switch(self, name: str, default: bool) -> bool:
        """Return whether the variable is on: 1 or 0, true or false, yes or no, on or off."""
        raw = self.text(name, "1" if default else "0").lower()
        if raw not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
            raise ImproperlyConfigured(f"{name} is {raw!r}: give 1 or 0.")
        return raw in {"1", "true", "yes", "on"}

    def address(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """Return a URL with one of `schemes`, without a slash at its end."""
        raw = self.text(name, default)
        if urlsplit(raw).scheme not in schemes:
            wanted = " or ".join(f"{scheme}://…" for scheme in schemes)
            raise ImproperlyConfigured(f"{name} is not an address of the kind {wanted}.")
        return raw.rstrip("/")

    @cached_property
    def debug(self) -> bool:
        return self.switch("DEBUG", default=False)

    @cached_property
    def host(self) -> str:
        return self.text("HOST", "127.0.0.1")

    @cached_property
    def port(self) -> int:
        return self.number("PORT", 8000, 1, 65535)

    @cached_property
    def data_dir(self) -> Path:
        base = Path(__file__).resolve().parent.parent
        return (base / self.text("DATA_DIR", ".data")).resolve()

    @cached_property
    def secret_key(self) -> str:
        """Return SECRET_KEY; with DEBUG=1 it defaults to one kept in DATA_DIR."""
        given = self.text("SECRET_KEY")
        if not given and self.debug:
            return read_or_create_secret(self.data_dir / "secret_key")
        if len(given) < SHORTEST_SECRET or len(set(given)) < 8:
            raise ImproperlyConfigured(
                "SECRET_KEY is missing or weak: give at least 32 random characters"
                " (python -c 'import secrets; print(secrets.token_urlsafe(48))')."
            )
        return given

    @cached_property
    def allowed_hosts(self) -> list[str]:
        named = [host.strip() for host in self.text("ALLOWED_HOSTS").split(",") if host.strip()]
        if "*" in named and not self.debug:
            raise ImproperlyConfigured(
                "ALLOWED_HOSTS is '*': name the hosts this server answers to."
            )
        own = urlsplit(self.public_url).hostname or ""
        return [*named, own, "localhost", "127.0.0.1", "[::1]", *({"*"} if self.debug else ())]

    @cached_property
    def public_url(self) -> str:
        return self.address("PUBLIC_URL", f"http://localhost:{self.port}", ("http", "https"))

    @cached_property
    def public_url_is_local(self) -> bool:
        return (urlsplit(self.public_url).hostname or "") in LOCAL_HOSTS

    @cached_property
    def time_zone(self) -> str:
        zone = self.text("TIME_ZONE", "UTC")
        if zone not in available_timezones():
            raise ImproperlyConfigured(f"TIME_ZONE is {zone!r}: give a name such as Europe/Berlin.")
        return zone

    @cached_property
    def database(self) -> dict[str, Any]:
        """Return Django's settings of the database."""
        url = self.text("DATABASE_URL", f"sqlite:///{self.data_dir / 'db.sqlite3'}")
        if urlsplit(url).scheme not in {"sqlite", "postgres", "postgresql"}:
            raise ImproperlyConfigured(
                "DATABASE_URL is not an address of the kind sqlite:///… or postgres://…."
            )
        settings: dict[str, Any] = dict(environ.Env.db_url_config(url))
        if settings["ENGINE"].endswith("sqlite3"):
            return {**settings, "OPTIONS": SQLITE_OPTIONS}
        # The address may hold ?sslmode=…
        options = {**settings.get("OPTIONS", {}), "pool": dict(POSTGRES_POOL)}
        return {**settings, "OPTIONS": options, "CONN_HEALTH_CHECKS": True}

    @cached_property
    def redis_is_embedded(self) -> bool:
        return not self.text("REDIS_URL")

    @cached_property
    def redis_url(self) -> str:
        own = f"unix://{get_embedded_redis_socket(self.data_dir)}?db=0"
        return self.address("REDIS_URL", own, ("redis", "rediss", "unix"))

    @cached_property
    def twilio(self) -> "TwilioAccount":
        return read_twilio_account(self)

    @cached_property
    def demo(self) -> bool:
        return self.switch("DEMO", default=self.twilio.is_practice)

    @cached_property
    def email_url(self) -> dict[str, Any]:
        """Return Django's settings of the mail server; without EMAIL_URL mails are printed."""
        raw = self.text("EMAIL_URL", "consolemail://")
        try:
            return dict(environ.Env.email_url_config(raw))
        except (KeyError, ValueError, ImproperlyConfigured):
            raise ImproperlyConfigured(
                "EMAIL_URL is not an address of the kind smtp+tls://user:password@host:587."
            ) from None

    @cached_property
    def mail_sender(self) -> str:
        """Return the sender of mails: the mail account, else no-reply at our own host."""
        account = str(self.email_url.get("EMAIL_HOST_USER") or "")
        return account if "@" in account else f"no-reply@{urlsplit(self.public_url).hostname}"

    @cached_property
    def web_workers(self) -> int:
        return self.number("WEB_WORKERS", 2, 1, 64)

    @cached_property
    def worker_processes(self) -> int:
        return self.number("WORKER_PROCESSES", 2, 1, 64)

    @cached_property
    def worker_threads(self) -> int:
        return self.number("WORKER_THREADS", 8, 1, 256)


# A second writer waits instead of failing; IMMEDIATE takes the lock before it is needed, so that
# a transaction which read first never loses what another wrote meanwhile.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,  # seconds
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
# A process opens as many connections as it needs at once, up to `max_size`; a request beyond that
# waits `timeout` seconds for one. What a burst needed is closed soon, so that few are left to be
# found broken when PostgreSQL is restarted.
POSTGRES_POOL: dict[str, Any] = {"min_size": 1, "max_size": 20, "timeout": 10, "max_idle": 60}


@dataclass(frozen=True)
class TwilioAccount:
    """The provider account that sends texts."""

    account_sid: str
    auth_token: str
    phone_number: str
    api_base_url: str
    is_practice: bool


def read_twilio_account(env: Environment) -> TwilioAccount:
    """Return the configured account; without one, with DEBUG=1, that of the practice phone.

    Raises:
        ImproperlyConfigured: half an account, or none with DEBUG=0.
    """
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_PHONE_NUMBER")
    given = [name for name in names if env.text(name)]
    if given and len(given) < len(names):
        missing = ", ".join(name for name in names if name not in given)
        raise ImproperlyConfigured(
            f"{missing} is missing: give all of {', '.join(names)}, or none."
        )
    if given:
        sid, token, number = (env.text(name) for name in names)
        check_sender_number(number)
        base = env.address("TWILIO_API_BASE_URL", TWILIO_API_URL, ("http", "https"))
        return TwilioAccount(sid, token, number, base, is_practice=False)
    if not env.debug:
        raise ImproperlyConfigured(
            f"no Twilio account: give {', '.join(names)}"
            " (the practice phone needs DEBUG=1, which is not for a server)."
        )
    token = hashlib.sha256(f"practice:{env.secret_key}".encode()).hexdigest()[:32]
    # A server bound to every address is reached at loopback; one bound to a single one only there.
    host = "127.0.0.1" if env.host in {"0.0.0.0", "::"} else env.host  # noqa: S104 - not bound here
    place = f"[{host}]" if ":" in host else host
    own = f"http://{place}:{env.port}/practice-phone/api"
    base = env.address("TWILIO_API_BASE_URL", own, ("http", "https"))
    return TwilioAccount("AC" + "0" * 32, token, "+12125550100", base, is_practice=True)


def check_sender_number(number: str) -> None:
    """Raise ImproperlyConfigured unless `number` can be a sender: E.164 or a messaging service."""
    digits = number.removeprefix("+")
    is_phone = number.startswith("+") and digits.isdecimal() and 7 <= len(digits) <= 15
    if not is_phone and not number.startswith("MG"):
        raise ImproperlyConfigured("TWILIO_PHONE_NUMBER is not of the form +12125550100.")


def read_or_create_secret(path: Path) -> str:
    """Return the secret in `path`; create it if missing, once even when two processes race."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its secret counts
        finally:
            draft.unlink()
    return path.read_text().strip()
