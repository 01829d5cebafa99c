"""Django's settings. All that differs between installations comes from `environment.py`."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from core.environment import Environment

ENV = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = ENV.allowed_hosts
PUBLIC_URL = ENV.public_url
PUBLIC_URL_IS_LOCAL = ENV.public_url_is_local
IS_HTTPS = PUBLIC_URL.startswith("https://")
APPEND_SLASH = False  # errors.no_such_page does it, and never for a request that changes something
ROOT_URLCONF = "booking_api.urls"
ASGI_APPLICATION = "booking_api.asgi.application"

TWILIO_ACCOUNT_SID = ENV.twilio.account_sid
TWILIO_AUTH_TOKEN = ENV.twilio.auth_token
TWILIO_PHONE_NUMBER = ENV.twilio.phone_number
TWILIO_API_BASE_URL = ENV.twilio.api_base_url
PRACTICE_PHONE = ENV.twilio.is_practice
PROVIDER_TIMEOUT = 10  # seconds a call to the provider may take in all

INSTALLED_APPS = [
    "booking_api.admin_site.apps.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_dramatiq",
    "django_extensions",
    "django_filters",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "phonenumber_field",
    "rest_framework",
    "simple_history",
    "address",
    "salon",
    "user",
    "customer",
    "notification",
    "availability",
    "appointment",
    "importing",
    "pages",
    "practice_phone",
    "web",
    "demo",
    "operations",
    "core",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.logs.RequestLogMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.api.errors.DatabaseRefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": ENV.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "user.ExtendedUser"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "user.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:login"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds an invitation or reset link lives

# Five wrong passwords lock one account for one address, not the whole salon behind one router.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "user.backends.get_account_name"
AXES_LOCKOUT_CALLABLE = "core.api.errors.render_locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # who signed in from where is personal data
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password"]

REST_KNOX = {
    "TOKEN_TTL": timedelta(days=30),
    "AUTH_HEADER_PREFIX": "Token",
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "user.sign_in.authentication.AccountToken",
        "user.sign_in.authentication.AccountSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.BoundedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "core.api.filters.StrictOrderingFilter",
    ],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.BoundedPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    # Counted in each web process by itself; what holds against guessing is the lock-out, which
    # is kept in the database.
    "DEFAULT_THROTTLE_RATES": {
        "login": "120/min",
        "public": "120/min",
        "resets_by_visitor": "30/hour",
        "resets_by_address": "5/hour",
    },
    "NUM_PROXIES": 0,  # the web server says who asks, not a header anybody can send
    "EXCEPTION_HANDLER": "core.api.errors.handle_api_error",
    "NON_FIELD_ERRORS_KEY": "non_field_errors",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Salon booking",
    "DESCRIPTION": "Appointments for salons, with texts that customers can rely on.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": True},
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.schema.describe_errors",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AppointmentStatusEnum": "appointment.models.Status",
        "NotificationStatusEnum": "notification.states.Status",
    },
}

DRAMATIQ_BROKER: dict[str, Any] = {
    "BROKER": "delay_queue.broker.DelayQueueBroker",
    "OPTIONS": {"url": ENV.redis_url},
    "MIDDLEWARE": [
        "dramatiq.middleware.TimeLimit",
        "dramatiq.middleware.ShutdownNotifications",
        "dramatiq.middleware.Callbacks",
        "dramatiq.middleware.Retries",
        "django_dramatiq.middleware.DbConnectionsMiddleware",
        "core.db.connections.PersistentConnections",
        "notification.delivery.preload.Preload",
        "core.jobs.heartbeat.WorkerHeartbeat",
    ],
}

# The kinds of message. The ledger (notification) imports no appointments: it finds here the classes
# that decide, word and send.
NOTIFICATION_KINDS = [
    "appointment.messages.kinds.Confirmation",
    "appointment.messages.kinds.Reminder",
    "appointment.messages.kinds.Cancellation",
]

# What the scheduler runs; each job is short, or hands its work to an actor.
SCHEDULED_JOBS: list[dict[str, Any]] = [
    {
        "run": "core.health.database_write_check.write_pulse",
        "trigger": "interval",
        "when": {"seconds": 5},
    },
    {"run": "notification.delivery.sweeper.sweep", "trigger": "interval", "when": {"seconds": 10}},
    {
        "run": "appointment.messages.replan_requests.resume_stalled_replans",
        "trigger": "interval",
        "when": {"seconds": 30},
    },
    {
        "run": "appointment.consistency.nightly.run_nightly_check",
        "trigger": "cron",
        "when": {"hour": 3, "minute": 17},
    },
    {
        "run": "appointment.consistency.nightly.run_missed_check",
        "trigger": "cron",  # not at the start, when Redis may not be filled yet
        "when": {"minute": "*/10"},
    },
]

# More for the body of /health/: a name and the function that tells it.
HEALTH_DETAILS = {"check": "appointment.consistency.nightly.get_last_check_result"}

EMAIL_CONFIG = ENV.email_url
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = ENV.mail_sender

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = ENV.time_zone
USE_TZ = True
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "E164"

STATIC_URL = "/static/"
STATIC_ROOT = ENV.data_dir / "static"
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "core.api.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

shared_log_processors: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *shared_log_processors,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # addresses are personal data
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(colors=False)
            if DEBUG
            else structlog.processors.JSONRenderer(),
            "foreign_pre_chain": shared_log_processors,
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"level": "INFO"},  # named, so that Django's own handlers go: no line comes twice
        "django_structlog": {"level": "WARNING"},
        "apscheduler": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "twilio": {"level": "WARNING"},  # its INFO lines hold phone numbers
    },
}
