"""The pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from web.accounts.views import ForgotPasswordView, SetPasswordView, SignInView
from web.appointments.edit_views import handle_booking_form, handle_edit_form, show_found_customers
from web.appointments.views import (
    handle_cancel_form,
    handle_status_button,
    show_appointment,
    show_message_history,
)
from web.calendar.dialog_views import search_dialog_customers, show_message_forecast
from web.calendar.views import list_calendar_events, show_appointment_panel, show_calendar_event
from web.customers.views import (
    handle_customer_form,
    show_customer,
    show_customers,
    show_unreachable_numbers,
)
from web.day_list.views import show_day, show_day_messages
from web.home import show_home
from web.importing.views import download_rejects, handle_mapping_form, handle_upload_form
from web.settings.offboarding_views import handle_offboarding_form, reactivate_staff_member
from web.settings.salon_views import handle_salon_form
from web.settings.service_views import handle_service_form
from web.settings.staff_views import handle_new_staff_form, handle_staff_form, resend_invitation
from web.settings.test_message_views import send_test_message

app_name = "web"
urlpatterns = [
    path("", show_home, name="home"),
    path("calendar/events/", list_calendar_events, name="events"),
    path("calendar/events/<int:pk>/", show_calendar_event, name="event"),
    path("calendar/visits/<int:pk>/", show_appointment_panel, name="panel"),
    path("calendar/plan/", show_message_forecast, name="plan"),
    path("calendar/customers/", search_dialog_customers, name="dialog-customers"),
    path("day/", show_day, name="day"),
    path("day-texts/", show_day_messages, name="day-texts"),
    path("visits/new/", handle_booking_form, name="book"),
    path("visits/new/customers/", show_found_customers, name="find-customers"),
    path("visits/<int:pk>/", show_appointment, name="appointment"),
    path("visits/<int:pk>/texts/", show_message_history, name="appointment-texts"),
    path("visits/<int:pk>/edit/", handle_edit_form, name="edit"),
    path("visits/<int:pk>/status/", handle_status_button, name="status"),
    path("visits/<int:pk>/cancel/", handle_cancel_form, name="cancel"),
    path("people/", show_customers, name="customers"),
    path("people/unreachable/", show_unreachable_numbers, name="unreachable"),
    path("people/new/", handle_customer_form, name="new-customer"),
    path("people/<int:pk>/", show_customer, name="customer"),
    path("people/<int:pk>/edit/", handle_customer_form, name="edit-customer"),
    path("settings/", handle_salon_form, name="settings"),
    path("settings/services/new/", handle_service_form, name="new-service"),
    path("settings/services/<int:pk>/", handle_service_form, name="service"),
    path("settings/staff/new/", handle_new_staff_form, name="new-staff"),
    path("settings/staff/<int:pk>/", handle_staff_form, name="staff"),
    path("settings/staff/<int:pk>/invite/", resend_invitation, name="invite"),
    path("settings/staff/<int:pk>/leave/", handle_offboarding_form, name="leave"),
    path("settings/staff/<int:pk>/come-back/", reactivate_staff_member, name="come-back"),
    path("settings/test-text/", send_test_message, name="test-text"),
    path("settings/import/", handle_upload_form, name="import"),
    path("settings/import/<str:token>/", handle_mapping_form, name="import-mapping"),
    path(
        "settings/import/<str:token>/<slug:kind>.rejects.csv",
        download_rejects,
        name="import-rejects",
    ),
    path("sign-in/", SignInView.as_view(), name="login"),
    path("forgot-password/", ForgotPasswordView.as_view(), name="forgot-password"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path(
        "set-password/<str:uidb64>/<str:token>/",
        SetPasswordView.as_view(),
        name="set-password",
    ),
]
