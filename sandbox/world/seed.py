"""Builds a whole world in memory and writes it in one transaction."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.db import models, transaction
from tqdm import tqdm

from sandbox.models import Organization
from sandbox.world import advertising, creations, diary, ledgers, people, proposals
from sandbox.world.chance import Chance
from sandbox.world.people import PARENT_ID
from sandbox.world.plan import Plan

BATCH = 1_000


def is_seeded() -> bool:
    return Organization.objects.filter(pk=PARENT_ID).exists()


def seed(plan: Plan, now: datetime | None = None) -> dict[str, int]:
    """Rows written, by table. The same plan gives the same world; only its times hang on `now`."""
    chance = Chance(plan.seed, now or datetime.now(UTC))
    folk = people.build(chance, plan)
    made = creations.Studio(chance, plan, folk).build()
    books = ledgers.build(chance, plan, folk, made)
    ads = advertising.build(chance, folk)
    actions = proposals.build(chance, plan, made, ads)
    log = diary.build(chance, plan, folk, made, books, ads, actions)
    tenants = folk.tenants
    return _write(
        {
            "organizations": [folk.parent, *(tenant.organization for tenant in tenants)],
            "keys": [folk.parent_key, *folk.other_keys, *(tenant.key for tenant in tenants)],
            "wallets": books.wallets,
            "projects": [project for tenant in tenants for project in tenant.projects],
            "jobs": made.jobs,
            "containers": made.containers,
            "ledger": books.events,
            "layers": ads.layers,
            "ad accounts": ads.accounts,
            "campaigns": ads.campaigns,
            "pending": actions,
            "audit": log,
        }
    )


def _write(tables: dict[str, Sequence[models.Model]]) -> dict[str, int]:
    total = sum(len(rows) for rows in tables.values())
    bar = tqdm(total=total, unit="rows", desc="Seeding", disable=not sys.stderr.isatty(), leave=False)
    with bar, transaction.atomic():
        for name, rows in tables.items():
            bar.set_postfix_str(name)
            _insert(rows, bar.update)
    return {name: len(rows) for name, rows in tables.items()}


def _insert(rows: Sequence[models.Model], done: Callable[[int], object]) -> None:
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        type(batch[0])._default_manager.bulk_create(batch)
        done(len(batch))
