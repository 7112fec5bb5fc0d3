"""Ad layers, campaigns and their authority."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.models import AdAccount, AdLayer, Campaign, Project
from sandbox.models.ads import Mode, tick_after
from sandbox.world.chance import Chance
from sandbox.world.people import People, Tenant
from sandbox.world.plan import Status

META, TIKTOK, APPLE = AdLayer.Platform.META, AdLayer.Platform.TIKTOK, AdLayer.Platform.APPLE
KILLED_HOURS_AGO = 7.5

#: What a customer allows: (creative, tactical, structural). Draft everywhere is what most partners start with.
STANCES = (
    (Mode.DRAFT, Mode.DRAFT, Mode.DRAFT),
    (Mode.AUTO, Mode.DRAFT, Mode.DRAFT),
    (Mode.AUTO, Mode.DRAFT, Mode.OFF),
    (Mode.AUTO, Mode.AUTO, Mode.DRAFT),
    (Mode.DRAFT, Mode.OFF, Mode.OFF),
)
STANCE_WEIGHTS = (34, 30, 18, 10, 8)

NAMES = {
    META: (
        "Prospecting US 25-44",
        "Retargeting, 30 days",
        "Lookalike 1 %, buyers",
        "Advantage, all placements",
        "Trial sign-ups, women 30+",
        "Win-back, lapsed 90 days",
    ),
    TIKTOK: (
        "Spark ads, creators",
        "Broad 18-34",
        "App installs, iOS",
        "Season launch, video views",
        "Sound on, top of funnel",
    ),
    APPLE: ("Brand, exact match", "Category, broad match", "Competitors, exact match", "Discovery, search match"),
}
OBJECTIVES = {
    META: ("conversions", "app_installs", "traffic"),
    TIKTOK: ("app_installs", "video_views", "conversions"),
    APPLE: ("app_installs",),
}


@dataclass
class Advertising:
    layers: list[AdLayer] = field(default_factory=list)
    accounts: list[AdAccount] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    #: The layer whose customer pulled the switch.
    killed: AdLayer | None = None


def build(chance: Chance, people: People) -> Advertising:
    made = Advertising()
    for tenant in people.tenants:
        if tenant.customer.status == Status.ARCHIVED:
            continue
        for position, project in enumerate(tenant.projects):
            for platform in _platforms(chance, position):
                account = _account(chance, tenant, project, platform)
                made.layers.append(account.layer)
                made.accounts.append(account)
                names = chance.some(NAMES[platform], chance.whole(2, 4))
                made.campaigns.extend(_campaign(chance, people, tenant, account, name) for name in names)
    _pull_one_switch(chance, made)
    return made


def _platforms(chance: Chance, position: int) -> list[AdLayer.Platform]:
    """A customer's first project advertises; the others do so now and then."""
    if position == 0:
        return chance.some((META, TIKTOK, APPLE), chance.pick((1, 2, 2, 3)))
    return chance.some((META, TIKTOK, APPLE), 1) if chance.happens(0.45) else []


def _account(chance: Chance, tenant: Tenant, project: Project, platform: AdLayer.Platform) -> AdAccount:
    """The customer's account on a platform, with the layer it made."""
    creative, tactical, structural = chance.weighted(STANCES, STANCE_WEIGHTS)
    layer = AdLayer(
        id=chance.uuid(),
        project=project,
        platform=platform,
        creative=creative,
        tactical=tactical,
        structural=structural,
        partner_consent=True,
        next_tick_at=tick_after(chance.now),
        modified_by="user",
        modified_by_organization=tenant.organization,
    )
    account_id = chance.uuid()
    layer.modified_at = chance.between(project.created_at, chance.ago(days=9))
    return AdAccount(
        id=account_id,
        layer=layer,
        external_id=_external(platform, account_id),
        name=f"{project.name}, {AdLayer.Platform(platform).label}",
        timezone=project.timezone,
        token_validated_at=chance.ago(hours=2),
        connected_at=Chance.cut(project.created_at + timedelta(minutes=40)),
    )


def _external(platform: AdLayer.Platform, account_id: uuid.UUID) -> str:
    """An account number as that platform writes them."""
    digits = str(account_id.int)
    return {META: f"act_{digits[:15]}", TIKTOK: f"7{digits[:18]}", APPLE: digits[:7]}[platform]


def _campaign(chance: Chance, people: People, tenant: Tenant, account: AdAccount, name: str) -> Campaign:
    layer = account.layer
    born = chance.between(layer.project.created_at, chance.ago(days=8))
    changed = chance.between(born, chance.ago(days=1))
    platform = AdLayer.Platform(layer.platform)
    lifetime = platform != APPLE and chance.happens(0.18)
    cents = chance.whole(8, 90) * 250
    campaign = Campaign(
        id=chance.ulid(born),
        layer=layer,
        account=account,
        external_id=str(chance.whole(10**17, 10**18 - 1)),
        name=name,
        status=chance.weighted(("active", "paused", "archived", "in_review", "deleted"), (70, 18, 4, 5, 3)),
        objective=chance.pick(OBJECTIVES[platform]),
        budget_mode=chance.pick(("CBO", "ABO")) if platform == META else None,
        daily_budget_cents=None if lifetime else cents,
        lifetime_budget_cents=cents * 30 if lifetime else None,
        start_time=(born + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0),
        end_time=(born + timedelta(days=120)).replace(hour=0, minute=0, second=0, microsecond=0) if lifetime else None,
        created_at=born,
        updated_at=changed,
    )
    if chance.happens(0.45):
        campaign.creative, campaign.tactical, campaign.structural = chance.weighted(STANCES, STANCE_WEIGHTS)
        campaign.modified_at = changed
        if chance.happens(0.25):
            campaign.modified_by, campaign.modified_by_organization = "partner", people.parent
            campaign.modified_by_api_key_id = people.parent_key.pk
        else:
            campaign.modified_by, campaign.modified_by_organization = "user", tenant.organization
    return campaign


def _pull_one_switch(chance: Chance, made: Advertising) -> None:
    """One customer has stopped all ad writes on one layer a few hours ago."""
    candidates = [layer for layer in made.layers if layer.platform == TIKTOK] or made.layers
    made.killed = chance.pick(candidates)
    made.killed.kill_switch = True
    made.killed.modified_at = chance.ago(hours=KILLED_HOURS_AGO)
