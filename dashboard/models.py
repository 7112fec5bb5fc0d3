"""The people who use the dashboard."""

import zoneinfo
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models


def known_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name!r} is not a time zone. Use a name like Europe/Lisbon.")


class StaffManager(UserManager["Staff"]):
    """Signing in is by email, so the user name always is the email in lower case."""

    def add(self, email: str, name: str, password: str | None, **more: object) -> "Staff":
        first, _, last = name.partition(" ")
        email = email.strip().lower()
        person = Staff(username=email, email=email, first_name=first, last_name=last, **more)
        person.set_password(password)
        person.save()
        return person


class Staff(AbstractUser):
    """One member of the partner's staff. What they may do comes from their roles (dashboard/roles.py)."""

    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_zone])
    theme = models.CharField(
        max_length=8, default="", blank=True, choices=[("", "System"), ("light", "Light"), ("dark", "Dark")]
    )
    shortcuts = models.BooleanField(
        default=True, help_text="Single-key shortcuts. WCAG 2.1.4 asks that they can be off."
    )

    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        permissions: ClassVar = [
            ("view_customers", "See customers, wallets and ledgers"),
            ("allocate_credits", "Allocate credits to a customer"),
            ("set_caps", "Set caps and refill rules"),
            ("close_books", "Accept transfers that do not match, and sign days"),
            ("manage_customers", "Create, change, suspend, resume and archive customers"),
            ("manage_keys", "Mint, rotate and revoke API keys of customers"),
            ("view_content", "See generated content"),
            ("review_content", "Approve and reject content"),
            ("view_ads", "See ad actions, verdicts and the audit log"),
            ("decide_ads", "Approve and reject pending ad actions"),
            ("manage_staff", "Manage staff and the link to Layers"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.get_full_name() or self.email or self.username

    @property
    def initials(self) -> str:
        words = self.name.replace("@", " ").split()
        return "".join(word[0] for word in words[:2]).upper()
