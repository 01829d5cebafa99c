"""The appointment reminder of the public tutorials, as an app beside ours, to compare with.

It saves an appointment, hands the reminder to Dramatiq's own Redis broker with a delay, stores the
message's id on the appointment and saves it again. It looks for no overlap and keeps no ledger.
"""
