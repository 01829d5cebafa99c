"""The ASGI application for the web server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_api.settings")

application = get_asgi_application()

from core.db.connections import open_idle_connection  # noqa: E402 - Django has to be set up

files_held_open = open_idle_connection()
