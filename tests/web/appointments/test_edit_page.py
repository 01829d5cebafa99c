"""Moving and editing an appointment on the page."""

from datetime import datetime, timedelta

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import change_appointment_status
from appointment.models import Appointment, Status
from notification.models import AppointmentNotification
from salon.models import Service
from tests.web.conftest import format_local_start, get_form_errors, read_page_text

pytestmark = pytest.mark.django_db


def get_edit_url(appointment):
    return f"/visits/{appointment.pk}/edit/"


def build_form_data(appointment, **changes):
    """The form as it is filled in when it opens, with `changes`."""
    start = appointment.appointment_time.astimezone(appointment.salon.zone)
    length = (appointment.end_time - appointment.appointment_time) // timedelta(minutes=1)
    return {
        "version": appointment.version,
        "user": appointment.user_id,
        "services": [item.service_id for item in appointment.items.all()],
        "date": f"{start:%Y-%m-%d}",
        "time": f"{start:%H:%M}",
        "minutes": length,
        "comment": appointment.comment,
        "notify": "on",
    } | changes


def shift_start(appointment, **delta):
    moved = (appointment.appointment_time + timedelta(**delta)).astimezone(appointment.salon.zone)
    return {"date": f"{moved:%Y-%m-%d}", "time": f"{moved:%H:%M}"}


def list_message_kinds(appointment):
    rows = AppointmentNotification.objects.of_appointment(appointment.pk).order_by("pk")
    return [(row.kind, row.status) for row in rows]


def test_the_form_opens_with_the_appointment_in_it(desk, appointment, cut):
    html = desk.get(get_edit_url(appointment)).content.decode()
    assert f'name="time" value="{format_local_start(appointment, "%H:%M")}"' in html
    assert 'name="minutes" value="45"' in html
    assert f'<input type="hidden" name="version" value="{appointment.version}"' in html
    assert "Jane Roe" in html


def test_moving_keeps_the_length_and_confirms_anew(desk, appointment):
    answer = desk.post(
        get_edit_url(appointment), build_form_data(appointment, **shift_start(appointment, hours=2))
    )
    assert answer.status_code == 302
    moved = Appointment.objects.get()
    assert moved.appointment_time == appointment.appointment_time + timedelta(hours=2)
    assert moved.end_time == appointment.end_time + timedelta(hours=2)
    assert list_message_kinds(appointment) == [
        ("confirmation", "cancelled"),
        ("reminder", "cancelled"),
        ("confirmation", "pending"),
        ("reminder", "pending"),
    ]


def test_a_new_note_alone_sends_nothing(desk, appointment):
    before = list_message_kinds(appointment)
    desk.post(get_edit_url(appointment), build_form_data(appointment, comment="Window seat"))
    changed = Appointment.objects.get()
    assert changed.comment == "Window seat"
    assert list_message_kinds(appointment) == before


def test_saving_without_a_change_keeps_seconds_and_services_as_they_were(desk, appointment, cut):
    odd = appointment.appointment_time + timedelta(seconds=17)
    edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": odd}))
    Service.objects.filter(pk=cut.pk).update(minutes=90, price=99)
    appointment.refresh_from_db()
    desk.post(get_edit_url(appointment), build_form_data(appointment))
    same = Appointment.objects.get()
    assert same.appointment_time == odd
    assert same.end_time - same.appointment_time == timedelta(minutes=45)
    assert same.items.get().price == 40


def test_an_appointment_in_the_second_of_two_equal_hours_stays_there(desk, appointment):
    second = datetime.fromisoformat("2027-11-07T01:30:00-05:00")
    edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": second}))
    appointment.refresh_from_db()
    answer = desk.post(
        get_edit_url(appointment), build_form_data(appointment, comment="Night"), follow=True
    )
    same = Appointment.objects.get()
    assert (same.appointment_time, same.comment) == (second, "Night")
    assert "comes twice" not in read_page_text(answer)


def test_moving_into_a_skipped_hour_is_refused(desk, appointment):
    answer = desk.post(
        get_edit_url(appointment), build_form_data(appointment, date="2027-03-14", time="02:15")
    )
    assert "does not exist on that day" in get_form_errors(answer)["time"][0]


def test_other_services_change_the_length(desk, appointment, aurora, cut):
    colour = Service.objects.create(salon=aurora, name="Colour", minutes=90)
    desk.post(get_edit_url(appointment), build_form_data(appointment, services=[cut.pk, colour.pk]))
    changed = Appointment.objects.get()
    assert changed.end_time - changed.appointment_time == timedelta(minutes=135)
    assert changed.items.count() == 2


def test_a_typed_length_stands(desk, appointment):
    desk.post(get_edit_url(appointment), build_form_data(appointment, minutes=60))
    changed = Appointment.objects.get()
    assert changed.end_time - changed.appointment_time == timedelta(minutes=60)


def test_an_empty_length_goes_back_to_the_services(desk, appointment):
    later_end = appointment.end_time + timedelta(minutes=30)
    edit_appointment(appointment.pk, AppointmentChanges(values={"end_time": later_end}))
    appointment.refresh_from_db()
    desk.post(get_edit_url(appointment), build_form_data(appointment, minutes=""))
    changed = Appointment.objects.get()
    assert changed.end_time - changed.appointment_time == timedelta(minutes=45)


def test_a_colleague_takes_over(desk, appointment, alice):
    desk.post(get_edit_url(appointment), build_form_data(appointment, user=alice.pk))
    assert Appointment.objects.get().user == alice


def test_unticked_a_move_is_not_confirmed(desk, appointment):
    form = build_form_data(appointment, **shift_start(appointment, hours=2))
    del form["notify"]
    desk.post(get_edit_url(appointment), form)
    assert ("confirmation", "skipped") in list_message_kinds(appointment)


def test_a_stale_edit_is_refused_and_shows_both_versions(desk, appointment):
    form = build_form_data(appointment, comment="Mine", **shift_start(appointment, hours=2))
    edit_appointment(appointment.pk, AppointmentChanges(values={"comment": "Theirs"}))
    answer = desk.post(get_edit_url(appointment), form)
    assert answer.status_code == 409
    shown = read_page_text(answer)
    assert "Someone else changed this appointment while you were editing it." in shown
    assert "Note Theirs Mine" in shown
    assert "Start" in shown
    stored = Appointment.objects.get()
    assert (stored.comment, stored.appointment_time) == ("Theirs", appointment.appointment_time)


def test_saving_again_after_seeing_both_versions_puts_mine_in_place(desk, appointment):
    form = build_form_data(appointment, comment="Mine")
    edit_appointment(appointment.pk, AppointmentChanges(values={"comment": "Theirs"}))
    answer = desk.post(get_edit_url(appointment), form)
    stored = Appointment.objects.get()
    assert answer.context["form"]["version"].value() == str(stored.version)
    desk.post(get_edit_url(appointment), {**form, "version": stored.version})
    assert Appointment.objects.get().comment == "Mine"


def test_an_overlap_asks_and_book_anyway_allows_it(desk, appointment, aurora, bob, jane, cut):
    other = book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=appointment.end_time + timedelta(hours=1),
        services=[cut],
    )
    form = build_form_data(appointment, **shift_start(appointment, hours=1, minutes=30))
    answer = desk.post(get_edit_url(appointment), form)
    assert answer.status_code == 409
    assert "Bob is busy at that time." in read_page_text(answer)
    assert f'href="/visits/{other.pk}/"' in answer.content.decode()
    desk.post(get_edit_url(appointment), {**form, "allow_overlap": "1"})
    appointment.refresh_from_db()
    assert appointment.allow_overlap


def test_a_permission_to_overlap_does_not_travel_to_another_time(
    desk, appointment, aurora, bob, jane, cut
):
    squeezed = book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=appointment.appointment_time,
        services=[cut],
        allow_overlap=True,
    )
    book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=appointment.appointment_time + timedelta(hours=3),
        services=[cut],
    )
    form = build_form_data(squeezed, **shift_start(squeezed, hours=3))
    assert desk.post(get_edit_url(squeezed), form).status_code == 409


def test_a_note_on_an_overbooked_appointment_does_not_ask_again(
    desk, appointment, aurora, bob, jane, cut
):
    squeezed = book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=appointment.appointment_time,
        services=[cut],
        allow_overlap=True,
    )
    desk.post(get_edit_url(squeezed), build_form_data(squeezed, comment="Quick one"))
    squeezed.refresh_from_db()
    assert (squeezed.comment, squeezed.allow_overlap) == ("Quick one", True)


def test_of_an_appointment_that_is_over_only_the_note_changes(desk, appointment):
    change_appointment_status(appointment.pk, Status.COMPLETED)
    appointment.refresh_from_db()
    opened = desk.get(get_edit_url(appointment))
    assert "Only its note can be changed" in read_page_text(opened)
    form = build_form_data(appointment, comment="Tipped well", **shift_start(appointment, hours=2))
    assert desk.post(get_edit_url(appointment), form).status_code == 302
    same = Appointment.objects.get()
    assert (same.comment, same.appointment_time) == ("Tipped well", appointment.appointment_time)


def test_another_salons_staff_and_services_are_refused(desk, appointment, barber, charlie):
    shave = Service.objects.create(salon=barber, name="Shave")
    assert "user" in get_form_errors(
        desk.post(get_edit_url(appointment), build_form_data(appointment, user=charlie.pk))
    )
    assert "services" in get_form_errors(
        desk.post(get_edit_url(appointment), build_form_data(appointment, services=[shave.pk]))
    )


def test_what_is_no_longer_offered_may_stay_on_an_appointment_that_has_it(desk, appointment, cut):
    Service.objects.filter(pk=cut.pk).update(is_active=False)
    assert (
        desk.post(
            get_edit_url(appointment), build_form_data(appointment, comment="Same as ever")
        ).status_code
        == 302
    )
