"""Appointments and their life."""

from importlib import import_module

from django.apps import AppConfig


class AppointmentConfig(AppConfig):
    name = "appointment"

    def ready(self) -> None:
        import_module("appointment.signals")
