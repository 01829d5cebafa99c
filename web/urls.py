"""The pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from web.views import (
    accounts,
    appointments,
    booking,
    calendar,
    customers,
    day,
    dialog,
    importing,
    leaving,
    offers,
    salon,
    staff,
)

app_name = "web"
urlpatterns = [
    path("", calendar.home, name="home"),
    path("calendar/events/", calendar.events, name="events"),
    path("calendar/events/<int:pk>/", calendar.event, name="event"),
    path("calendar/visits/<int:pk>/", calendar.panel, name="panel"),
    path("calendar/plan/", dialog.plan, name="plan"),
    path("calendar/customers/", dialog.customers, name="dialog-customers"),
    path("day/", day.day, name="day"),
    path("day-texts/", day.texts, name="day-texts"),
    path("visits/new/", booking.book, name="book"),
    path("visits/new/customers/", booking.find_customers, name="find-customers"),
    path("visits/<int:pk>/", appointments.appointment, name="appointment"),
    path("visits/<int:pk>/texts/", appointments.texts, name="appointment-texts"),
    path("visits/<int:pk>/edit/", booking.edit, name="edit"),
    path("visits/<int:pk>/status/", appointments.change_status, name="status"),
    path("visits/<int:pk>/cancel/", appointments.cancel, name="cancel"),
    path("people/", customers.customers, name="customers"),
    path("people/unreachable/", customers.unreachable_numbers, name="unreachable"),
    path("people/new/", customers.edit_customer, name="new-customer"),
    path("people/<int:pk>/", customers.customer, name="customer"),
    path("people/<int:pk>/edit/", customers.edit_customer, name="edit-customer"),
    path("settings/", salon.salon_settings, name="settings"),
    path("settings/services/new/", offers.service, name="new-service"),
    path("settings/services/<int:pk>/", offers.service, name="service"),
    path("settings/staff/new/", staff.new_staff, name="new-staff"),
    path("settings/staff/<int:pk>/", staff.staff, name="staff"),
    path("settings/staff/<int:pk>/invite/", staff.invite, name="invite"),
    path("settings/staff/<int:pk>/leave/", leaving.leave, name="leave"),
    path("settings/staff/<int:pk>/come-back/", leaving.come_back, name="come-back"),
    path("settings/test-text/", offers.test_text, name="test-text"),
    path("settings/import/", importing.upload, name="import"),
    path("settings/import/<str:token>/", importing.mapping, name="import-mapping"),
    path(
        "settings/import/<str:token>/<slug:kind>.rejects.csv",
        importing.rejects,
        name="import-rejects",
    ),
    path("sign-in/", accounts.SignIn.as_view(), name="login"),
    path("forgot-password/", accounts.ForgotPassword.as_view(), name="forgot-password"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path(
        "set-password/<str:uidb64>/<str:token>/",
        accounts.SetPassword.as_view(),
        name="set-password",
    ),
]
