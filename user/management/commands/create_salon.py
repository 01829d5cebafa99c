"""Open a salon: its record, its owner, and the link with which the owner sets a password."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from user import actions
from user.invitations import mail
from user.invitations.links import format_link_expiry
from user.models import ExtendedUser

SALON_FIELDS = (
    "name",
    "timezone",
    "country",
    "currency",
    "locale",
    "sender",
    "reminder_time_minutes",
)
NOT_MAILED = 3  # exit status: the salon is open, its owner got no mail; 2 means bad usage


class Command(BaseCommand):
    help = (
        "Open a salon and invite its owner: prints the link that sets the owner's password, and"
        " mails it when EMAIL_URL names a mail server. Exit status 1: nothing was made;"
        " 3: the salon is open, but the mail was not taken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the texts call the salon")
        parser.add_argument("--owner-email", required=True, help="signs in with this address")
        parser.add_argument("--owner-name", default="", help="default: the part before the @")
        parser.add_argument("--timezone", required=True, help="such as America/New_York")
        parser.add_argument("--country", default="US", help="two letters (US)")
        parser.add_argument("--currency", default="USD", help="three letters (USD)")
        languages = ", ".join(code for code, _name in settings.LANGUAGES)
        parser.add_argument("--locale", default="en", help=f"of texts: {languages} (en)")
        parser.add_argument("--sender", default="", help="a number of its own (the installation's)")
        parser.add_argument(
            "--reminder-time-minutes", type=int, default=60, help="0 to 43200 (60); 0: none"
        )
        parser.add_argument("--no-mail", action="store_true", help="only print the link")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: v.strip() if isinstance(v, str) else v for name, v in options.items()}
        owner = open_salon_from_options(given)
        self.stdout.write(f"{given['name']} is open. {owner.name} sets a password here:")
        self.stdout.write(owner.invitation)
        self.stdout.write(f"The link works once, until {format_link_expiry(owner)}.")
        if mail.has_mail_server() and not given["no_mail"]:
            self.mail_to(owner)

    def mail_to(self, owner: ExtendedUser) -> None:
        """Mail the invitation and wait for the mail server's answer."""
        try:
            mail.send_link_mail(mail.MailKind.INVITATION, owner)
        except mail.MailNotSent as error:
            detail = f"The mail was not sent ({error}). Check EMAIL_URL, and pass the link on."
            raise CommandError(detail, returncode=NOT_MAILED) from error
        self.stdout.write(f"It was mailed to {owner.email} too.")


def open_salon_from_options(given: dict[str, Any]) -> ExtendedUser:
    """The owner of a new salon; all that is wrong is told at once, a line for each."""
    email = given["owner_email"]
    owner_name = given["owner_name"] or email.partition("@")[0]
    try:
        return actions.open_salon({name: given[name] for name in SALON_FIELDS}, email, owner_name)
    except ValidationError as error:
        raise CommandError("\n".join(format_errors(error))) from error
    except IntegrityError as error:
        detail = "Another salon was just made with the same e-mail or sender."
        raise CommandError(detail) from error


def format_errors(error: ValidationError) -> list[str]:
    """What is wrong, by the words of the command line."""
    return [
        f"{format_option_prefix(field)}{' '.join(says)}"
        for field, says in error.message_dict.items()
    ]


def format_option_prefix(field: str) -> str:
    """What stands before the complaints about `field`."""
    if field.endswith("__all__"):
        return ""
    return "name: " if field == "name" else f"--{field.replace('_', '-')}: "
