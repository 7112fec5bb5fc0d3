"""What only a customer or a platform can do to ads. No key of a partner reaches any of it (contract/ads.md, 2, 5, 10).

Each function is one transaction with its audit rows and events. What is already so is left as it is, without a trace.
Decisions on a pending action raise 409 CONFLICT when it is decided, as they do for a partner.
"""

from typing import Any

from django.db import transaction

from sandbox import ids
from sandbox.models import AdAccount, AdLayer, AdReview, Campaign, Container, PendingAction, Project
from sandbox.rules import ad_accounts, ad_reviews, creatives, pending, policy
from sandbox.rules.actors import CUSTOMER, OPTIMIZER
from sandbox.rules.events import emit
from sandbox.rules.gate import subject


@transaction.atomic
def trip_kill_switch(layer: AdLayer, comment: str | None = None) -> None:
    """Every write to the layer is denied from now on, whatever its axes say."""
    _switch(layer, True, comment)


@transaction.atomic
def release_kill_switch(layer: AdLayer, comment: str | None = None) -> None:
    _switch(layer, False, comment)


def _switch(layer: AdLayer, on: bool, comment: str | None) -> None:
    said = {} if comment is None else {"comment": comment}
    _flip(layer, "kill_switch", on, "kill_switch.tripped" if on else "kill_switch.released", said)


def _flip(layer: AdLayer, name: str, on: bool, event_type: str, said: dict[str, Any]) -> None:
    """Turns one switch of a layer; nothing when it stands so already. The caller's instance follows."""
    held = AdLayer.objects.select_for_update(of=("self",), no_key=True).select_related("project").get(pk=layer.pk)
    if getattr(held, name) != on:
        setattr(held, name, on)
        held.save(update_fields=[name])
        CUSTOMER.record(held, event_type, {**subject(held, None), **said})
    setattr(layer, name, on)


@transaction.atomic
def give_consent(project: Project, platform: str) -> AdLayer:
    """Partners may write to this platform of the project. Makes the layer when there is none. `platform`: meta, ..."""
    layer = ad_accounts.layer_for(project, platform)
    _flip(layer, "partner_consent", True, "ads.partner_consent.given", {})
    return layer


@transaction.atomic
def withdraw_consent(layer: AdLayer) -> None:
    _flip(layer, "partner_consent", False, "ads.partner_consent.withdrawn", {})


@transaction.atomic
def allow_partner_policy(layer: AdLayer, allowed: bool) -> None:
    """Whether partners may change the defaults of this layer."""
    event_type = f"ads.partner_policy.{'allowed' if allowed else 'refused'}"
    _flip(layer, "partner_may_set_policy", allowed, event_type, {})


@transaction.atomic
def set_authority(
    owner: AdLayer | Campaign,
    *,
    creative: str | None = None,
    tactical: str | None = None,
    structural: str | None = None,
) -> None:
    """The customer changes a layer's defaults or pins a campaign; axes left out stay."""
    sent = {"creative": creative, "tactical": tactical, "structural": structural}
    wanted = {axis: mode for axis, mode in sent.items() if mode is not None}
    if isinstance(owner, Campaign):
        layer, campaign = owner.layer, owner
        policy.pin(CUSTOMER, layer, campaign, wanted)
    else:
        layer, campaign = owner, None
        policy.set_defaults(CUSTOMER, layer, wanted)
    CUSTOMER.record(layer, "ads.authority.updated", {**subject(layer, campaign), "change": {"to": wanted}})


@transaction.atomic
def approve(action: PendingAction, comment: str | None = None) -> None:
    taken = pending.take(action.layer, action.pk)
    pending.decide(CUSTOMER, taken, PendingAction.Status.APPROVED, {"comment": comment})


@transaction.atomic
def reject(action: PendingAction, reason: str) -> None:
    taken = pending.take(action.layer, action.pk)
    pending.decide(CUSTOMER, taken, PendingAction.Status.REJECTED, {"reason": reason})


@transaction.atomic
def connect_account(project: Project, platform: str) -> AdAccount:
    """The layer's account becomes usable again, or a new one is connected."""
    return ad_accounts.connect(project, platform)


@transaction.atomic
def disconnect_account(account: AdAccount) -> None:
    ad_accounts.disconnect(account)


@transaction.atomic
def expire_token(account: AdAccount) -> None:
    ad_accounts.expire_token(account)


@transaction.atomic
def decide_review(review: AdReview, *, approved: bool, reason: str | None = None) -> None:
    """The platform's verdict on an ad. `reason` goes with a disapproval."""
    held = AdReview.objects.select_for_update(of=("self",)).select_related("layer__project").get(pk=review.pk)
    if held.status == AdReview.Status.PENDING:
        ad_reviews.decide(held, approved=approved, reason=reason)


@transaction.atomic
def flag_creative(layer: AdLayer, creative: Container, reason: str) -> None:
    """Layers' reviewers lock a creative on one layer."""
    creatives.flag(layer, creative, reason, OPTIMIZER)


@transaction.atomic
def unlock_creative(layer: AdLayer, creative: Container, comment: str | None = None) -> None:
    flag = creatives.open_flag(layer, creative.pk)
    if flag is not None:
        creatives.unlock(flag, CUSTOMER, comment)


@transaction.atomic
def report_violation(layer: AdLayer, entity_id: str | None, reason: str) -> None:
    """The platform tells of a breach of its policy. `entity_id` as the API prints it."""
    _alert(layer, None, "ads.policy.violation", {"entityId": entity_id, "reason": reason})


@transaction.atomic
def report_budget_cap(layer: AdLayer, campaign: Campaign, cap_cents: int, attempted_cents: int) -> None:
    """A spend limit of the ad account stopped a budget."""
    about = {
        "entityId": ids.show("campaign", campaign.pk),
        "reason": "The ad account's spend limit is reached.",
        "capCents": cap_cents,
        "attemptedCents": attempted_cents,
    }
    _alert(layer, campaign, "ads.budget.cap_exceeded", about)


def _alert(layer: AdLayer, campaign: Campaign | None, event_type: str, about: dict[str, Any]) -> None:
    OPTIMIZER.record(layer, event_type, {**subject(layer, campaign), **about})
    told = {"projectId": ids.show("project", layer.project_id), "platform": layer.platform, **about}
    emit(layer.project.organization_id, event_type, told, layer.project_id)
