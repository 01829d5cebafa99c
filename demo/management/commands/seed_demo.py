"""manage.py seed_demo: two salons to try the program with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from demo import seed


class Command(BaseCommand):
    help = "Make the two demo salons, once; a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--summary", action="store_true", help="print the accounts and their password"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = seed.get_demo_password()
        seed.seed_demo_salons(password)
        if options["summary"]:
            for line in seed.summarize_demo_accounts(password):
                self.stdout.write(line)
