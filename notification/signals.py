"""What the ledger tells the rooms above it."""

from django.dispatch import Signal

# Sent after a row stopped waiting or got another Redis id: (row). Not inside a transaction.
moved_on = Signal()
