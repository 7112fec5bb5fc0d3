from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orgs.books.tieout.judging import rebuild, standing


class Command(BaseCommand):
    help = "How many transfers match. With --rebuild every one is judged anew first; the result is the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="judge all, not only what has changed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.stdout.write(f"{rebuild():,} transfers judged anew")
        now = standing()
        self.stdout.write(
            f"matched {now.matched:,}, waiting {now.waiting:,}, do not match {now.exceptions:,} "
            f"(off by {now.off_credits:,} credits), accepted {now.accepted:,}"
        )
