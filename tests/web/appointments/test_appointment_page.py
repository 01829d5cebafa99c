"""The page of one appointment, its buttons, and calling it off."""

from datetime import UTC, datetime, timedelta

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import cancel_appointment, change_appointment_status
from appointment.models import Appointment, Status
from notification.models import AppointmentNotification
from notification.states import Kind
from notification.states import Status as TextStatus
from tests.web.conftest import get_html_from, read_page_text, strip_tags

pytestmark = pytest.mark.django_db


def press_status_button(client, appointment, status, **more):
    form = {"version": appointment.version, "status": status, "notify": "on"} | more
    return client.post(f"/visits/{appointment.pk}/status/", form, follow=True)


def submit_cancellation(client, appointment, **form):
    return client.post(f"/visits/{appointment.pk}/cancel/", {"version": appointment.version} | form)


def list_notifications_of(appointment):
    found = AppointmentNotification.objects.of_appointment(appointment.pk).order_by("pk")
    return [(row.kind, row.status) for row in found]


def test_the_page_tells_all_of_the_appointment(desk, appointment):
    shown = read_page_text(desk.get(f"/visits/{appointment.pk}/"))
    for word in ("Jane Roe", "+1 212-555-0199", "Bob", "Cut", "45 min · 40.00 USD", "booked"):
        assert word in shown


def test_the_history_tells_each_text_with_its_words(desk, appointment):
    history = strip_tags(get_html_from(desk.get(f"/visits/{appointment.pk}/"), "history"))
    assert "Confirmation on its way" in history
    assert "Your appointment at Aurora has been confirmed for" in history
    assert "Reminder planned for" in history
    assert "Preview." in history


def test_a_text_that_went_out_shows_what_was_sent_and_the_providers_words(desk, appointment):
    AppointmentNotification.objects.filter(kind=Kind.CONFIRMATION).update(
        status=TextStatus.FAILED,
        reason="bad_number",
        body="As it was sent",
        recipient="+12125550199",
        error="Unreachable handset",
        error_code="30003",
    )
    history = strip_tags(get_html_from(desk.get(f"/visits/{appointment.pk}/"), "history"))
    assert "Confirmation failed: the number can't receive texts As it was sent" in history
    assert "Error from the provider: Unreachable handset (30003)" in history
    assert "To +1 212-555-0199" in history


def test_the_history_alone_has_the_same_place(desk, appointment):
    whole = desk.get(f"/visits/{appointment.pk}/").content.decode()
    alone = desk.get(f"/visits/{appointment.pk}/texts/").content.decode()
    assert alone.strip() in whole


@pytest.mark.parametrize(
    ("wanted", "label"),
    [("confirmed", "confirmed"), ("arrived", "arrived"), ("completed", "completed"),
     ("no_show", "no-show")],
)  # fmt: skip
def test_a_button_moves_the_appointment_on(desk, appointment, wanted, label):
    page = press_status_button(desk, appointment, wanted)
    assert f"Jane Roe: {label}." in read_page_text(page)
    appointment.refresh_from_db()
    assert appointment.status == wanted


def test_only_the_next_steps_are_offered(desk, appointment):
    assert {
        button.status for button in desk.get(f"/visits/{appointment.pk}/").context["buttons"]
    } == {
        "confirmed",
        "arrived",
        "completed",
        "no_show",
    }
    change_appointment_status(appointment.pk, Status.COMPLETED)
    over = desk.get(f"/visits/{appointment.pk}/")
    assert [step.label for step in over.context["buttons"]] == ["Reopen"]
    assert "Cancel appointment" not in read_page_text(over)


def test_a_button_in_the_list_leads_back_to_the_list(desk, appointment):
    page = press_status_button(desk, appointment, "arrived", back="day")
    assert page.redirect_chain[0][0].endswith(f"#appointment-{appointment.pk}")


def test_a_button_pressed_on_an_old_page_changes_nothing(desk, appointment):
    edit_appointment(appointment.pk, AppointmentChanges(values={"comment": "New"}))
    page = press_status_button(desk, appointment, "arrived")
    assert "Somebody changed this appointment" in read_page_text(page)
    appointment.refresh_from_db()
    assert appointment.status == Status.BOOKED


@pytest.mark.parametrize("wanted", ["cancelled", "sleeping", ""])
def test_a_button_that_is_not_there_does_nothing(desk, appointment, wanted):
    press_status_button(desk, appointment, wanted)
    appointment.refresh_from_db()
    assert appointment.status == Status.BOOKED


def test_reopening_into_a_time_that_was_given_away_is_refused(
    desk, appointment, aurora, bob, jane, cut
):
    cancel_appointment(appointment.pk)
    book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=appointment.appointment_time,
        services=[cut],
    )
    appointment.refresh_from_db()
    page = press_status_button(desk, appointment, "booked")
    assert "This time overlaps appointment" in read_page_text(page)
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED


def test_reopening_confirms_anew_unless_unticked(desk, appointment):
    cancel_appointment(appointment.pk)
    appointment.refresh_from_db()
    assert "Text the customer a new confirmation" in read_page_text(
        desk.get(f"/visits/{appointment.pk}/")
    )
    desk.post(
        f"/visits/{appointment.pk}/status/", {"version": appointment.version, "status": "booked"}
    )
    assert list_notifications_of(appointment)[-2:] == [
        ("confirmation", "skipped"),
        ("reminder", "pending"),
    ]


def test_cancelling_keeps_the_reason_takes_the_reminder_back_and_tells_the_customer(
    desk, appointment
):
    answer = submit_cancellation(desk, appointment, reason="Caught a cold", notify="on")
    assert answer["Location"].endswith(f"#appointment-{appointment.pk}")
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancel_reason) == ("cancelled", "Caught a cold")
    assert list_notifications_of(appointment) == [
        ("confirmation", "cancelled"),
        ("reminder", "cancelled"),
        ("cancellation", "pending"),
    ]
    assert "Reason for cancelling Caught a cold" in read_page_text(
        desk.get(f"/visits/{appointment.pk}/")
    )


def test_unticked_a_cancellation_is_not_told(desk, appointment):
    submit_cancellation(desk, appointment)
    assert list_notifications_of(appointment)[-1] == ("cancellation", "skipped")


def test_the_page_asks_before_it_cancels(desk, appointment):
    page = desk.get(f"/visits/{appointment.pk}/cancel/")
    assert "Cancel the appointment of Jane Roe?" in read_page_text(page)
    assert Appointment.objects.get().status == Status.BOOKED


def test_of_an_appointment_that_has_begun_nobody_is_told(desk, appointment, time_machine):
    time_machine.move_to(appointment.appointment_time + timedelta(minutes=5))
    assert "no text is sent" in read_page_text(desk.get(f"/visits/{appointment.pk}/cancel/"))


def test_cancelling_twice_says_that_it_is_done(desk, appointment):
    cancel_appointment(appointment.pk)
    appointment.refresh_from_db()
    page = desk.get(f"/visits/{appointment.pk}/cancel/", follow=True)
    assert "already completed or cancelled" in read_page_text(page)


def test_cancelling_from_an_old_page_is_refused(desk, appointment):
    edit_appointment(appointment.pk, AppointmentChanges(values={"comment": "New"}))
    page = desk.post(
        f"/visits/{appointment.pk}/cancel/", {"version": appointment.version}, follow=True
    )
    assert "Somebody changed this appointment" in read_page_text(page)
    assert Appointment.objects.get().status == Status.BOOKED


def test_a_reason_that_is_too_long_is_refused_beside_its_field(desk, appointment):
    page = submit_cancellation(desk, appointment, reason="x" * 201)
    assert page.status_code == 400
    assert "at most 200 characters" in read_page_text(page)


def test_an_appointment_entered_when_it_had_begun_has_no_texts(desk, aurora, bob, jane):
    begun = book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=datetime.now(UTC) - timedelta(minutes=5),
    )
    assert "No texts: the appointment was entered after it had started" in read_page_text(
        desk.get(f"/visits/{begun.pk}/")
    )
