"""Pending actions: believable changes with before, after and a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox import ids
from sandbox.models import AdLayer, Campaign, Container, PendingAction
from sandbox.rules.pending import LIFETIME
from sandbox.world.advertising import APPLE, META, TIKTOK, Advertising
from sandbox.world.chance import Chance
from sandbox.world.creations import Creations
from sandbox.world.plan import Plan

State = PendingAction.Status
ADSETS = ("Broad 18-24", "Women 25-34", "Interest: wellness", "Lookalike 3 %", "Lisbon + 40 km", "iOS 17 and up")
KEYWORDS = ("daily journal", "sleep sounds", "learn portuguese", "5k plan", "house plants", "book club")
#: As many for each platform, so that the same draw gives the same kind of failure everywhere.
FAILURES = {
    META: (
        "Meta refused the change: the ad set is in learning and was edited 40 minutes ago.",
        "Meta: the ad account's spending limit is reached.",
        "Meta: the campaign is under review.",
        "The ad no longer exists on the platform.",
    ),
    TIKTOK: (
        "TikTok: the ad group is in learning and takes no changes until tomorrow.",
        "TikTok: the ad account's balance is too low for the new budget.",
        "TikTok: the advertiser is under review.",
        "The ad no longer exists on the platform.",
    ),
    APPLE: (
        "Apple Search Ads: the bid is above the daily budget.",
        "Apple Search Ads: no payment method is on file.",
        "Apple Search Ads: the campaign group is on hold.",
        "The ad group no longer exists on the platform.",
    ),
}


@dataclass(frozen=True)
class Proposal:
    """What one action changes. `entity_id` None means the campaign itself."""

    action_type: str
    entity_type: str
    entity_name: str
    current: dict[str, Any] | None
    new: dict[str, Any] | None
    rationale: str
    detail: dict[str, Any]
    on_campaign: bool = False


@dataclass(frozen=True)
class Scene:
    """What a proposal may draw on."""

    chance: Chance
    layer: AdLayer
    campaign: Campaign
    creatives: list[Container]

    def dollars(self, cents: int) -> str:
        return f"${cents / 100:,.2f}"


def _update_budget(scene: Scene) -> Proposal:
    campaign, chance = scene.campaign, scene.chance
    whole = campaign.daily_budget_cents is None
    name = "lifetimeBudgetCents" if whole else "dailyBudgetCents"
    before = campaign.lifetime_budget_cents if whole else campaign.daily_budget_cents
    before = before or 5_000
    change = chance.pick((-25, -20, 15, 20, 25, 30, 40, 75))
    after = max(500, before * (100 + change) // 100 // 100 * 100)
    cost, target = chance.whole(280, 620), chance.whole(650, 950)
    reason = (
        f"Cost per trial was {scene.dollars(cost)} against a {scene.dollars(target)} target for 5 days. "
        f"Spend hits the limit by {chance.whole(14, 19)}:00."
        if change > 0
        else f"Cost per trial rose to {scene.dollars(target + cost)} for 4 days, target {scene.dollars(target)}."
    )
    detail: dict[str, Any] = {"daily_budget": after}
    if scene.layer.platform == TIKTOK:
        detail = {"budget": after / 100, "budget_mode": "BUDGET_MODE_DAY"}
    elif scene.layer.platform == APPLE:
        detail = {"dailyBudgetAmount": {"amount": f"{after / 100:.2f}", "currency": "USD"}}
    return Proposal("update_budget", "campaign", campaign.name, {name: before}, {name: after}, reason, detail, True)


def _pause_ad(scene: Scene) -> Proposal:
    hook = _headline(scene)
    spent = scene.chance.whole(40, 400) * 100
    return Proposal(
        "pause_ad",
        "ad",
        hook,
        {"status": "active"},
        {"status": "paused"},
        f"{scene.dollars(spent)} spent, no conversion in {scene.chance.whole(48, 96)} h. "
        "Other ads in the set are within target.",
        {"status": "PAUSED"},
    )


def _pause_adset(scene: Scene) -> Proposal:
    spent = scene.chance.whole(120, 600) * 100
    average = scene.chance.whole(190, 420)
    return Proposal(
        "pause_adset",
        "adset",
        scene.chance.pick(ADSETS),
        {"status": "active", "dailyBudgetCents": scene.chance.whole(15, 60) * 100},
        {"status": "paused"},
        f"{scene.dollars(spent)} spent, no installs in 72 h. "
        f"Other ad sets average {scene.dollars(average)} per install.",
        {"status": "PAUSED"},
    )


def _push_creative(scene: Scene) -> Proposal:
    creative = _creative(scene)
    return Proposal(
        "push_creative",
        "ad",
        scene.chance.pick(ADSETS),
        {"creatives": scene.chance.whole(1, 4)},
        creative,
        f"Organic score {scene.chance.whole(61, 94) / 10}: saved by {scene.chance.whole(4, 11)} % of viewers.",
        {"creative": creative},
    )


def _replace_creative(scene: Scene) -> Proposal:
    old, new = _creative(scene), _creative(scene)
    return Proposal(
        "replace_creative",
        "ad",
        scene.chance.pick(ADSETS),
        old,
        new,
        f"Completion fell from {scene.chance.whole(27, 34)} % to {scene.chance.whole(9, 14)} %. "
        f"Viewers have seen it {scene.chance.whole(48, 75) / 10} times on average.",
        {"remove": old, "add": new},
    )


def _prune_creative(scene: Scene) -> Proposal:
    creative = _creative(scene)
    kept = scene.chance.whole(2, 5)
    return Proposal(
        "prune_creative",
        "ad",
        scene.chance.pick(ADSETS),
        {**creative, "creatives": kept + 1},
        {"creatives": kept},
        "Lowest click rate of the set for 14 days and no conversion. The set keeps enough to choose from.",
        {"remove": creative},
    )


def _update_targeting(scene: Scene) -> Proposal:
    low, high = scene.chance.pick(((18, 34), (18, 54), (25, 54)))
    return Proposal(
        "update_targeting",
        "adset",
        scene.chance.pick(ADSETS),
        {"ageMin": low, "ageMax": high, "countries": ["US"]},
        {"ageMin": low + 7, "ageMax": high, "countries": ["US", "CA"]},
        f"{scene.chance.whole(58, 81)} % of conversions come from people over {low + 7}. Canada converts like the US.",
        {"targeting": {"age_min": low + 7, "age_max": high, "geo_locations": {"countries": ["US", "CA"]}}},
    )


def _update_schedule(scene: Scene) -> Proposal:
    start, end = scene.chance.pick(((17, 23), (6, 10), (19, 24)))
    return Proposal(
        "update_schedule",
        "adset",
        scene.chance.pick(ADSETS),
        {"hours": "00:00-24:00", "days": "every day"},
        {"hours": f"{start:02}:00-{end:02}:00", "days": "every day"},
        f"{scene.chance.whole(62, 84)} % of conversions fall between {start}:00 and {end}:00 in the project's zone.",
        {"adset_schedule": [{"start_minute": start * 60, "end_minute": end * 60, "days": [0, 1, 2, 3, 4, 5, 6]}]},
    )


def _keyword_bid(scene: Scene) -> Proposal:
    """A type no page names: readers must live with it."""
    before = scene.chance.whole(90, 180)
    after = before * 121 // 100
    return Proposal(
        "update_keyword_bid",
        "keyword",
        scene.chance.pick(KEYWORDS),
        {"bidCents": before},
        {"bidCents": after},
        f"Impression share fell from 71 % to {scene.chance.whole(38, 52)} %. Cost per tap stays under $2.00.",
        {"bidAmount": {"amount": f"{after / 100:.2f}", "currency": "USD"}},
    )


def _duplicate_adset(scene: Scene) -> Proposal:
    """Another unnamed one, without a current value."""
    name = scene.chance.pick(ADSETS)
    return Proposal(
        "duplicate_adset",
        "adset",
        name,
        None,
        {"name": f"{name}, copy", "dailyBudgetCents": 2_500},
        "The set reaches its audience limit; a copy with a fresh lookalike starts learning anew.",
        {"source": name},
    )


#: Actions that wait on the layer whose kill switch is on.
STOPPED = 4

Maker = Callable[[Scene], Proposal]
EVERYWHERE: tuple[Maker, ...] = (_update_budget, _update_budget, _pause_adset, _update_targeting, _update_schedule)
#: Apple has no ads, so nothing that speaks of one.
MAKERS: dict[str, tuple[Maker, ...]] = {
    META: (*EVERYWHERE, _pause_ad, _push_creative, _replace_creative, _prune_creative, _duplicate_adset),
    TIKTOK: (*EVERYWHERE, _pause_ad, _push_creative, _push_creative, _replace_creative, _prune_creative),
    APPLE: (_update_budget, _update_budget, _pause_adset, _update_targeting, _keyword_bid, _keyword_bid),
}


def _creative(scene: Scene) -> dict[str, Any]:
    if not scene.creatives:
        return {"headline": scene.campaign.name}
    container = scene.chance.pick(scene.creatives)
    return {"containerId": ids.show("container", container.pk), "headline": _plain(container)}


def _headline(scene: Scene) -> str:
    return str(_creative(scene)["headline"])


def _plain(container: Container) -> str:
    return (container.hook or "").replace("\\n", " ").replace("\n", " ")


def build(chance: Chance, plan: Plan, made: Creations, ads: Advertising) -> list[PendingAction]:
    """Exactly `plan.pending_actions`, most of them waiting, each on a campaign whose platform allows the type."""
    creatives: dict[Any, list[Container]] = {}
    for container in made.containers:
        if container.hook and container.status == Container.Status.COMPLETED:
            creatives.setdefault(container.project_id, []).append(container)
    campaigns = [campaign for campaign in ads.campaigns if campaign.status in {"active", "paused"}]
    stopped = [campaign for campaign in campaigns if campaign.layer is ads.killed] or campaigns
    turns = dict.fromkeys(MAKERS, 0)
    actions: list[PendingAction] = []
    for number in range(plan.pending_actions):
        # A few wait behind the pulled switch; a queue without them would hide that case.
        campaign = chance.pick(stopped if number < STOPPED else campaigns)
        layer = campaign.layer
        makers = MAKERS[layer.platform]
        maker = makers[turns[layer.platform] % len(makers)]
        turns[layer.platform] += 1
        scene = Scene(chance, layer, campaign, creatives.get(layer.project_id, []))
        actions.append(_action(chance, scene, maker(scene), _state(chance, number, plan)))
    return actions


def _state(chance: Chance, number: int, plan: Plan) -> State:
    share = number / plan.pending_actions
    if share < 0.65:
        return State.PENDING
    return chance.weighted((State.DISPATCHED, State.REJECTED, State.APPROVED, State.DISPATCH_FAILED), (35, 30, 22, 13))


def _action(chance: Chance, scene: Scene, proposal: Proposal, status: State) -> PendingAction:
    if status == State.PENDING:
        created = chance.ago(days=chance.random.uniform(0.01, 6.9))
    elif status == State.APPROVED:
        created = chance.ago(days=chance.random.uniform(0.4, 5))
    else:
        created = chance.ago(days=chance.random.uniform(2, 26))
    action = PendingAction(
        id=chance.ulid(created),
        layer=scene.layer,
        campaign=scene.campaign,
        action_type=proposal.action_type,
        entity_type=proposal.entity_type,
        entity_id=ids.show("campaign", scene.campaign.pk)
        if proposal.on_campaign
        else f"{_ENTITY_PREFIX[proposal.entity_type]}{chance.ulid(created)}",
        entity_name=proposal.entity_name,
        current_value=proposal.current,
        new_value=proposal.new,
        rationale=proposal.rationale,
        detail=proposal.detail,
        status=status,
        created_at=created,
        expires_at=created + LIFETIME,
    )
    _tell_the_end(chance, action, status)
    return action


_ENTITY_PREFIX = {"campaign": "cmp_", "adset": "adg_", "ad": "ad_", "keyword": "kw_"}


def _tell_the_end(chance: Chance, action: PendingAction, status: State) -> None:
    """An approved action waits for the six-hour tick, so only the last hours hold any."""
    if status == State.PENDING:
        return
    if status == State.APPROVED:
        action.decided_at = chance.ago(hours=chance.random.uniform(0.2, 5.5))
        return
    action.decided_at = chance.soon_after(action.created_at, 30, 1_800)
    if status in {State.DISPATCHED, State.DISPATCH_FAILED}:
        action.dispatched_at = Chance.cut(action.decided_at + timedelta(hours=chance.random.uniform(0.5, 6)))
    if status == State.DISPATCH_FAILED:
        action.dispatched_at = None
        action.dispatch_failure_reason = chance.pick(FAILURES[AdLayer.Platform(action.layer.platform)])
