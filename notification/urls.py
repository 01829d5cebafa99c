"""/notifications/ and the provider's webhooks."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from notification import webhooks
from notification.views import NotificationViewSet

router = SimpleRouter()
router.register("notifications", NotificationViewSet, basename="notification")

webhook_urls = [
    path("sms/", webhooks.sms, name="twilio-sms"),
    path("status/<str:code>/", webhooks.status, name="twilio-status"),
]
urlpatterns = [
    *router.urls,
    path("webhooks/twilio/", include((webhook_urls, "notification"))),
]
