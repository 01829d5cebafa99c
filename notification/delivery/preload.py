"""What a worker does before its first text, which would have to wait for it."""

from django.urls import reverse
from dramatiq import Broker, Middleware


class Preload(Middleware):
    """Loads what Django and Twilio's SDK would load at the first text: up to a second of work.

    Nothing is opened here: no connection, no file that stays open.
    """

    def after_process_boot(self, broker: Broker) -> None:
        # The broker and its middleware come before the models.
        from core.http import connect  # noqa: PLC0415
        from notification import registry  # noqa: PLC0415
        from notification.channels import base  # noqa: PLC0415
        from notification.channels.sms import twilio  # noqa: PLC0415

        reverse("notification:twilio-status", args=["-"])
        for channel in base.CHANNELS:
            base.get_channel(channel)
        registry.load_message_kinds()
        connect.ssl_context()
        twilio.get_client().messages  # noqa: B018 - the SDK imports a part when it is named
