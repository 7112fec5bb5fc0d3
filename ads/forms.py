"""What people choose and write on the ads pages. Filters live in the address, so a strange value is ignored."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q

from ads.models import Campaign
from ads.queries import of_campaign, waiting_customers
from common.wording import platform_name, short_id, words
from orgs.forms import Active, Filters
from orgs.models import Organization, Project

APPROVE, REJECT = "approve", "reject"
LONGEST = 1_000  # characters of a comment or reason; the API names no limit
PLATFORMS = ("meta", "tiktok", "apple")
# Those the API can filter by (contract/ads.md, 4); rows may hold others.
TYPES = (
    "update_budget",
    "update_targeting",
    "update_schedule",
    "pause_ad",
    "pause_adset",
    "push_creative",
    "replace_creative",
    "prune_creative",
)


class ActionFilters(Filters):
    customer = forms.CharField(required=False, max_length=200)
    platform = forms.CharField(required=False, max_length=60)
    type = forms.CharField(required=False, max_length=100)
    project = forms.CharField(required=False, max_length=200)
    campaign = forms.CharField(required=False, max_length=200)
    entity = forms.CharField(required=False, max_length=200)

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        if customer := self.value("customer"):
            found = Organization.objects.filter(id=customer).first()
            yield Active("customer", found.name if found else customer), Q(organization_id=customer)
        if platform := self.value("platform"):
            yield Active("platform", platform_name(platform)), Q(platform=platform)
        if kind := self.value("type"):
            yield Active("type", words(kind)), Q(action_type=kind)
        if project := self.value("project"):
            name = Project.objects.filter(id=project).values_list("name", flat=True).first()
            yield Active("project", f"project {name or project}"), Q(project_id=project)
        if campaign := self.value("campaign"):
            known = Campaign.objects.filter(id=campaign).first()
            condition = of_campaign(known) if known else Q(entity_id=campaign)
            yield Active("campaign", f"campaign {known.name if known else campaign}"), condition
        if entity := self.value("entity"):
            yield Active("entity", f"only {short_id(entity)}"), Q(entity_id=entity)

    @property
    def customers(self) -> list[Organization]:
        """Those with something to decide, and the chosen one."""
        waiting, chosen = list(waiting_customers()), self.value("customer")
        if chosen and chosen not in {one.id for one in waiting}:
            waiting += list(Organization.objects.filter(id=chosen))
        return waiting

    @property
    def platforms(self) -> list[str]:
        return list(dict.fromkeys([*PLATFORMS, *filter(None, [self.value("platform")])]))

    @property
    def types(self) -> list[str]:
        return list(dict.fromkeys([*TYPES, *filter(None, [self.value("type")])]))


class DecisionForm(forms.Form):
    """One decision, for one action or for many. `reason` is the comment of an approval, too."""

    decision = forms.ChoiceField(choices=[(APPROVE, "Approve"), (REJECT, "Reject")])
    reason = forms.CharField(
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": "At most %(limit_value)d characters; this has %(show_value)d."},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") == REJECT and "reason" in data and not data["reason"]:
            self.add_error("reason", "Say why. The reason goes to the audit log, and the customer sees it.")
        return data

    @property
    def problem(self) -> str:
        """The first mistake as one sentence."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")
