"""What others may object to."""

from django.dispatch import Signal

#: Sent with `user` before an account is deactivated, its row locked. A receiver that raises
#: `Refusal` prevents it.
deactivating = Signal()
