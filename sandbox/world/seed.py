"""Builds a whole world in memory and writes it in one transaction."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.db import models, transaction

from sandbox import clock, state
from sandbox.models import Organization
from sandbox.world import (
    ad_entities,
    advertising,
    advice,
    brands,
    creations,
    diary,
    keyring,
    ledgers,
    people,
    proposals,
    publishing,
    telemetry,
)
from sandbox.world.chance import Chance
from sandbox.world.people import PARENT_ID
from sandbox.world.plan import Plan
from sandbox.world.writing import write

Report = Callable[[str, float], object]
World = dict[str, Sequence[models.Model]]

#: Share of the work that is done when all rows exist in memory.
BUILT = 0.5


def is_seeded() -> bool:
    return Organization.objects.filter(pk=PARENT_ID).exists()


def seed(plan: Plan, report: Report) -> dict[str, int]:
    """Rows written, by table. The same plan gives the same world; only its times hang on the real time.

    `report(step, share done)` is called often, with a share between 0 and 1.
    """
    world = build(plan, datetime.now(UTC), report)
    with transaction.atomic():
        put(plan, world, report)
    return {name: len(rows) for name, rows in world.items()}


def put(plan: Plan, world: World, report: Report) -> None:
    """Inside the caller's transaction, into empty tables."""
    write(world, lambda step, share: report(f"writing {step}", BUILT + (1 - BUILT) * share))
    state.change(world=plan.name, world_number=state.read().world_number + 1)
    report("done", 1)


def build(plan: Plan, now: datetime, report: Report) -> World:
    """Every row, in the order in which they refer to each other. `now`: what all times hang on."""
    chance = Chance(plan.seed, now)
    # Whatever a row does not say of its times is now, wherever the clock of the world before stood.
    with clock.at(now):
        report("customers", 0)
        folk = people.build(chance, plan)
        tenants = folk.tenants
        world: World = {
            "organizations": [folk.parent, *(tenant.organization for tenant in tenants)],
            "keys": [folk.parent_key, *folk.other_keys, *(tenant.key for tenant in tenants)],
        }
        if not tenants:
            books = ledgers.build(chance, plan, folk, creations.Creations())
            return {**world, "wallets": books.wallets, "ledger": books.events}
        report("content", 0.02 * BUILT)
        made = creations.Studio(chance, plan, folk).build()
        report("ledger", 0.5 * BUILT)
        books = ledgers.build(chance, plan, folk, made)
        report("ads", 0.7 * BUILT)
        ads = advertising.build(chance, folk)
        actions = proposals.build(chance, plan, made, ads)
        report("audit log", 0.8 * BUILT)
        log = diary.build(chance, plan, folk, made, books, ads, actions)
        parts = ad_entities.build(plan, now, made, ads, actions)
        report("posts", 0.9 * BUILT)
        press = publishing.build(plan, now, folk, made)
        hints = advice.build(plan, now, folk, made)
        reports = telemetry.build(plan, now, folk, ads)
        report("brands", 0.95 * BUILT)
        looks = brands.build(plan, now, folk, made)
        ring = keyring.build(plan, now, folk)
    return {
        **world,
        "more keys": ring.keys,
        "wallets": books.wallets,
        "projects": [project for tenant in tenants for project in tenant.projects],
        "jobs": made.jobs,
        "containers": made.containers,
        "ledger": books.events,
        "layers": ads.layers,
        "ad accounts": ads.accounts,
        "campaigns": ads.campaigns,
        "ad sets": parts.ad_sets,
        "ads": parts.ads,
        "rotations": parts.rotations,
        "keywords": parts.keywords,
        "reviews": parts.reviews,
        "flags": parts.flags,
        "pending": actions,
        "audit": log,
        "audit of keys": ring.audit,
        "leases": press.leases,
        "accounts": press.accounts,
        "posts": press.posts,
        "parked": press.parked,
        "recommendations": hints.recommendations,
        "engagement": hints.engagements,
        "overrides": hints.overrides,
        "SDK apps": reports.apps,
        "SDK events": reports.events,
        "attributions": reports.attributions,
        "influencers": looks.influencers,
        "hashtags": looks.banks,
        "app media": looks.media,
        "readings": looks.jobs,
        "ingests": looks.ingests,
        "installations": looks.installations,
        "repositories": looks.repos,
    }
