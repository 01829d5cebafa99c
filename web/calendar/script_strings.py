"""The sentences of the calendar's script, in the language of the page; it fills in {braces}."""

from django.utils.translation import gettext as _


def get_script_strings() -> dict[str, str]:
    """Return every sentence of the script by its name."""
    return {
        "no_service": _("No service"),
        "overbooked": _("overbooked"),
        "all_staff": _("All staff"),
        "nothing_booked": _("No appointments. Click an empty time or press N to book one."),
        "zone_note": _("Times are salon time ({zone}), now {time}."),
        "offline": _("Cannot reach the server. This page may be out of date."),
        "no_answer": _("Cannot reach the server. Try again."),
        "server_error": _("Something went wrong on the server. Try again."),
        "not_sure_booked": _(
            "The server did not answer. What you typed is kept. Press the button again: nothing is"
            " booked twice."
        ),
        "not_sure_moved": _(
            "The server did not answer. Once it does, the calendar shows whether the appointment of"
            " {name} was moved."
        ),
        "try_again": _("Try again"),
        "loading": _("One moment …"),
        "signed_out": _("You are signed out."),
        "moved": _("{name}: {when} with {staff}."),
        "told_nothing": _("The customer gets no text."),
        "undo": _("Undo"),
        "undone": _("Moved back."),
        "refused": _("Not moved. {reason}"),
        "book_anyway": _("Book anyway"),
        "moving": _(
            "Moving {name} to {when} with {staff}. Arrow keys move, Shift and an arrow changes the"
            " length, Enter saves, Escape cancels."
        ),
        "put_back": _("Move cancelled."),
        "cannot_move": _("This appointment is completed or cancelled. Reopen it to move it."),
        "booked": _("Booked: {name}, {when}."),
        "saved": _("Saved: {name}, {when}."),
        "put_aside": _("Saved as an unfinished booking."),
        "go_on": _("Continue"),
        "go_on_with": _("Continue: {name}, {when}"),
        "forget": _("Discard"),
        "booked_before": _(
            "{name} is already booked: {when}. Press the button again to book this one too."
        ),
        "clash": _("{staff} is busy at that time: {name}, {span}."),
        "cancelled_count": _("Cancelled: {count}"),
        "new_customer": _("New customer: “{text}”"),
        "nobody_found": _("No customer found"),
        "search_failed": _("Search failed: {reason}"),
        "no_number": _("no number"),
        "choose_customer": _("Choose a customer, or enter the name of a new one."),
        "choose_time": _("Enter a date and a time."),
        "choose_length": _("Enter whole minutes, 1 to 1440."),
        "choose_staff": _("Nobody takes bookings yet."),
        "texts_none": _("No text will be sent."),
        "text_line": _("{kind}, {when}"),
        "reminder_missing": _("Reminder: {reason}."),
        "number_read_as": _("Texts will go to {phone}."),
        "stale_time": _("Time"),
        "stale_staff": _("With"),
        "stale_services": _("Services"),
        "stale_note": _("Note"),
        "stale_status": _("Status"),
        "gone": _("This appointment no longer exists."),
        "sent_again": _("The text is being sent again."),
        "status_done": _("{name}: {status}."),
        "cancelled": _("Cancelled: {name}."),
        "close": _("Close"),
    }
