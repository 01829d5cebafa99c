"""The page of one visit, its buttons, and calling it off."""

from datetime import UTC, datetime, timedelta

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import cancel_appointment, change_appointment_status
from appointment.models import Appointment, Status
from notification.models import AppointmentNotification
from notification.states import Kind
from notification.states import Status as TextStatus
from tests.web.conftest import part, plain, words

pytestmark = pytest.mark.django_db


def press(client, visit, status, **more):
    form = {"version": visit.version, "status": status, "notify": "on"} | more
    return client.post(f"/visits/{visit.pk}/status/", form, follow=True)


def cancel(client, visit, **form):
    return client.post(f"/visits/{visit.pk}/cancel/", {"version": visit.version} | form)


def rows(visit):
    found = AppointmentNotification.objects.of_visit(visit.pk).order_by("pk")
    return [(row.kind, row.status) for row in found]


def test_the_page_tells_all_of_the_visit(desk, visit):
    shown = words(desk.get(f"/visits/{visit.pk}/"))
    for word in ("Jane Roe", "+1 212-555-0199", "Bob", "Cut", "45 min · 40.00 USD", "booked"):
        assert word in shown


def test_the_history_tells_each_text_with_its_words(desk, visit):
    history = plain(part(desk.get(f"/visits/{visit.pk}/"), "history"))
    assert "Confirmation on its way" in history
    assert "Your appointment at Aurora has been confirmed for" in history
    assert "Reminder planned for" in history
    assert "What it will say." in history


def test_a_text_that_went_out_shows_what_was_sent_and_the_providers_words(desk, visit):
    AppointmentNotification.objects.filter(kind=Kind.CONFIRMATION).update(
        status=TextStatus.FAILED,
        reason="bad_number",
        body="As it was sent",
        recipient="+12125550199",
        error="Unreachable handset",
        error_code="30003",
    )
    history = plain(part(desk.get(f"/visits/{visit.pk}/"), "history"))
    assert "Confirmation failed: the number can't receive texts As it was sent" in history
    assert "The provider said: Unreachable handset (30003)" in history
    assert "To +1 212-555-0199" in history


def test_the_history_alone_has_the_same_place(desk, visit):
    whole = desk.get(f"/visits/{visit.pk}/").content.decode()
    alone = desk.get(f"/visits/{visit.pk}/texts/").content.decode()
    assert alone.strip() in whole


@pytest.mark.parametrize(
    ("wanted", "label"),
    [("confirmed", "confirmed"), ("arrived", "arrived"), ("completed", "completed"),
     ("no_show", "no-show")],
)  # fmt: skip
def test_a_button_moves_the_visit_on(desk, visit, wanted, label):
    page = press(desk, visit, wanted)
    assert f"Jane Roe: {label}." in words(page)
    visit.refresh_from_db()
    assert visit.status == wanted


def test_only_the_next_steps_are_offered(desk, visit):
    assert {step.status for step in desk.get(f"/visits/{visit.pk}/").context["steps"]} == {
        "confirmed",
        "arrived",
        "completed",
        "no_show",
    }
    change_appointment_status(visit.pk, Status.COMPLETED)
    over = desk.get(f"/visits/{visit.pk}/")
    assert [step.label for step in over.context["steps"]] == ["Reopen"]
    assert "Cancel visit" not in words(over)


def test_a_button_in_the_list_leads_back_to_the_list(desk, visit):
    page = press(desk, visit, "arrived", back="day")
    assert page.redirect_chain[0][0].endswith(f"#visit-{visit.pk}")


def test_a_button_pressed_on_an_old_page_changes_nothing(desk, visit):
    edit_appointment(visit.pk, AppointmentChanges(values={"comment": "New"}))
    page = press(desk, visit, "arrived")
    assert "Somebody changed this visit meanwhile" in words(page)
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


@pytest.mark.parametrize("wanted", ["cancelled", "sleeping", ""])
def test_a_button_that_is_not_there_does_nothing(desk, visit, wanted):
    press(desk, visit, wanted)
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


def test_reopening_into_a_time_that_was_given_away_is_refused(desk, visit, aurora, bob, jane, cut):
    cancel_appointment(visit.pk)
    book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=visit.appointment_time,
        services=[cut],
    )
    visit.refresh_from_db()
    page = press(desk, visit, "booked")
    assert "This time overlaps visit" in words(page)
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED


def test_reopening_confirms_anew_unless_unticked(desk, visit):
    cancel_appointment(visit.pk)
    visit.refresh_from_db()
    assert "Text the customer a new confirmation" in words(desk.get(f"/visits/{visit.pk}/"))
    desk.post(f"/visits/{visit.pk}/status/", {"version": visit.version, "status": "booked"})
    assert rows(visit)[-2:] == [("confirmation", "skipped"), ("reminder", "pending")]


def test_cancelling_keeps_the_reason_takes_the_reminder_back_and_tells_the_customer(desk, visit):
    answer = cancel(desk, visit, reason="Caught a cold", notify="on")
    assert answer["Location"].endswith(f"#visit-{visit.pk}")
    visit.refresh_from_db()
    assert (visit.status, visit.cancel_reason) == ("cancelled", "Caught a cold")
    assert rows(visit) == [
        ("confirmation", "cancelled"),
        ("reminder", "cancelled"),
        ("cancellation", "pending"),
    ]
    assert "Cancelled because Caught a cold" in words(desk.get(f"/visits/{visit.pk}/"))


def test_unticked_a_cancellation_is_not_told(desk, visit):
    cancel(desk, visit)
    assert rows(visit)[-1] == ("cancellation", "skipped")


def test_the_page_asks_before_it_cancels(desk, visit):
    page = desk.get(f"/visits/{visit.pk}/cancel/")
    assert "Cancel the visit of Jane Roe?" in words(page)
    assert Appointment.objects.get().status == Status.BOOKED


def test_of_a_visit_that_has_begun_nobody_is_told(desk, visit, time_machine):
    time_machine.move_to(visit.appointment_time + timedelta(minutes=5))
    assert "no text goes out" in words(desk.get(f"/visits/{visit.pk}/cancel/"))


def test_cancelling_twice_says_that_it_is_done(desk, visit):
    cancel_appointment(visit.pk)
    visit.refresh_from_db()
    page = desk.get(f"/visits/{visit.pk}/cancel/", follow=True)
    assert "over or cancelled already" in words(page)


def test_cancelling_from_an_old_page_is_refused(desk, visit):
    edit_appointment(visit.pk, AppointmentChanges(values={"comment": "New"}))
    page = desk.post(f"/visits/{visit.pk}/cancel/", {"version": visit.version}, follow=True)
    assert "Somebody changed this visit meanwhile" in words(page)
    assert Appointment.objects.get().status == Status.BOOKED


def test_a_reason_that_is_too_long_is_refused_beside_its_field(desk, visit):
    page = cancel(desk, visit, reason="x" * 201)
    assert page.status_code == 400
    assert "at most 200 characters" in words(page)


def test_a_visit_entered_when_it_had_begun_has_no_texts(desk, aurora, bob, jane):
    begun = book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=datetime.now(UTC) - timedelta(minutes=5),
    )
    assert "None, and none are planned" in words(desk.get(f"/visits/{begun.pk}/"))
