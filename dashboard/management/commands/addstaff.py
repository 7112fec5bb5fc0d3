"""Adds a member of the staff with one role. Asks for what is not given; STAFF_PASSWORD spares the question.

`make admin` calls it for the first administrator. A forgotten password: `manage.py changepassword EMAIL`.
"""

import getpass
import os
import sys
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from dashboard.models import Staff
from dashboard.roles import ROLES


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email")
        parser.add_argument("--name")
        parser.add_argument("--role", choices=sorted(ROLES), required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        email = (options["email"] or self._ask("Email: ")).strip().lower()
        name = (options["name"] or self._ask("Name: ")).strip()
        password = os.environ.get("STAFF_PASSWORD") or self._ask_secret()
        try:
            validate_email(email)
            validate_password(password, Staff(username=email, email=email))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if Staff.objects.filter(username=email).exists():
            raise CommandError(f"{email} exists already. Sign in, or use another address.")
        with transaction.atomic():
            Staff.objects.add(email, name or email, password).groups.set([Group.objects.get(name=options["role"])])
        self.stdout.write(f"{email} may sign in. Role: {options['role']}.")

    def _ask(self, question: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError("Give --email, --name and STAFF_PASSWORD when there is no terminal to ask at.")
        return input(question)

    def _ask_secret(self) -> str:
        if not sys.stdin.isatty():
            raise CommandError("Set STAFF_PASSWORD when there is no terminal to ask at.")
        return getpass.getpass("Password: ")
