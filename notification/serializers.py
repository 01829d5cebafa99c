"""The ledger in JSON."""

from rest_framework import serializers

from core.api.fields import ZonedDateTimeField
from notification.models import AppointmentNotification


class NotificationSerializer(serializers.ModelSerializer[AppointmentNotification]):
    """One message. `appointment` is the appointment's id, also when the appointment was deleted
    since."""

    appointment = serializers.IntegerField(source="appointment_number", read_only=True)
    starts_at = ZonedDateTimeField(read_only=True)
    due_at = ZonedDateTimeField(read_only=True)
    sent_at = ZonedDateTimeField(read_only=True)
    delivered_at = ZonedDateTimeField(read_only=True)

    class Meta:
        model = AppointmentNotification
        fields = [
            "id",
            "appointment",
            "kind",
            "channel",
            "status",
            "reason",
            "offset_minutes",
            "starts_at",
            "due_at",
            "sent_at",
            "delivered_at",
            "recipient",
            "body",
            "attempts",
            "error_code",
            "error",
            "provider_id",
            "retry_of",
        ]
        read_only_fields = fields
