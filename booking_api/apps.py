"""The project package as an app."""

from django.apps import AppConfig


class BookingApiConfig(AppConfig):
    name = "booking_api"

    def ready(self) -> None:
        from booking_api import pulse  # noqa: F401, PLC0415 - connects its receiver
