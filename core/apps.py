"""The kit as a Django app; it keeps its old label, so that no table is renamed."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    label = "booking_api"
