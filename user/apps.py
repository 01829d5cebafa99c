"""Accounts."""

from importlib import import_module

from django.apps import AppConfig


class UserConfig(AppConfig):
    name = "user"

    def ready(self) -> None:
        import_module("user.sign_in.schema")
