"""What the ledger tells the rooms above it."""

from django.dispatch import Signal

# Sent after a row stopped waiting or got another Redis id: (row). Not inside a transaction. A
# worker adds under which id it waited: (row, waited_as).
moved_on = Signal()
