"""Moving and editing a visit on the page."""

from datetime import datetime, timedelta

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import change_appointment_status
from appointment.models import Appointment, Status
from notification.models import AppointmentNotification
from salon.models import Service
from tests.web.conftest import errors, local, words

pytestmark = pytest.mark.django_db


def page(visit):
    return f"/visits/{visit.pk}/edit/"


def typed(visit, **changes):
    """The form as it is filled in when it opens, with `changes`."""
    start = visit.appointment_time.astimezone(visit.salon.zone)
    length = (visit.end_time - visit.appointment_time) // timedelta(minutes=1)
    return {
        "version": visit.version,
        "user": visit.user_id,
        "services": [item.service_id for item in visit.items.all()],
        "date": f"{start:%Y-%m-%d}",
        "time": f"{start:%H:%M}",
        "minutes": length,
        "comment": visit.comment,
        "notify": "on",
    } | changes


def later(visit, **delta):
    moved = (visit.appointment_time + timedelta(**delta)).astimezone(visit.salon.zone)
    return {"date": f"{moved:%Y-%m-%d}", "time": f"{moved:%H:%M}"}


def kinds(visit):
    rows = AppointmentNotification.objects.of_visit(visit.pk).order_by("pk")
    return [(row.kind, row.status) for row in rows]


def test_the_form_opens_with_the_visit_in_it(desk, visit, cut):
    html = desk.get(page(visit)).content.decode()
    assert f'name="time" value="{local(visit, "%H:%M")}"' in html
    assert 'name="minutes" value="45"' in html
    assert f'<input type="hidden" name="version" value="{visit.version}"' in html
    assert "Jane Roe" in html


def test_moving_keeps_the_length_and_confirms_anew(desk, visit):
    answer = desk.post(page(visit), typed(visit, **later(visit, hours=2)))
    assert answer.status_code == 302
    moved = Appointment.objects.get()
    assert moved.appointment_time == visit.appointment_time + timedelta(hours=2)
    assert moved.end_time == visit.end_time + timedelta(hours=2)
    assert kinds(visit) == [
        ("confirmation", "cancelled"),
        ("reminder", "cancelled"),
        ("confirmation", "pending"),
        ("reminder", "pending"),
    ]


def test_a_new_note_alone_sends_nothing(desk, visit):
    before = kinds(visit)
    desk.post(page(visit), typed(visit, comment="Window seat"))
    changed = Appointment.objects.get()
    assert changed.comment == "Window seat"
    assert kinds(visit) == before


def test_saving_without_a_change_keeps_seconds_and_services_as_they_were(desk, visit, cut):
    odd = visit.appointment_time + timedelta(seconds=17)
    edit_appointment(visit.pk, AppointmentChanges(values={"appointment_time": odd}))
    Service.objects.filter(pk=cut.pk).update(minutes=90, price=99)
    visit.refresh_from_db()
    desk.post(page(visit), typed(visit))
    same = Appointment.objects.get()
    assert same.appointment_time == odd
    assert same.end_time - same.appointment_time == timedelta(minutes=45)
    assert same.items.get().price == 40


def test_a_visit_in_the_second_of_two_equal_hours_stays_there(desk, visit):
    second = datetime.fromisoformat("2027-11-07T01:30:00-05:00")
    edit_appointment(visit.pk, AppointmentChanges(values={"appointment_time": second}))
    visit.refresh_from_db()
    answer = desk.post(page(visit), typed(visit, comment="Night"), follow=True)
    same = Appointment.objects.get()
    assert (same.appointment_time, same.comment) == (second, "Night")
    assert "comes twice" not in words(answer)


def test_moving_into_a_skipped_hour_is_refused(desk, visit):
    answer = desk.post(page(visit), typed(visit, date="2027-03-14", time="02:15"))
    assert "does not exist on that day" in errors(answer)["time"][0]


def test_other_services_change_the_length(desk, visit, aurora, cut):
    colour = Service.objects.create(salon=aurora, name="Colour", minutes=90)
    desk.post(page(visit), typed(visit, services=[cut.pk, colour.pk]))
    changed = Appointment.objects.get()
    assert changed.end_time - changed.appointment_time == timedelta(minutes=135)
    assert changed.items.count() == 2


def test_a_typed_length_stands(desk, visit):
    desk.post(page(visit), typed(visit, minutes=60))
    changed = Appointment.objects.get()
    assert changed.end_time - changed.appointment_time == timedelta(minutes=60)


def test_an_empty_length_goes_back_to_the_services(desk, visit):
    later_end = visit.end_time + timedelta(minutes=30)
    edit_appointment(visit.pk, AppointmentChanges(values={"end_time": later_end}))
    visit.refresh_from_db()
    desk.post(page(visit), typed(visit, minutes=""))
    changed = Appointment.objects.get()
    assert changed.end_time - changed.appointment_time == timedelta(minutes=45)


def test_a_colleague_takes_over(desk, visit, alice):
    desk.post(page(visit), typed(visit, user=alice.pk))
    assert Appointment.objects.get().user == alice


def test_unticked_a_move_is_not_confirmed(desk, visit):
    form = typed(visit, **later(visit, hours=2))
    del form["notify"]
    desk.post(page(visit), form)
    assert ("confirmation", "skipped") in kinds(visit)


def test_a_stale_edit_is_refused_and_shows_both_versions(desk, visit):
    form = typed(visit, comment="Mine", **later(visit, hours=2))
    edit_appointment(visit.pk, AppointmentChanges(values={"comment": "Theirs"}))
    answer = desk.post(page(visit), form)
    assert answer.status_code == 409
    shown = words(answer)
    assert "Somebody changed this visit while you were editing it." in shown
    assert "Note Theirs Mine" in shown
    assert "Start" in shown
    stored = Appointment.objects.get()
    assert (stored.comment, stored.appointment_time) == ("Theirs", visit.appointment_time)


def test_saving_again_after_seeing_both_versions_puts_mine_in_place(desk, visit):
    form = typed(visit, comment="Mine")
    edit_appointment(visit.pk, AppointmentChanges(values={"comment": "Theirs"}))
    answer = desk.post(page(visit), form)
    stored = Appointment.objects.get()
    assert answer.context["form"]["version"].value() == str(stored.version)
    desk.post(page(visit), {**form, "version": stored.version})
    assert Appointment.objects.get().comment == "Mine"


def test_an_overlap_asks_and_book_anyway_allows_it(desk, visit, aurora, bob, jane, cut):
    other = book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=visit.end_time + timedelta(hours=1),
        services=[cut],
    )
    form = typed(visit, **later(visit, hours=1, minutes=30))
    answer = desk.post(page(visit), form)
    assert answer.status_code == 409
    assert "Bob is busy at that time." in words(answer)
    assert f'href="/visits/{other.pk}/"' in answer.content.decode()
    desk.post(page(visit), {**form, "allow_overlap": "1"})
    visit.refresh_from_db()
    assert visit.allow_overlap


def test_a_permission_to_overlap_does_not_travel_to_another_time(
    desk, visit, aurora, bob, jane, cut
):
    squeezed = book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=visit.appointment_time,
        services=[cut],
        allow_overlap=True,
    )
    book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=visit.appointment_time + timedelta(hours=3),
        services=[cut],
    )
    form = typed(squeezed, **later(squeezed, hours=3))
    assert desk.post(page(squeezed), form).status_code == 409


def test_a_note_on_an_overbooked_visit_does_not_ask_again(desk, visit, aurora, bob, jane, cut):
    squeezed = book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=visit.appointment_time,
        services=[cut],
        allow_overlap=True,
    )
    desk.post(page(squeezed), typed(squeezed, comment="Quick one"))
    squeezed.refresh_from_db()
    assert (squeezed.comment, squeezed.allow_overlap) == ("Quick one", True)


def test_of_a_visit_that_is_over_only_the_note_changes(desk, visit):
    change_appointment_status(visit.pk, Status.COMPLETED)
    visit.refresh_from_db()
    opened = desk.get(page(visit))
    assert "only its note can change" in words(opened)
    form = typed(visit, comment="Tipped well", **later(visit, hours=2))
    assert desk.post(page(visit), form).status_code == 302
    same = Appointment.objects.get()
    assert (same.comment, same.appointment_time) == ("Tipped well", visit.appointment_time)


def test_another_salons_staff_and_services_are_refused(desk, visit, barber, charlie):
    shave = Service.objects.create(salon=barber, name="Shave")
    assert "user" in errors(desk.post(page(visit), typed(visit, user=charlie.pk)))
    assert "services" in errors(desk.post(page(visit), typed(visit, services=[shave.pk])))


def test_what_is_no_longer_offered_may_stay_on_a_visit_that_has_it(desk, visit, cut):
    Service.objects.filter(pk=cut.pk).update(is_active=False)
    assert desk.post(page(visit), typed(visit, comment="Same as ever")).status_code == 302
