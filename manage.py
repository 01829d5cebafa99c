#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    """Run a command with the settings of `make run`, unless the environment overrides them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_api.settings")
    # Whoever types a command stands beside `make run`; servers (asgi.py) start from DEBUG=0.
    os.environ.setdefault("DEBUG", "1")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - needs the lines above
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # a wrong variable, in one line


if __name__ == "__main__":
    main()
