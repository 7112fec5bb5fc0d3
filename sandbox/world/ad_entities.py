"""Ad sets, ads with their creatives, keywords and reviews: what the campaigns and the waiting actions are about."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.models import Ad, AdReview, AdSet, Campaign, Container, CreativeFlag, Keyword, PendingAction, Rotation
from sandbox.models.ads import EntityStatus
from sandbox.world.ad_changes import change_of
from sandbox.world.advertising import APPLE, Advertising
from sandbox.world.chance import Chance
from sandbox.world.creations import Creations
from sandbox.world.plan import Plan
from sandbox.world.proposals import ADSETS, KEYWORDS

#: Added to the world's seed: this part draws from a stream of its own.
STREAM: Final = 2_300
STANDINGS: Final = ("TOP_PERFORMER", "HEALTHY", "LEARNING_PHASE", "UNDERPERFORMING", "FATIGUED", "CRITICAL")
STANDING_WEIGHTS: Final = (12, 46, 12, 14, 11, 5)
COUNTRIES: Final = (["US"], ["US", "CA"], ["GB", "IE"], ["DE", "AT"], ["PT", "ES"])
MORE_KEYWORDS: Final = ("habit tracker", "free trial", "best app", "for beginners", "weekly plan", "calm evening")
FLAGS: Final = ("The price on slide 3 is out of date.", "A competitor's name is in the picture.")
REFUSALS: Final = ("The landing page does not match the ad.", "The text addresses personal attributes.")


@dataclass
class AdEntities:
    ad_sets: list[AdSet] = field(default_factory=list)
    ads: list[Ad] = field(default_factory=list)
    rotations: list[Rotation] = field(default_factory=list)
    keywords: list[Keyword] = field(default_factory=list)
    reviews: list[AdReview] = field(default_factory=list)
    flags: list[CreativeFlag] = field(default_factory=list)


def build(
    plan: Plan, now: datetime, made: Creations, advertising: Advertising, actions: list[PendingAction]
) -> AdEntities:
    """Also tells every action what dispatching it will do."""
    builder = _Builder(Chance(plan.seed + STREAM, now), made)
    for campaign in advertising.campaigns:
        builder.fill(campaign)
    for action in actions:
        builder.aim(action)
    for layer in advertising.layers[::9]:
        builder.flag_one(layer.project_id, layer)
    return builder.made


class _Builder:
    def __init__(self, chance: Chance, made: Creations) -> None:
        self.chance = chance
        self.made = AdEntities()
        self.creatives: dict[Any, list[Container]] = defaultdict(list)
        for container in made.containers:
            if container.status == Container.Status.COMPLETED:
                self.creatives[container.project_id].append(container)
        self.sets_of: dict[str, list[AdSet]] = defaultdict(list)

    # --- a campaign's own parts

    def fill(self, campaign: Campaign) -> None:
        for name in self.chance.some(ADSETS, self.chance.whole(1, 3)):
            ad_set = self._ad_set(campaign, name, self.chance.ulid(campaign.created_at))
            if campaign.layer.platform == APPLE:
                for word in self.chance.some(KEYWORDS + MORE_KEYWORDS, self.chance.whole(3, 7)):
                    self._keyword(ad_set, word, self.chance.ulid(campaign.created_at), self.chance.whole(80, 220))
            else:
                for _ in range(self.chance.whole(1, 3)):
                    self._ad(ad_set, None, self.chance.ulid(campaign.created_at))

    def _ad_set(self, campaign: Campaign, name: str, own_id: str) -> AdSet:
        own_budget = campaign.budget_mode != "CBO" and self.chance.happens(0.5)
        low, high = self.chance.pick(((18, 34), (18, 54), (25, 54)))
        ad_set = AdSet(
            id=own_id,
            layer=campaign.layer,
            campaign=campaign,
            external_id=str(self.chance.whole(10**17, 10**18 - 1)),
            name=name,
            status=campaign.status if campaign.status != EntityStatus.IN_REVIEW else EntityStatus.ACTIVE,
            optimization_goal=campaign.objective,
            targeting={"geo": self.chance.pick(COUNTRIES), "age": {"min": low, "max": high}, "genders": ["all"]},
            daily_budget_cents=self.chance.whole(10, 40) * 100 if own_budget else None,
            start_time=campaign.start_time,
            end_time=campaign.end_time,
            created_at=campaign.created_at,
            updated_at=campaign.updated_at,
        )
        self.made.ad_sets.append(ad_set)
        self.sets_of[campaign.pk].append(ad_set)
        return ad_set

    def _ad(self, ad_set: AdSet, name: str | None, own_id: str, shows: list[Container] | None = None) -> Ad:
        """With two to four creatives of the project, or those it is said to show."""
        rotation = shows or self.chance.some(self.creatives[ad_set.layer.project_id], self.chance.whole(2, 4))
        newest = rotation[-1] if rotation else None
        hook = (newest.hook or "").split("\n")[0].strip() if newest else ""
        ad = Ad(
            id=own_id,
            layer=ad_set.layer,
            campaign=ad_set.campaign,
            ad_set=ad_set,
            external_id=str(self.chance.whole(10**17, 10**18 - 1)),
            name=(name or hook or f"{ad_set.name}, ad")[:200],
            status=EntityStatus.PAUSED
            if ad_set.status == EntityStatus.ACTIVE and self.chance.happens(0.15)
            else ad_set.status,
            active_creative=newest,
            standing=self.chance.weighted(STANDINGS, STANDING_WEIGHTS),
            spend_cents=self.chance.whole(3, 900) * 100,
            created_at=ad_set.created_at,
            updated_at=ad_set.updated_at,
        )
        self.made.ads.append(ad)
        for creative in rotation:
            added = self.chance.between(ad.created_at, ad.updated_at)
            self.made.rotations.append(Rotation(ad=ad, creative=creative, added_at=added))
        if newest is not None and self.chance.happens(0.5):
            self._review(ad, newest)
        return ad

    def _review(self, ad: Ad, creative: Container) -> None:
        """Long decided, but for a few that the platform still looks at."""
        waits = self.chance.happens(0.06)
        submitted = self.chance.ago(hours=self.chance.random.uniform(0.2, 4 if waits else 600))
        decided = self.chance.soon_after(submitted, 20, 400)
        review = AdReview(
            id=self.chance.ulid(submitted),
            layer=ad.layer,
            ad=ad,
            creative=creative,
            submitted_at=submitted,
            decides_at=decided,
        )
        if decided <= self.chance.now:
            refused = self.chance.happens(0.08)
            review.status = AdReview.Status.DISAPPROVED if refused else AdReview.Status.APPROVED
            review.platform_reason = self.chance.pick(REFUSALS) if refused else None
            review.decided_at = decided
        self.made.reviews.append(review)

    def _keyword(self, ad_set: AdSet, text: str, own_id: str, bid_cents: int) -> None:
        match = "exact" if "exact" in ad_set.campaign.name else "broad"
        self.made.keywords.append(
            Keyword(
                id=own_id,
                ad_set=ad_set,
                text=text,
                match_type=match,
                bid_cents=bid_cents,
                created_at=ad_set.created_at,
            )
        )

    # --- what waiting actions are about

    def aim(self, action: PendingAction) -> None:
        """Makes the thing that an action names, as it stands before the change, and says what the change is."""
        action.change = change_of(action)
        campaign = action.campaign
        if campaign is None or action.entity_type == "campaign":
            return
        bare = action.entity_id.partition("_")[2]
        before = action.current_value or {}
        if action.entity_type == "adset":
            ad_set = self._ad_set(campaign, action.entity_name or "", bare)
            ad_set.daily_budget_cents = before.get("dailyBudgetCents", ad_set.daily_budget_cents)
            if "countries" in before:
                age = {"min": before["ageMin"], "max": before["ageMax"]}
                ad_set.targeting = {"geo": before["countries"], "age": age, "genders": ["all"]}
            return
        host = self.sets_of[campaign.pk][0]
        if action.entity_type == "keyword":
            # A set of its own: a group has each keyword once.
            group = self._ad_set(campaign, f"{host.name}, long tail", self.chance.ulid(campaign.created_at))
            self._keyword(group, action.entity_name or "", bare, before["bidCents"])
            return
        self._ad(host, action.entity_name, bare, self._shown_by(action))

    def _shown_by(self, action: PendingAction) -> list[Container]:
        """The creatives of an ad that an action is about: the one to remove, not the one to add."""
        pool = self.creatives[action.layer.project_id]
        change = {name: uuid.UUID(value) for name, value in action.change.items() if name in {"add", "remove"}}
        removed = [one for one in pool if one.pk == change.get("remove")]
        others = [one for one in pool if one.pk not in change.values()]
        wanted = (action.current_value or {}).get("creatives", 2)
        return [*self.chance.some(others, max(1, wanted - len(removed))), *removed]

    # --- what the reviewers stopped

    def flag_one(self, project_id: Any, layer: Any) -> None:
        creatives = self.creatives[project_id]
        if not creatives:
            return
        self.made.flags.append(
            CreativeFlag(
                layer=layer,
                creative=self.chance.pick(creatives),
                reason=self.chance.pick(FLAGS),
                flagged_at=Chance.cut(self.chance.now - timedelta(hours=self.chance.whole(2, 60))),
            )
        )
