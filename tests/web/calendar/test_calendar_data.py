"""What the calendar's script reads: whose appointments, in how many queries, and what will be
texted."""

import gzip
import re
from datetime import timedelta

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import cancel_appointment
from booking_api.settings import BASE_DIR
from customer.models import Customer
from notification.actions import retry_failed_notification
from notification.contacts.models import OptOut
from notification.models import AppointmentNotification
from notification.states import Status
from salon.models import Service
from tests.web.conftest import read_page_text
from user.models import ExtendedUser
from web.calendar import script_strings

pytestmark = pytest.mark.django_db

MOST_QUERIES = 6
MOST_BYTES = 80 * 1024  # of script, compressed


def format_day_of(appointment):
    return f"{appointment.appointment_time.astimezone(appointment.salon.zone):%Y-%m-%d}"


def get_events(client, appointment, **more):
    return client.get("/calendar/events/", {"start": format_day_of(appointment), "days": 1, **more})


def test_the_calendar_opens_at_today(desk):
    page = desk.get("/")
    assert page.templates[0].name == "web/calendar/calendar.html"
    assert "web/calendar/calendar.js" in page.content.decode()
    assert 'href="/day/?date=' in page.content.decode()  # for those without JavaScript


def test_an_appointment_is_told_on_the_salons_clock(desk, appointment, bob, cut):
    [shown] = get_events(desk, appointment).json()["events"]
    assert shown["start"] == f"{format_day_of(appointment)}T10:00:00"
    assert shown["end"] == f"{format_day_of(appointment)}T10:45:00"
    assert shown["at"].startswith(shown["start"])
    assert (shown["name"], shown["staff"], shown["services"]) == ("Jane Roe", bob.pk, [cut.pk])
    assert [text["kind"] for text in shown["texts"]] == ["confirmation", "reminder"]


def test_another_salons_appointments_are_not_told(at_desk, charlie, appointment):
    assert get_events(at_desk(charlie), appointment).json()["events"] == []


def test_an_appointment_over_midnight_stands_on_both_days(desk, appointment):
    late = appointment.appointment_time.replace(hour=4, minute=30)  # 23:30 in New York
    moved = edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": late}))
    for day in (late - timedelta(hours=5), late + timedelta(hours=5)):
        shown = desk.get("/calendar/events/", {"start": f"{day:%Y-%m-%d}"}).json()["events"]
        assert [one["id"] for one in shown] == [moved.pk]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"start": "x"},
        {"start": "2026-05-04", "days": "99"},
        {"start": "2026-05-04", "days": "-1"},
    ],
)
def test_a_span_that_is_none_is_refused(desk, asked):
    assert desk.get("/calendar/events/", asked).status_code == 400


def test_nothing_is_told_twice_until_something_changes(desk, appointment):
    stamp = get_events(desk, appointment).json()["stamp"]
    assert get_events(desk, appointment, seen=stamp).status_code == 204
    edit_appointment(appointment.pk, AppointmentChanges(values={"comment": "new"}))
    news = get_events(desk, appointment, seen=stamp)
    assert news.status_code == 200
    assert get_events(desk, appointment, seen=news.json()["stamp"]).status_code == 204


def test_a_text_that_moved_on_is_news(desk, appointment):
    stamp = get_events(desk, appointment).json()["stamp"]
    row = AppointmentNotification.objects.filter(appointment_number=appointment.pk).first()
    row.status = Status.SENT
    row.save()
    assert get_events(desk, appointment, seen=stamp).status_code == 200


def test_what_will_not_be_sent_because_of_a_stop_is_not_called_planned(
    desk, appointment, jane, aurora
):
    stamp = get_events(desk, appointment).json()["stamp"]
    OptOut.objects.create(sender=aurora.sender_number, phone_number=jane.phone_number)
    news = get_events(desk, appointment, seen=stamp)
    assert news.status_code == 200
    stopped = "will not be sent: the customer answered STOP"
    assert {text["words"] for text in news.json()["events"][0]["texts"]} == {stopped}
    assert get_events(desk, appointment, seen=news.json()["stamp"]).status_code == 204
    panel = read_page_text(desk.get(f"/calendar/visits/{appointment.pk}/"))
    day = read_page_text(desk.get("/day/", {"date": format_day_of(appointment)}))
    customer = read_page_text(desk.get(f"/people/{jane.pk}/"))
    assert all(stopped in page and "planned for" not in page for page in (panel, day, customer))


def fill_day(salon, tomorrow, staff, appointments):
    """`appointments` appointments in all, over `staff` members of staff, on the same day."""
    people = [ExtendedUser.objects.create_user(name=f"S{n}", salon=salon) for n in range(staff)]
    customer = Customer.objects.create(salon=salon, full_name="C", phone_number="+12125550188")
    for number in range(appointments):
        book_appointment(
            salon=salon,
            user=people[number % staff],
            customer=customer,
            appointment_time=tomorrow + timedelta(minutes=10 * (number // staff)),
            end_time=tomorrow + timedelta(minutes=10 * (number // staff) + 10),
            services=list(salon.services.all()),
        )


def test_a_full_day_takes_as_many_queries_as_an_empty_one(
    desk, aurora, cut, appointment, tomorrow, django_assert_num_queries
):
    with django_assert_num_queries(MOST_QUERIES):
        get_events(desk, appointment)
    fill_day(aurora, tomorrow, staff=4, appointments=20)
    with django_assert_num_queries(MOST_QUERIES):
        answer = get_events(desk, appointment)
    assert len(answer.json()["events"]) == 21
    with django_assert_num_queries(MOST_QUERIES):
        desk.get("/calendar/events/", {"start": format_day_of(appointment), "days": 7})


def get_forecast(client, **asked):
    return client.get("/calendar/plan/", {"notify": "1", **asked}).json()


def test_the_texts_of_a_booking_are_foretold_word_by_word(desk, jane, bob, aurora, tomorrow):
    told = get_forecast(desk, customer=jane.pk, start=tomorrow.isoformat())["texts"]
    assert [text["kind"] for text in told] == ["confirmation", "reminder"]
    assert told[0]["when"] == "at once"
    assert told[1]["when"].endswith("9:00 AM")
    booked = book_appointment(salon=aurora, user=bob, customer=jane, appointment_time=tomorrow)
    rows = AppointmentNotification.objects.of_appointment(booked.pk).order_by("pk")
    assert [row.kind for row in rows] == ["confirmation", "reminder"]
    assert told[0]["body"].startswith("Hi Jane Roe, Your appointment at Aurora")


def test_without_a_wish_to_text_only_the_reminder_is_foretold(desk, jane, tomorrow):
    told = get_forecast(desk, customer=jane.pk, start=tomorrow.isoformat(), notify="0")["texts"]
    assert [text["kind"] for text in told] == ["reminder"]


def test_a_number_is_checked_as_it_is_typed(desk, tomorrow):
    good = get_forecast(desk, start=tomorrow.isoformat(), name="Ada", phone="(212) 555-0134")
    assert (good["phone"], good["phone_error"]) == ("+1 212-555-0134", "")
    assert "Hi Ada," in good["texts"][0]["body"]
    bad = get_forecast(desk, start=tomorrow.isoformat(), name="Ada", phone="12")
    assert bad["phone_error"] == "This is not a phone number such as +12125550123."
    assert bad["texts"] == []
    assert bad["missing"] == "Without a mobile number, no texts can be sent."


def test_a_customer_of_another_salon_is_not_read(at_desk, charlie, jane, tomorrow):
    told = get_forecast(at_desk(charlie), customer=jane.pk, start=tomorrow.isoformat())
    assert "Jane" not in str(told)


def test_whoever_answered_stop_is_foretold_no_text(desk, jane, aurora, tomorrow):
    OptOut.objects.create(sender=aurora.sender, phone_number=str(jane.phone_number))
    told = get_forecast(desk, customer=jane.pk, start=tomorrow.isoformat())
    assert told["texts"] == []
    assert told["missing"] == "This number answered STOP, so no texts are sent."


def test_a_time_that_comes_twice_is_said_to_be_the_first(desk, jane):
    assert get_forecast(desk, customer=jane.pk, start="2027-11-06T01:30")["start_note"] == ""
    twice = get_forecast(desk, customer=jane.pk, start="2027-11-07T01:30")
    assert twice["start_note"].endswith("The first is used, 1:30 AM EDT.")


def search_in_dialog(client, text):
    return client.get("/calendar/customers/", {"q": text}).json()["found"]


def test_customers_are_found_with_their_number_as_people_write_it(desk, jane, aurora):
    [found] = search_in_dialog(desk, "0199")
    assert found == {
        "id": jane.pk,
        "full_name": "Jane Roe",
        "phone_number": "+1 212-555-0199",
        "hint": "",
    }
    OptOut.objects.create(sender=aurora.sender, phone_number=str(jane.phone_number))
    assert search_in_dialog(desk, "jane")[0]["hint"] == "answered STOP"
    assert search_in_dialog(desk, "") == []


def test_another_salons_customers_are_not_found(at_desk, charlie, jane):
    assert search_in_dialog(at_desk(charlie), "jane") == []


def read_overbooked_marks(client, appointment):
    shown = {
        one["id"]: one["overbooked"] for one in get_events(client, appointment).json()["events"]
    }
    assert (
        client.get(f"/calendar/events/{appointment.pk}/").json()["overbooked"]
        == shown[appointment.pk]
    )
    return shown


def test_overbooked_is_the_fact_and_not_the_permission(desk, appointment, aurora, bob, alice, jane):
    def book(minutes, length=30, user=bob):
        start = appointment.appointment_time + timedelta(minutes=minutes)
        usual = {"salon": aurora, "user": user, "customer": jane, "allow_overlap": True}
        end = start + timedelta(minutes=length)
        return book_appointment(**usual, appointment_time=start, end_time=end)

    long, within, after, hers = book(60, 120), book(65), book(180), book(60, user=alice)
    beside = book(100)
    shown = read_overbooked_marks(desk, appointment)
    assert {pk for pk, is_over in shown.items() if is_over} == {long.pk, within.pk, beside.pk}
    assert not shown[after.pk]
    assert not shown[hers.pk]
    panel = read_page_text(desk.get(f"/calendar/visits/{within.pk}/"))
    assert "Overbooked with Jane Roe, 11:00 AM – 1:00 PM" in panel
    cancel_appointment(long.pk)
    assert not any(read_overbooked_marks(desk, within).values())
    assert "Overbooked" not in read_page_text(desk.get(f"/calendar/visits/{within.pk}/"))


def test_a_plan_that_names_no_time_says_so(desk, jane):
    assert "not a time" in get_forecast(desk, customer=jane.pk, start="soon")["start_error"]


def test_the_panel_tells_the_appointment_its_texts_and_the_customer(
    desk, appointment, jane, bob, aurora
):
    jane.notes = "Allergic to ammonia"
    jane.save()
    other = appointment.appointment_time + timedelta(days=3)
    book_appointment(salon=aurora, user=bob, customer=jane, appointment_time=other)
    shown = read_page_text(desk.get(f"/calendar/visits/{appointment.pk}/"))
    for part in ("Jane Roe", "+1 212-555-0199", "Confirmation", "Reminder", "Allergic to ammonia"):
        assert part in shown
    assert f"{other.astimezone(aurora.zone):%b} {other.astimezone(aurora.zone).day}," in shown


def test_the_panel_tells_who_changed_what(desk, appointment, bob):
    noon = appointment.appointment_time + timedelta(hours=2)
    url = f"/appointments/{appointment.pk}/"
    body = {"appointment_time": noon.isoformat(), "comment": "Bring the card"}
    as_json = {"content_type": "application/json", "HTTP_ACCEPT": "application/json"}
    assert desk.patch(url, body, **as_json).status_code == 200
    assert desk.post(f"{url}confirm/", {}, **as_json).status_code == 200
    shown = read_page_text(desk.get(f"/calendar/visits/{appointment.pk}/"))
    changes = shown[shown.index("Changes") : shown.index("Other appointments")]
    assert changes.index("booked → confirmed") < changes.index("12:00 – 12:45 PM")
    assert "10:00 – 10:45 AM →" in changes
    assert "note: Bring the card" in changes
    assert changes.count("· Bob") == 2


def read_changes(client, appointment):
    shown = read_page_text(client.get(f"/calendar/visits/{appointment.pk}/"))
    return shown[shown.index("Changes") : shown.index("Other appointments")]


def test_the_panel_tells_which_services_were_changed(desk, appointment, cut, aurora):
    color = Service.objects.create(salon=aurora, name="Color", minutes=90)
    edit_appointment(appointment.pk, AppointmentChanges(services=[cut, color]))
    edit_appointment(appointment.pk, AppointmentChanges(values={"comment": "Bring the card"}))
    edit_appointment(appointment.pk, AppointmentChanges(services=[]))
    told = read_changes(desk, appointment)
    assert told.endswith("booked Cut ")
    assert "Cut → Cut, Color" in told
    assert "Cut, Color → no service named" in told
    assert told.count("→") == 4  # the two above, and the length they make


def test_of_an_appointment_without_a_history_the_panel_tells_what_it_became(
    desk, appointment, aurora
):
    appointment.history.all().delete()  # as an import leaves it
    color = Service.objects.create(salon=aurora, name="Color", minutes=45)
    edit_appointment(appointment.pk, AppointmentChanges(values={"comment": "Bring the card"}))
    edit_appointment(appointment.pk, AppointmentChanges(services=[color]))
    told = read_changes(desk, appointment)
    assert "Color" in told
    assert "→" not in told


def test_a_text_that_failed_offers_to_be_sent_again(desk, appointment):
    rows = AppointmentNotification.objects.filter(
        appointment_number=appointment.pk, kind="confirmation"
    )
    assert "Send again" not in read_page_text(desk.get(f"/calendar/visits/{appointment.pk}/"))
    rows.update(status=Status.FAILED, reason="bad_number")
    assert "Send again" in read_page_text(desk.get(f"/calendar/visits/{appointment.pk}/"))
    retry_failed_notification(rows.get())
    rows.exclude(retry_of=None).update(status=Status.DELIVERED)
    assert "Send again" not in read_page_text(desk.get(f"/calendar/visits/{appointment.pk}/"))


def test_every_sentence_of_the_script_has_words_and_every_word_a_use():
    source = "".join(path.read_text() for path in (BASE_DIR / "frontend/src").rglob("*.ts"))
    used = set(re.findall(r"\bt\([^()]*?\"(\w+)\"", source))
    used |= set(re.findall(r"\bt\(\w+ \? \"\w+\" : \"(\w+)\"", source))
    assert used == set(script_strings.get_script_strings())


def test_all_script_is_small_enough_for_a_slow_line():
    bundle = BASE_DIR / "web/static/web/calendar/calendar.js"
    assert bundle.exists(), "the calendar is not built: make web/static/web/calendar/calendar.js"
    scripts = [bundle, BASE_DIR / "pages/static/pages/app.js"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) <= MOST_BYTES


def test_the_build_names_no_place_that_packages_came_from():
    lock = (BASE_DIR / "frontend/package-lock.json").read_text()
    assert '"resolved"' not in lock


def test_a_link_to_an_appointment_opens_its_day(desk, appointment):
    day = appointment.appointment_time.astimezone(appointment.salon.zone).date()
    assert desk.get(f"/?visit={appointment.pk}").context["day"] == day
