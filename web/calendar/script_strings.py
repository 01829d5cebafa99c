"""What the calendar's script says, in the language of the page. {braces} are filled in by it."""

from django.utils.translation import gettext as _


def get_script_strings() -> dict[str, str]:
    """Every sentence of the script by its name."""
    return {
        "no_service": _("No service named"),
        "overbooked": _("overbooked"),
        "all_staff": _("Everybody"),
        "nothing_booked": _(
            "Nothing is booked here. Click an empty stretch, or press N, to book an appointment."
        ),
        "zone_note": _("Times are on the salon's clock, {zone}, where it is {time} now."),
        "offline": _("The server can't be reached. What you see may be out of date."),
        "no_answer": _("The server can't be reached."),
        "server_error": _("Something went wrong on the server."),
        "not_sure_booked": _(
            "The server did not answer. Nothing you typed is lost. Press the button again: nothing"
            " is booked twice."
        ),
        "not_sure_moved": _(
            "The server did not answer. Whether the appointment of {name} moved shows once it does."
        ),
        "try_again": _("Try again"),
        "loading": _("One moment …"),
        "signed_out": _("You are signed out."),
        "moved": _("{name}: {when} with {staff}."),
        "told_nothing": _("The customer is told nothing."),
        "undo": _("Undo"),
        "undone": _("Moved back."),
        "refused": _("Not moved. {reason}"),
        "book_anyway": _("Book anyway"),
        "moving": _(
            "Moving {name} to {when} with {staff}. Arrow keys move, Shift and an arrow changes the"
            " length, Enter drops, Escape puts back."
        ),
        "put_back": _("Put back."),
        "cannot_move": _("This appointment is over or cancelled; reopen it to move it."),
        "booked": _("Booked: {name}, {when}."),
        "saved": _("Saved: {name}, {when}."),
        "put_aside": _("Put aside; nothing you typed is lost."),
        "go_on": _("Go on"),
        "go_on_with": _("Go on: {name}, {when}"),
        "forget": _("Forget it"),
        "booked_before": _(
            "{name} is booked already: {when}. Press the button again to book this one too."
        ),
        "clash": _("{staff} is busy at that time: {name}, {span}."),
        "cancelled_count": _("Cancelled: {count}"),
        "new_customer": _("New customer: “{text}”"),
        "nobody_found": _("Nobody found"),
        "search_failed": _("Can't search: {reason}"),
        "no_number": _("no number"),
        "choose_customer": _("Choose a customer, or enter the name of someone new."),
        "choose_time": _("Give a day and a time."),
        "choose_length": _("Give whole minutes, up to 1440."),
        "choose_staff": _("Nobody takes bookings yet."),
        "texts_none": _("No text goes out."),
        "text_line": _("{kind}, {when}"),
        "reminder_missing": _("Reminder: {reason}."),
        "number_read_as": _("Will be texted at {phone}."),
        "stale_time": _("Time"),
        "stale_staff": _("With"),
        "stale_services": _("Services"),
        "stale_note": _("Note"),
        "stale_status": _("Status"),
        "gone": _("This is not in the book any more."),
        "sent_again": _("The text is on its way again."),
        "status_done": _("{name}: {status}."),
        "cancelled": _("Cancelled: {name}."),
        "close": _("Close"),
    }
