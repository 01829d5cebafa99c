"""What the calendar's script says, in the language of the page. {braces} are filled in by it."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Every sentence of the script by its name."""
    return {
        "no_service": _("No service named"),
        "overbooked": _("overbooked"),
        "all_staff": _("Everybody"),
        "nothing_booked": _(
            "Nothing is booked here. Click an empty stretch, or press N, to book a visit."
        ),
        "zone_note": _("Times are on the salon's clock, {zone}, where it is {time} now."),
        "offline": _("The server can't be reached. What you see may be out of date."),
        "no_answer": _("the server can't be reached. Nothing was changed."),
        "signed_out": _("you are signed out. Sign in again."),
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
        "cannot_move": _("This visit is over or cancelled; reopen it to move it."),
        "booked": _("Booked: {name}, {when}."),
        "saved": _("Saved: {name}, {when}."),
        "put_aside": _("The booking is put aside."),
        "go_on": _("Go on"),
        "new_customer": _("New customer: “{text}”"),
        "nobody_found": _("Nobody found"),
        "no_number": _("no number"),
        "choose_customer": _("Choose a customer, or enter the name of someone new."),
        "choose_time": _("Give a day and a time."),
        "texts_none": _("No text goes out."),
        "text_line": _("{kind}, {when}"),
        "reminder_missing": _("Reminder: {reason}."),
        "number_read_as": _("Will be texted at {phone}."),
        "stale_time": _("Time"),
        "stale_staff": _("With"),
        "stale_services": _("Services"),
        "stale_note": _("Note"),
        "stale_status": _("Status"),
        "gone": _("This visit was deleted meanwhile."),
        "sent_again": _("The text is on its way again."),
        "status_done": _("{name}: {status}."),
        "cancelled": _("Cancelled: {name}."),
        "close": _("Close"),
    }
