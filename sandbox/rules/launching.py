"""Making a campaign from few words (contract/ads.md, 1 Create): what is not sent gets the platform's usual value."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any, Final

from sandbox import clock, ids
from sandbox.models import Ad, AdAccount, AdLayer, AdSet, Campaign
from sandbox.models.ads import EntityStatus, Mode
from sandbox.rules.platforms import PlatformRefused

#: How a mode of management reads as authority.
MODES: Final = {"manual": Mode.OFF, "draft": Mode.DRAFT, "autopilot": Mode.AUTO}
USUAL_TARGETING: Final[dict[str, Any]] = {"geo": ["US"], "age": {"min": 18, "max": 65}, "genders": ["all"]}
USUAL_BID: Final[dict[str, Any]] = {"type": "lowest_cost"}


def authority_of(args: dict[str, Any]) -> dict[str, str]:
    """Management sets the tactical and the structural axis, creativeMode the creative one."""
    management = MODES[args["campaignManagementMode"]]
    return {"creative": MODES[args["creativeMode"]], "tactical": management, "structural": management}


def account_of(layer: AdLayer, args: dict[str, Any]) -> AdAccount:
    account = AdAccount.objects.filter(layer=layer, pk=uuid.UUID(args["adAccountId"])).first()
    if account is None:
        raise PlatformRefused("190", "The ad account is no longer connected.")
    return account


def times(wanted: dict[str, Any]) -> dict[str, Any]:
    """startTime and endTime, where given, as columns."""
    columns = {"start_time": "startTime", "end_time": "endTime"}
    return {
        column: datetime.fromisoformat(wanted[name]).astimezone(UTC)
        for column, name in columns.items()
        if wanted.get(name) is not None
    }


def create(layer: AdLayer, account: AdAccount, campaign_id: str, args: dict[str, Any]) -> None:
    """The campaign with its pinned authority, one ad set, and (Apple has none) one ad that waits for a creative."""
    moment = clock.now()
    window = {"start_time": moment, **times(args)}
    campaign = Campaign.objects.create(
        id=ids.parse_ulid("campaign", campaign_id) or "",
        layer=layer,
        account=account,
        external_id=_external(campaign_id),
        name=args["name"],
        status=EntityStatus.ACTIVE,
        objective=args["outcome"],
        budget_mode="CBO" if layer.platform == AdLayer.Platform.META else None,
        daily_budget_cents=args["budget"].get("dailyBudgetCents"),
        lifetime_budget_cents=args["budget"].get("lifetimeBudgetCents"),
        bid_strategy=args.get("bidStrategy") or USUAL_BID,
        **window,
        **authority_of(args),
        modified_at=moment,
        modified_by=args["by"]["actorType"],
        modified_by_organization_id=args["by"]["organizationId"],
        modified_by_api_key_id=args["by"]["apiKeyId"],
        created_at=moment,
        updated_at=moment,
    )
    first = AdSet.objects.create(
        id=ids.new_ulid(),
        layer=layer,
        campaign=campaign,
        external_id=_external(f"{campaign_id} set"),
        name=f"{args['name']}, ad set 1",
        optimization_goal=args["outcome"],
        targeting={**USUAL_TARGETING, **(args.get("targeting") or {})},
        dayparts=(args.get("schedule") or {}).get("dayparts", []),
        **window,
        created_at=moment,
        updated_at=moment,
    )
    if layer.platform != AdLayer.Platform.APPLE:
        Ad.objects.create(
            id=ids.new_ulid(),
            layer=layer,
            campaign=campaign,
            ad_set=first,
            external_id=_external(f"{campaign_id} ad"),
            name=f"{args['name']}, ad 1",
            status=EntityStatus.IN_REVIEW,
            created_at=moment,
            updated_at=moment,
        )


def _external(of: str) -> str:
    """A platform's number for something new; it follows from our id."""
    return str(10**17 + int.from_bytes(hashlib.sha256(of.encode()).digest()[:7]) % (9 * 10**17))
