"""What the ledger tells the rooms above it."""

from django.dispatch import Signal

from notification.models import AppointmentNotification

# Sent after a row stopped waiting or got another Redis id: (row). Not inside a transaction. A
# worker adds under which id it waited: (row, waited_as).
moved_on = Signal()


class News:
    """What the rooms above are told of a row that left the queue, each thing once."""

    def __init__(self, row: AppointmentNotification) -> None:
        self.row, self.waited_as = row, row.message_id
        self.told_as = ""  # the Redis id it had when the others were told

    def tell(self) -> None:
        """Say that the row waits no longer, or under another Redis id than they know.

        Never raises, or a text that went out would look lost: what fails is logged, and told again
        by the next call.
        """
        if self.told_as == self.row.message_id:
            return
        answers = moved_on.send_robust(
            AppointmentNotification, row=self.row, waited_as=self.waited_as
        )
        if not any(isinstance(answer, Exception) for _, answer in answers):
            self.told_as = self.row.message_id
