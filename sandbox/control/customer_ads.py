"""The customer's hand on their ads, and the platforms' own doings: one deed for each (rules/customer_ads.py)."""

from typing import Any, Final, Literal

from sandbox import ids
from sandbox.api.errors import invalid
from sandbox.control.deeds import Deed, Wish, named, one
from sandbox.models import AdAccount, AdLayer, AdReview, Campaign, Container, PendingAction, Project
from sandbox.rules import customer_ads

Platform = Literal["meta", "tiktok", "apple"]
Mode = Literal["off", "draft", "auto"]


class LayerWish(Wish):
    layer_id: str


class LayerComment(LayerWish):
    comment: str | None = None


class PlatformWish(Wish):
    project_id: str
    platform: Platform


class AuthorityWish(Wish):
    """A campaign's, or a layer's defaults; axes left out stay."""

    layer_id: str | None = None
    campaign_id: str | None = None
    creative: Mode | None = None
    tactical: Mode | None = None
    structural: Mode | None = None


class ActionWish(Wish):
    pending_id: str
    comment: str | None = None


class RefusalWish(Wish):
    pending_id: str
    reason: str = "Not now."


class AccountWish(Wish):
    ad_account_id: str


class ReviewWish(Wish):
    review_id: str
    approved: bool
    reason: str | None = None


class CreativeWish(LayerWish):
    container_id: str
    reason: str = "Shows a claim that nobody can prove."


class UnlockWish(LayerWish):
    container_id: str
    comment: str | None = None


class ViolationWish(LayerWish):
    entity_id: str | None = None
    reason: str = "Personal attributes are implied."


class CapWish(Wish):
    campaign_id: str
    cap_cents: int
    attempted_cents: int


def _layer(wish: Any) -> AdLayer:
    return one(AdLayer, "layer", wish.layer_id)


def _action(wish: Any) -> PendingAction:
    return one(PendingAction, "pending", wish.pending_id)


def _set_authority(wish: AuthorityWish) -> None:
    if (wish.layer_id is None) == (wish.campaign_id is None):
        raise invalid("layerId", "Name a layerId or a campaignId, one of them.")
    owner: AdLayer | Campaign
    if wish.layer_id is not None:
        owner = one(AdLayer, "layer", wish.layer_id)
    else:
        owner = one(Campaign, "campaign", wish.campaign_id or "")
    customer_ads.set_authority(owner, creative=wish.creative, tactical=wish.tactical, structural=wish.structural)


def _give_consent(wish: PlatformWish) -> dict[str, Any]:
    layer = customer_ads.give_consent(one(Project, "project", wish.project_id), wish.platform)
    return {"layerId": ids.show("layer", layer.pk)}


def _connect(wish: PlatformWish) -> dict[str, Any]:
    account = customer_ads.connect_account(one(Project, "project", wish.project_id), wish.platform)
    return {"adAccountId": str(account.pk)}


def _decide_review(wish: ReviewWish) -> None:
    review = one(AdReview, "review", wish.review_id)
    customer_ads.decide_review(review, approved=wish.approved, reason=wish.reason)


def _report_cap(wish: CapWish) -> None:
    campaign = one(Campaign, "campaign", wish.campaign_id)
    customer_ads.report_budget_cap(campaign.layer, campaign, wish.cap_cents, wish.attempted_cents)


DEEDS: Final = (
    Deed(
        "trip-kill-switch",
        "The customer stops every ad write on a layer.",
        LayerComment,
        lambda wish: customer_ads.trip_kill_switch(_layer(wish), wish.comment),
    ),
    Deed(
        "release-kill-switch",
        "The customer lets writes through again.",
        LayerComment,
        lambda wish: customer_ads.release_kill_switch(_layer(wish), wish.comment),
    ),
    Deed("give-consent", "The customer agrees to writes by partners on a platform.", PlatformWish, _give_consent),
    Deed(
        "withdraw-consent",
        "The customer takes that back.",
        LayerWish,
        lambda wish: customer_ads.withdraw_consent(_layer(wish)),
    ),
    Deed(
        "allow-partner-policy",
        "Partners may change the layer's defaults.",
        LayerWish,
        lambda wish: customer_ads.allow_partner_policy(_layer(wish), True),
    ),
    Deed(
        "refuse-partner-policy",
        "Partners may not change the layer's defaults.",
        LayerWish,
        lambda wish: customer_ads.allow_partner_policy(_layer(wish), False),
    ),
    Deed("set-authority", "The customer sets axes of a layer or a campaign.", AuthorityWish, _set_authority),
    Deed(
        "approve-action",
        "The customer approves a pending action in their own dashboard.",
        ActionWish,
        lambda wish: customer_ads.approve(_action(wish), wish.comment),
    ),
    Deed(
        "reject-action",
        "The customer rejects a pending action in their own dashboard.",
        RefusalWish,
        lambda wish: customer_ads.reject(_action(wish), wish.reason),
    ),
    Deed("connect-account", "The customer connects an ad account.", PlatformWish, _connect),
    Deed(
        "disconnect-account",
        "The customer takes an ad account away.",
        AccountWish,
        lambda wish: customer_ads.disconnect_account(named(AdAccount, "ad account", wish.ad_account_id)),
    ),
    Deed(
        "expire-token",
        "The platform forgets an ad account's consent.",
        AccountWish,
        lambda wish: customer_ads.expire_token(named(AdAccount, "ad account", wish.ad_account_id)),
    ),
    Deed("decide-review", "The platform approves or disapproves an ad.", ReviewWish, _decide_review),
    Deed(
        "flag-creative",
        "Layers' reviewers lock a creative on a layer.",
        CreativeWish,
        lambda wish: customer_ads.flag_creative(
            _layer(wish), one(Container, "container", wish.container_id), wish.reason
        ),
    ),
    Deed(
        "unlock-creative",
        "A flagged creative is unlocked.",
        UnlockWish,
        lambda wish: customer_ads.unlock_creative(
            _layer(wish), one(Container, "container", wish.container_id), wish.comment
        ),
    ),
    Deed(
        "report-violation",
        "The platform tells of a breach of its policy.",
        ViolationWish,
        lambda wish: customer_ads.report_violation(_layer(wish), wish.entity_id, wish.reason),
    ),
    Deed("report-budget-cap", "A budget went over the platform's cap.", CapWish, _report_cap),
)
