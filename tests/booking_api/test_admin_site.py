"""The admin: for operators alone; what it saves and deletes goes the way of every change."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appointment.actions.book import book_appointment
from appointment.consistency.models import LastCheck
from appointment.messages.models import ReminderReplan
from appointment.models import Appointment
from availability.models import BusySpan
from customer.models import Customer
from importing.models import ImportedBooking
from notification.contacts.models import InboundMessage, OptOut, UnreachableNumber
from notification.delivery.models import QueueRefill
from notification.models import AppointmentNotification
from notification.states import UnreachableCause
from salon.models import Salon, Service
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

ROOMS = ["address", "salon", "user", "customer", "notification", "appointment", "importing"]


@pytest.fixture
def root(db):
    return ExtendedUser.objects.create_superuser("root@host.example", "root-password")


@pytest.fixture
def desk(root):
    """An operator at the admin."""
    client = Client()
    client.force_login(root)
    return client


def get_admin_url(model, what="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def list_kinds_and_statuses(appointment_id):
    rows = AppointmentNotification.objects.of_appointment(appointment_id).order_by("pk")
    return list(rows.values_list("kind", "status"))


def create_last_check(salon):
    """The nightly check has been here."""
    counts = dict.fromkeys(["appointments", "reminders_due", "reminders_planned", "differences"], 0)
    LastCheck.objects.create(salon=salon, checked_at=timezone.now(), **counts)


def create_unreachable_number(salon, number):
    """Texts of `salon` don't reach `number`."""
    now = timezone.now()
    UnreachableNumber.objects.create(
        salon=salon, phone_number=number, cause=UnreachableCause.NOT_MOBILE, since=now, tried_at=now
    )


class TestTheDoor:
    def test_opens_for_operators(self, root):
        client = Client()
        typed = {"username": "root@host.example", "password": "root-password"}
        assert client.post("/admin/login/?next=/admin/", typed).status_code == 302
        assert client.get("/admin/").status_code == 200

    @pytest.mark.parametrize("is_staff", [False, True])
    def test_stays_shut_for_owners_even_if_marked_as_staff(self, alice, is_staff):
        alice.is_staff = is_staff
        alice.save()
        client = Client()
        typed = {"username": alice.email, "password": "alice-password"}
        right = client.post("/admin/login/", typed)
        wrong = client.post("/admin/login/", {**typed, "password": "wrong"})
        says = [list(answer.context["form"].non_field_errors()) for answer in (right, wrong)]
        assert says[0] == says[1]
        assert says[0]
        client.force_login(alice)
        for path in (
            "/admin/",
            get_admin_url(Customer),
            get_admin_url(ExtendedUser, "change", alice.pk),
        ):
            assert client.get(path).status_code == 302, path

    def test_is_locked_after_five_failures(self, root):
        client = Client()
        typed = {"username": "root@host.example", "password": "wrong"}
        for _ in range(5):
            last = client.post("/admin/login/", typed)
        assert last.status_code == 429
        right = client.post("/admin/login/", {**typed, "password": "root-password"})
        assert right.status_code == 429


class TestEveryModel:
    @pytest.fixture(autouse=True)
    def some_of_each(self, appointment, aurora, jane):
        aurora.addresses.create(street="1 Main St", city="New York", country="US")
        InboundMessage.objects.create(provider_id="SM1", sender="+1", recipient="+2", salon=aurora)
        OptOut.objects.create(sender="+12125550110", phone_number="+12125550199")
        create_unreachable_number(aurora, "+12125550199")
        ImportedBooking.objects.create(salon=aurora, key="7", appointment=appointment)
        QueueRefill.objects.create(epoch="e")
        ReminderReplan.objects.create(salon=aurora, requested_at=timezone.now())
        create_last_check(aurora)

    def test_has_its_page_or_stands_on_anothers(self):
        site = admin.site._registry
        shown = {*site, *(inline.model for each in site.values() for inline in each.inlines)}
        for room in ROOMS:
            assert set(apps.get_app_config(room).get_models()) <= shown, room

    def test_can_be_searched_and_filtered(self):
        for model, page in admin.site._registry.items():
            if model._meta.app_label in ROOMS:
                assert page.search_fields, model
                assert page.list_filter, model

    @pytest.mark.parametrize("room", ROOMS)
    def test_can_be_listed_searched_and_opened(self, desk, room):
        for model in apps.get_app_config(room).get_models():
            if model in admin.site._registry:
                assert desk.get(get_admin_url(model)).status_code == 200
                assert desk.get(get_admin_url(model), {"q": "1"}).status_code == 200
                record = model.objects.first()
                assert desk.get(get_admin_url(model, "change", record.pk)).status_code == 200, model

    def test_costs_the_same_for_few_rows_and_for_many(self, desk, more_of_each):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def costs():
            counts = {}
            for model in admin.site._registry:
                if model._meta.app_label in ROOMS:
                    with CaptureQueriesContext(
                        connection,
                    ) as queries:
                        desk.get(get_admin_url(model))
                    counts[model] = len(queries)
            return counts

        few = costs()
        more_of_each()
        assert costs() == few

    @pytest.fixture
    def more_of_each(self, appointment, tomorrow):
        def add():
            for number in range(5):
                salon = Salon.objects.create(name=f"S{number}", timezone="UTC")
                salon.addresses.create(street="1 Main St", city="New York", country="US")
                service = Service.objects.create(salon=salon, name="Cut")
                user = ExtendedUser.objects.create(salon=salon, name="X")
                phone = f"+1212555014{number}"
                customer = Customer.objects.create(salon=salon, full_name="Y", phone_number=phone)
                create_unreachable_number(salon, phone)
                booked = book_appointment(
                    salon=salon,
                    user=user,
                    customer=customer,
                    appointment_time=tomorrow,
                    services=[service],
                )
                ImportedBooking.objects.create(salon=salon, key="7", appointment=booked)
                InboundMessage.objects.create(
                    provider_id=f"SM-{number}", sender="+1", recipient="+2", salon=salon
                )
                OptOut.objects.create(sender="+1", phone_number=f"+1212555012{number}")
                ReminderReplan.objects.create(salon=salon, requested_at=timezone.now())
                create_last_check(salon)

        return add


class TestAppointments:
    @pytest.fixture
    def typed(self, appointment):
        """The form of `appointment` as it stands."""
        start, end = appointment.appointment_time, appointment.end_time
        form = {
            "salon": appointment.salon_id,
            "user": appointment.user_id,
            "customer": appointment.customer_id,
            "appointment_time_0": f"{start:%Y-%m-%d}",
            "appointment_time_1": f"{start:%H:%M:%S}",
            "end_time_0": f"{end:%Y-%m-%d}",
            "end_time_1": f"{end:%H:%M:%S}",
            "status": appointment.status,
            "comment": "",
            "column_id": "",
            "cancel_reason": "",
        }
        for prefix in ("items", "busy_spans", "request"):
            form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        return form

    def later(self, typed, appointment, hours=1):
        start, end = (
            t + timedelta(hours=hours) for t in (appointment.appointment_time, appointment.end_time)
        )
        return {
            **typed,
            "appointment_time_0": f"{start:%Y-%m-%d}",
            "appointment_time_1": f"{start:%H:%M:%S}",
            "end_time_0": f"{end:%Y-%m-%d}",
            "end_time_1": f"{end:%H:%M:%S}",
        }

    def test_moving_one_plans_its_texts_anew(self, desk, appointment, typed):
        answer = desk.post(
            get_admin_url(Appointment, "change", appointment.pk), self.later(typed, appointment)
        )
        assert answer.status_code == 302, answer.context["errors"]
        assert list_kinds_and_statuses(appointment.pk) == [
            ("confirmation", "cancelled"),
            ("reminder", "cancelled"),
            ("confirmation", "pending"),
            ("reminder", "pending"),
        ]
        moved = Appointment.objects.get()
        assert moved.task_id not in {"", appointment.task_id}
        assert BusySpan.objects.get().start == moved.appointment_time

    def test_adding_one_plans_its_texts(self, desk, appointment, typed):
        answer = desk.post(get_admin_url(Appointment, "add"), self.later(typed, appointment))
        assert answer.status_code == 302, answer.context["errors"]
        added = Appointment.objects.latest("pk")
        assert list_kinds_and_statuses(added.pk) == [
            ("confirmation", "pending"),
            ("reminder", "pending"),
        ]

    def test_a_taken_time_is_refused_and_overbooking_is_not(self, desk, appointment, typed):
        refused = desk.post(get_admin_url(Appointment, "add"), typed)
        assert refused.status_code == 200
        assert f"appointment {appointment.pk}" in str(refused.context["errors"])
        assert Appointment.objects.count() == 1
        taken = desk.post(get_admin_url(Appointment, "add"), {**typed, "allow_overlap": "on"})
        assert taken.status_code == 302
        assert Appointment.objects.count() == 2

    def test_people_of_two_salons_never_meet(self, desk, appointment, typed, charlie, mike):
        for field, foreign in (("user", charlie), ("customer", mike)):
            answer = desk.post(
                get_admin_url(Appointment, "change", appointment.pk), {**typed, field: foreign.pk}
            )
            assert answer.status_code == 200
            assert "this salon" in str(answer.context["errors"])

    def test_an_end_before_the_start_is_refused(self, desk, appointment, typed):
        answer = desk.post(
            get_admin_url(Appointment, "change", appointment.pk),
            {**typed, "end_time_0": "2020-01-01"},
        )
        assert answer.status_code == 200
        assert "end after it begins" in str(answer.context["errors"])

    def test_deleting_one_takes_its_texts_back_and_tells_the_customer(self, desk, appointment):
        desk.post(get_admin_url(Appointment, "delete", appointment.pk), {"post": "yes"})
        assert not Appointment.objects.exists()
        assert list_kinds_and_statuses(appointment.pk) == [
            ("confirmation", "cancelled"),
            ("reminder", "cancelled"),
            ("cancellation", "pending"),
        ]

    def test_deleting_what_is_selected_does_so_for_each(self, desk, appointment, tomorrow):
        other = book_appointment(
            salon=appointment.salon,
            user=appointment.user,
            customer=appointment.customer,
            appointment_time=tomorrow + timedelta(hours=2),
        )
        both = [appointment.pk, other.pk]
        action = {"action": "delete_selected", "_selected_action": both, "post": "yes"}
        desk.post(get_admin_url(Appointment), action)
        assert not Appointment.objects.exists()
        for pk in both:
            assert list_kinds_and_statuses(pk) == [
                ("confirmation", "cancelled"),
                ("reminder", "cancelled"),
                ("cancellation", "pending"),
            ]

    def test_deleting_selected_customers_calls_their_appointments_off(
        self, desk, appointment, jane
    ):
        action = {"action": "delete_selected", "_selected_action": [jane.pk], "post": "yes"}
        desk.post(get_admin_url(Customer), action)
        assert not Customer.objects.exists()
        assert list_kinds_and_statuses(appointment.pk)[-1] == ("cancellation", "pending")


class TestTheLedger:
    def test_is_only_read(self, desk, appointment):
        row = AppointmentNotification.objects.first()
        assert desk.post(get_admin_url(AppointmentNotification, "add"), {}).status_code == 403
        for what in ("change", "delete"):
            answer = desk.post(
                get_admin_url(AppointmentNotification, what, row.pk), {"post": "yes"}
            )
            assert answer.status_code == 403
        action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        desk.post(get_admin_url(AppointmentNotification), action)
        assert AppointmentNotification.objects.count() == 2


class TestAccounts:
    def test_are_made_with_a_password_and_signed_out_by_a_new_one(self, desk, aurora):
        typed = {
            "name": "Dora",
            "email": "Dora@Aurora.example",
            "salon": aurora.pk,
            "bookable": "on",
            "usable_password": "true",
            "password1": "long-enough-7",
            "password2": "long-enough-7",
        }
        answer = desk.post(get_admin_url(ExtendedUser, "add"), typed)
        assert answer.status_code == 302, answer.context["errors"]
        dora = ExtendedUser.objects.get(email="dora@aurora.example")
        assert check_password("long-enough-7", dora.password)
        assert not dora.is_superuser

    def test_share_no_address(self, desk, alice, aurora):
        typed = {"name": "A", "email": "ALICE@aurora.example", "usable_password": "false"}
        answer = desk.post(get_admin_url(ExtendedUser, "add"), typed)
        assert answer.status_code == 200
        assert "exists already" in str(answer.context["errors"])

    def account(self, user, **changes):
        """What the page of `user` sends; a False is a box without its tick."""
        names = ("name", "email", "salon_id", "bookable", "can_login", "is_active")
        values = {name.removesuffix("_id"): getattr(user, name) for name in names} | changes
        return {name: value for name, value in values.items() if value is not False}

    def test_are_not_closed_while_customers_await_them(self, desk, bob, appointment):
        answer = desk.post(
            get_admin_url(ExtendedUser, "change", bob.pk), self.account(bob, is_active=False)
        )
        assert "Bob has 1 appointment ahead." in str(answer.context["errors"])
        bob.refresh_from_db()
        assert bob.is_active

    @pytest.mark.parametrize("field", ["is_active", "can_login"])
    def test_that_are_closed_and_opened_again_have_no_old_sessions(self, desk, bob, field):
        client = Client()
        client.force_login(bob, backend="user.backends.EmailBackend")
        assert client.get("/auth/me/").status_code == 200
        for change in ({field: False}, {}, {"name": "Robert"}):
            answer = desk.post(
                get_admin_url(ExtendedUser, "change", bob.pk), self.account(bob, **change)
            )
            assert answer.status_code == 302, answer.context["errors"]
            assert client.get("/auth/me/").status_code == 401
        bob.refresh_from_db()
        assert (bob.may_sign_in, bob.name, bob.sign_outs) == (True, "Robert", 1)


class TestSalons:
    def test_keep_their_senders_to_themselves(self, desk, aurora, barber):
        typed = {
            "name": "Aurora",
            "timezone": "America/New_York",
            "country": "US",
            "currency": "USD",
            "locale": "en",
            "reminder_time_minutes": "60",
            "sender": barber.sender,
            "addresses-TOTAL_FORMS": 0,
            "addresses-INITIAL_FORMS": 0,
        }
        answer = desk.post(get_admin_url(Salon, "change", aurora.pk), typed)
        assert answer.status_code == 200
        assert "in use" in str(answer.context["errors"])

    def test_hand_a_new_reminder_time_on_to_their_appointments(self, desk, aurora):
        typed = {
            "name": "Aurora",
            "timezone": "America/New_York",
            "country": "US",
            "currency": "USD",
            "locale": "en",
            "reminder_time_minutes": "120",
            "sender": "",
            "addresses-TOTAL_FORMS": 0,
            "addresses-INITIAL_FORMS": 0,
        }
        assert desk.post(get_admin_url(Salon, "change", aurora.pk), typed).status_code == 302
        assert ReminderReplan.objects.filter(salon=aurora).exists()


class TestCustomers:
    @pytest.fixture(autouse=True)
    def troubled(self, aurora, barber, jane):
        """Jane can't be reached; Mike of the other salon told it to stop."""
        create_unreachable_number(aurora, jane.phone_number)
        Customer.objects.create(salon=aurora, full_name="Ann", phone_number="+12125550123")
        mike = Customer.objects.create(
            salon=barber, full_name="Mike", phone_number=jane.phone_number
        )
        OptOut.objects.create(sender=barber.sender, phone_number=mike.phone_number)

    def test_show_why_texts_dont_arrive(self, desk):
        shown = desk.get(get_admin_url(Customer)).content.decode()
        assert shown.count("not a mobile number (2") == 1
        assert shown.count("answered STOP</td>") == 1

    @pytest.mark.parametrize(
        ("chosen", "names"), [("unreachable", ["Jane Roe"]), ("opted_out", ["Mike"])]
    )
    def test_are_narrowed_to_those_texts_dont_get_to(self, desk, chosen, names):
        changes = desk.get(get_admin_url(Customer), {"texts": chosen}).context["cl"]
        assert [str(each) for each in changes.result_list] == names

    def test_share_the_opt_outs_of_a_shared_sender(self, desk, aurora, jane, settings):
        aurora.sender = ""
        aurora.save()
        OptOut.objects.create(sender=settings.TWILIO_PHONE_NUMBER, phone_number=jane.phone_number)
        changes = desk.get(get_admin_url(Customer), {"texts": "opted_out"}).context["cl"]
        assert sorted(str(each) for each in changes.result_list) == ["Jane Roe", "Mike"]
