"""What the list of customers keeps: counts of its work lists, and what each person has arranged in it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone

from orgs.models import Organization


class CustomerCount(models.Model):
    """How many customers a work list holds (orgs/customers/worklists.py). Kept by triggers, never written by code."""

    name = models.CharField(max_length=20, primary_key=True)
    customers = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.customers}"


class SavedView(models.Model):
    """Filters and order under a name. Whoever made it may change it; shared ones, administrators too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="customer_views")
    name = models.CharField(max_length=60)
    shared = models.BooleanField(default=False, help_text="Everybody who sees customers sees it.")
    asks = models.TextField(blank=True, help_text="Its filters and order, as they stand in an address.")
    opens_for = models.ManyToManyField(Group, related_name="+", through="ViewOfRole")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="view_name_once")]
        indexes: ClassVar = [models.Index(fields=["name"], name="view_shared", condition=models.Q(shared=True))]

    def __str__(self) -> str:
        return self.name


class ViewOfRole(models.Model):
    """The view on which the list opens for people with a role."""

    role = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="+")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.role}: {self.view}"


class ListSettings(models.Model):
    """One person's own: which columns, and on what the list opens. No row: nothing was chosen yet."""

    staff = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    columns = models.JSONField(default=list, help_text="Names of orgs/customers/columns.py; empty for the usual ones.")
    opens_on = models.ForeignKey(SavedView, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return ", ".join(self.columns)


class Pin(models.Model):
    """A customer that one person keeps on top."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, models.DO_NOTHING, db_constraint=False, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["staff", "organization"], name="pinned_once")]

    def __str__(self) -> str:
        return self.organization_id
