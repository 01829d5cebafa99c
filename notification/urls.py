"""/notifications/ and the provider's webhooks."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from notification.views import NotificationViewSet
from notification.webhooks import twilio

router = SimpleRouter()
router.register("notifications", NotificationViewSet, basename="notification")

webhook_urls = [
    path("sms/", twilio.receive_sms, name="twilio-sms"),
    path("status/<str:code>/", twilio.receive_status, name="twilio-status"),
]
urlpatterns = [
    *router.urls,
    path("webhooks/twilio/", include((webhook_urls, "notification"))),
]
