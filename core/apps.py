"""The kit as an app. Its label is older than its name and stays, so that no table moves."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    label = "booking_api"
