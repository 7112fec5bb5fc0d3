"""One person for each role and a second administrator, for the embedded run against the sandbox.

Never used with a real Partner API. The two administrators also agree on rules that ask for a second person, once."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from dashboard.models import Staff
from layers.outbox.approving import decide
from orgs.four_eyes_models import FourEyesRules
from orgs.four_eyes_rules import Limits, propose

PASSWORD = "larkspur-demo"  # noqa: S105  printed at every start; the sandbox holds nothing worth keeping
PEOPLE = [
    ("Mara Lindqvist", "mara@larkspur.example", "Reviewer"),
    ("Tomás Ruiz", "tomas@larkspur.example", "Finance"),
    ("Priya Nair", "priya@larkspur.example", "Support"),
    ("Aiko Mori", "aiko@larkspur.example", "Ads manager"),
    ("Jonas Weber", "jonas@larkspur.example", "Admin"),
    ("Lena Okafor", "lena@larkspur.example", "Admin"),
]
RULES: Limits = {"single_above": 5_000, "daily_above": 25_000, "batch_above": 10_000, "scheduled_above": 5_000}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="print the logins instead of making them")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for name, email, role in PEOPLE:
                self.stdout.write(f"  {role:<12} {email:<26} {PASSWORD}   {name}")
            return
        for name, email, role in PEOPLE:
            if Staff.objects.filter(username=email).exists():
                continue  # whoever changed their demo password keeps it
            with transaction.atomic():
                Staff.objects.add(email, name, PASSWORD).groups.set([Group.objects.get(name=role)])
        if not FourEyesRules.objects.exists():
            self._agree_on_rules()

    @transaction.atomic
    def _agree_on_rules(self) -> None:
        one, other = (Staff.objects.get(username=email) for _, email, role in PEOPLE if role == "Admin")
        decide(propose(one, RULES).id, other, agree=True, comment="Larger amounts are looked at twice.")
