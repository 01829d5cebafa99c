"""Kinds of message describe themselves: settings list them, all else comes from the classes."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from appointment.messages.kinds import Reminder
from notification import registry
from notification.models import AppointmentNotification
from notification.views import NotificationFilter


class Survey(Reminder):
    name = "survey"
    label = "survey"
    order = 15


@pytest.fixture
def listed(settings):
    """`listed(path, …)` adds kinds to the settings."""

    def add(*paths):
        settings.NOTIFICATION_KINDS = [*settings.NOTIFICATION_KINDS, *paths]
        registry.load_message_kinds.cache_clear()

    yield add
    registry.load_message_kinds.cache_clear()


def test_a_listed_kind_is_a_choice_with_its_label_in_its_place(listed):
    listed(f"{__name__}.Survey")
    names = [kind.name for kind in registry.list_message_kinds()]
    assert names.index("confirmation") < names.index("survey") < names.index("reminder")
    assert AppointmentNotification(kind="survey").get_kind_display() == "survey"


def test_two_kinds_of_the_same_name_are_refused(listed):
    listed("appointment.messages.kinds.Reminder")
    with pytest.raises(ImproperlyConfigured, match="same name"):
        registry.list_message_kinds()


def test_the_filter_of_the_api_lists_the_kinds():
    choices = NotificationFilter.base_filters["kind"].extra["choices"]
    assert not callable(choices)  # or the API's description leaves them out
    assert [name for name, _label in choices] == ["confirmation", "reminder", "cancellation"]
