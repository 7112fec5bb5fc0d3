"""Fetches campaigns, authority and pending actions, one project a scope (contract/ads.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ads.models import Campaign, CampaignAuthority, Layer, PendingAction
from layers.client import Layers
from layers.client.ad_shapes import Authority
from layers.client.ad_shapes import Campaign as CampaignShape
from layers.client.ad_shapes import PendingAction as ActionShape
from layers.client.errors import Missing
from layers.client.shapes import Raw
from layers.mirror.models import Scope
from layers.mirror.resources import resource
from layers.mirror.scopes import SWEEP
from layers.mirror.upsert import upsert
from orgs.queries import project_owner

OPEN = ["pending", "approved"]  # approved waits for the optimizer's tick, so it is read until dispatched
PLATFORMS = ["meta", "tiktok", "apple"]
DECIDED = ["rejected", "dispatched", "dispatch_failed"]


@dataclass(frozen=True, slots=True)
class LayerRow:
    id: str
    organization_id: str
    project_id: str
    platform: str
    creative: str
    tactical: str
    structural: str
    kill_switch_active: bool
    remote_updated_at: datetime
    raw: Raw


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    campaign_id: str
    creative: str
    tactical: str
    structural: str
    source: str
    remote_updated_at: datetime
    raw: Raw


@resource("ads", "Ad actions", every=60, limit=300)
def sync_ads(client: Layers, scope: Scope) -> None:
    """Platforms are those that have campaigns or had actions, and now and then all: the first campaign of a platform
    may itself be an action that waits.
    """
    owner = project_owner(scope.key)
    act_as = scope.organization_id
    at = timezone.now()
    campaigns: list[CampaignShape] = []
    for page in client.campaigns(scope.key, act_as=act_as):
        campaigns += [CampaignShape.of(owner, scope.key, raw) for raw in page.items]
    upsert(Campaign, campaigns)
    had = PendingAction.objects.filter(project_id=scope.key).values_list("platform", flat=True).distinct()
    platforms = {campaign.platform for campaign in campaigns} | set(had)
    swept = scope.swept_at is None or at - scope.swept_at > SWEEP
    for platform in sorted(platforms | set(PLATFORMS if swept else ())):
        try:
            _sync_layer(client, scope, owner, platform, at)
            _sync_actions(client, scope, owner, platform)
        except Missing:
            if platform in platforms:
                raise
    scope.swept_at = at if swept else scope.swept_at
    for campaign in campaigns:
        try:
            raw = client.campaign_authority(scope.key, campaign.platform, campaign.id, act_as=act_as)
        except Missing:
            continue
        block = Authority.of(raw)
        row = AuthorityRow(campaign.id, block.creative, block.tactical, block.structural, block.source, at, raw)
        upsert(CampaignAuthority, [row])


def _sync_layer(client: Layers, scope: Scope, owner: str, platform: str, at: datetime) -> None:
    raw = client.layer_defaults(scope.key, platform, act_as=scope.organization_id)
    block = Authority.of(raw)
    row = LayerRow(
        id=f"{scope.key}:{platform}",
        organization_id=owner,
        project_id=scope.key,
        platform=platform,
        creative=block.creative,
        tactical=block.tactical,
        structural=block.structural,
        kill_switch_active=block.kill_switch_active,
        remote_updated_at=at,
        raw=raw,
    )
    upsert(Layer, [row])


def _sync_actions(client: Layers, scope: Scope, owner: str, platform: str) -> None:
    """Open rows, then those of ours that are not open any more: decided elsewhere, expired or dispatched.

    The list shows only pending rows unless asked, and no call reads a single action, so a row that left is looked
    for among the decided ones, newest page first, until all are found. On the first fetch all of them are read.
    """
    at = timezone.now()
    ours = PendingAction.objects.filter(project_id=scope.key, platform=platform)
    first = scope.synced_at is None  # and not "we have none": the first fetch may have broken half-way
    missing = set(ours.filter(status__in=OPEN).values_list("id", flat=True))

    def take(statuses: list[str]) -> Iterator[None]:
        for page in client.pending_actions(scope.key, platform, statuses, act_as=scope.organization_id):
            rows = [ActionShape.of(owner, scope.key, platform, raw, at) for raw in page.items]
            upsert(PendingAction, rows)
            missing.difference_update(row.id for row in rows)
            yield

    for _ in take(OPEN):
        pass
    if first or missing:
        for _ in take(DECIDED):
            if not first and not missing:
                break
