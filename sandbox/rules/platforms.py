"""Where Layers meets the ad platforms: native payloads, and what they refuse (contract/ads.md, 7 and 8)."""

from decimal import Decimal
from typing import Any, Final

from sandbox.control import faults
from sandbox.models import Ad, AdAccount, AdLayer, AdSet, Campaign, Keyword
from sandbox.models.ads import EntityStatus

Entity = Campaign | AdSet | Ad | Keyword

META, TIKTOK, APPLE = AdLayer.Platform.META, AdLayer.Platform.TIKTOK, AdLayer.Platform.APPLE
#: The lowest budget: one unit of the account's currency, in cents.
LOWEST_BUDGET: Final = 100

OBJECTIVES: Final[dict[str, dict[str, str]]] = {
    META: {
        "conversions": "OUTCOME_SALES",
        "traffic": "OUTCOME_TRAFFIC",
        "app_installs": "OUTCOME_APP_PROMOTION",
        "engagement": "OUTCOME_ENGAGEMENT",
        "lead_generation": "OUTCOME_LEADS",
    },
    TIKTOK: {
        "conversions": "WEB_CONVERSIONS",
        "traffic": "TRAFFIC",
        "app_installs": "APP_PROMOTION",
        "engagement": "ENGAGEMENT",
        "lead_generation": "LEAD_GENERATION",
    },
    # Apple has one thing to promote, whatever the outcome.
    APPLE: {},
}
_STATUS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    META: ("status", {"active": "ACTIVE", "paused": "PAUSED", "deleted": "DELETED"}),
    TIKTOK: ("operation_status", {"active": "ENABLE", "paused": "DISABLE", "deleted": "DELETE"}),
    APPLE: ("status", {"active": "ENABLED", "paused": "PAUSED", "deleted": "REMOVED"}),
}


class PlatformRefused(Exception):
    """The platform said no. `code` is its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def ask(layer: AdLayer, account: AdAccount | None, entity: Entity | None, change: dict[str, Any], test: bool) -> None:
    """Raises PlatformRefused when the platform would. An lp_test_ key asks none; what is gone is gone for it too."""
    if entity is not None and EntityStatus.DELETED in _statuses(entity):
        raise PlatformRefused("entity_deleted", f"{entity} was deleted and takes no more changes.")
    if test:
        return
    if fault := faults.wanted("platform_rejects", layer.platform):
        raise PlatformRefused("1", fault["reason"])
    if account is None or not account.usable:
        raise PlatformRefused("190", "The ad account's token is no longer valid. The customer must connect it again.")
    if isinstance(entity, AdSet) and "budget" in change and entity.campaign.budget_mode == "CBO":
        raise PlatformRefused("100", "The budget of this ad set is set on its campaign (campaign budget optimization).")


def _statuses(entity: Entity) -> list[str]:
    """Its own status and those of what it lies in."""
    if isinstance(entity, Campaign):
        return [entity.status]
    if isinstance(entity, AdSet):
        return [entity.status, entity.campaign.status]
    return [entity.status, *_statuses(entity.ad_set)]


def money(layer: AdLayer, cents: int, currency: str = "USD") -> Any:
    """Cents as the platform wants them: as they are on Meta, a number of dollars on TikTok, an object on Apple."""
    if layer.platform == META:
        return cents
    if layer.platform == TIKTOK:
        return cents // 100 if cents % 100 == 0 else cents / 100
    return {"amount": str((Decimal(cents) / 100).quantize(Decimal("0.01"))), "currency": currency}


def budget(layer: AdLayer, daily: int | None, lifetime: int | None, currency: str) -> dict[str, Any]:
    """Exactly one of both is a number of cents."""
    amount = money(layer, daily or lifetime or 0, currency)
    if layer.platform == META:
        return {"daily_budget" if daily else "lifetime_budget": amount}
    if layer.platform == TIKTOK:
        return {"budget": amount, "budget_mode": "BUDGET_MODE_DAY" if daily else "BUDGET_MODE_TOTAL"}
    return {"dailyBudgetAmount" if daily else "budgetAmount": amount}


def status(layer: AdLayer, wanted: str) -> dict[str, str]:
    name, words = _STATUS[layer.platform]
    return {name: words[wanted]}


def objective(layer: AdLayer, outcome: str) -> dict[str, Any]:
    if layer.platform == APPLE:
        return {"adChannelType": "SEARCH", "supplySources": ["APPSTORE_SEARCH_RESULTS"]}
    name = "objective" if layer.platform == META else "objective_type"
    return {name: OBJECTIVES[layer.platform][outcome]}


def targeting(layer: AdLayer, wanted: dict[str, Any]) -> dict[str, Any]:
    """Meta's spelling of an audience; the other two get the contract's under their own name."""
    if layer.platform == META:
        age = wanted.get("age", {})
        native = {
            "age_min": age.get("min"),
            "age_max": age.get("max"),
            "geo_locations": {"countries": wanted["geo"]} if "geo" in wanted else None,
            "genders": wanted.get("genders"),
            "custom_audiences": wanted.get("customAudiences"),
            "publisher_platforms": wanted.get("placements"),
        }
        return {"targeting": {name: value for name, value in native.items() if value is not None}}
    return {"audience" if layer.platform == TIKTOK else "targetingDimensions": wanted}


def schedule(layer: AdLayer, wanted: dict[str, Any]) -> dict[str, Any]:
    names = {META: "adset_schedule", TIKTOK: "dayparting", APPLE: "daypart"}
    native: dict[str, Any] = {name: wanted[name] for name in wanted if name != "dayparts"}
    if "dayparts" in wanted:
        native[names[AdLayer.Platform(layer.platform)]] = wanted["dayparts"]
    return native
