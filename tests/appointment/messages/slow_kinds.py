"""A kind of message that can be held up while it is being worded."""

import threading

from appointment.messages.kinds import Confirmation


class SlowConfirmation(Confirmation):
    """Count how often it was reached, and wait for `go_on`."""

    reached = threading.Semaphore(0)
    go_on = threading.Event()

    def prepare(self, notification, now):
        self.reached.release()
        assert self.go_on.wait(10)
        return super().prepare(notification, now)
