"""The door for the web server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_api.settings")

application = get_asgi_application()

from booking_api.connections import held_open  # noqa: E402 - Django has to be set up

files_held_open = held_open()
