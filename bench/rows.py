"""Rows of a partner of any size, written by COPY. At SCALE 1: 10,000 customers, 25,000 projects, 1,000,000 containers,
3,000,000 ledger rows, 2,000,000 audit rows, 100,000 pending actions.

Every tenth container waits for review, every second action for a decision. Values are spread by simple arithmetic, so
every run has the same rows; sizes of `raw` are those of real objects.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from orgs.outlook import weigh

FULL = {"orgs": 10_000, "projects": 25_000, "containers": 1_000_000, "ledger": 3_000_000, "audit": 2_000_000}
ACTIONS = 100_000
START = datetime(2026, 1, 1, tzinfo=UTC)
CHUNK = 5_000
# Kept by triggers while the rows are written, and by the task that weighs customers.
KEPT = (
    "content_queuecount",
    "ads_queuecount",
    "orgs_spendday",
    "orgs_ledgerday",
    "orgs_ledgermonth",
    "orgs_customercount",
    "orgs_outlook",
)
PREVIEW = {
    "kind": "slideshow",
    "primaryUrl": "https://media.example/1.jpg",
    "imageUrls": ["https://media.example/1.jpg"] * 6,
}
RAW = json.dumps({"preview": PREVIEW, "captions": [{"platform": "tiktok", "text": "One line a day. " * 20}]})
SMALL_RAW = json.dumps({"data": {"path": "/v1/content", "method": "GET", "status": 200}})


@dataclass(frozen=True)
class Table:
    name: str
    columns: str
    rows: int
    row: Callable[[int], tuple[object, ...]]


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def tables(scale: float) -> list[Table]:
    count = {name: max(20, int(rows * scale)) for name, rows in FULL.items()}
    orgs, projects, minutes = count["orgs"], count["projects"], 400_000
    actions = max(20, int(ACTIONS * scale))

    def organization(n: int) -> tuple[object, ...]:
        parent = "" if n == 0 else "org_0"
        status = "suspended" if n % 50 == 7 else "active"
        metadata = json.dumps({"crm": f"A-{n}", "plan": ("gold", "silver", "free")[n % 3]})
        return (f"org_{n}", parent, f"Customer {n * 7919 % orgs:05d}", status, metadata, "", at(n), "{}", at(n), at(n))

    def wallet(n: int) -> tuple[object, ...]:
        available = n * 37 % 20_000
        return (
            f"org_{n}",
            available + 100,
            available,
            100,
            0,
            available,
            n * 13 % 9_000,
            at(0),
            at(40_000),
            "{}",
            at(n),
            at(n),
        )

    def config(n: int) -> tuple[object, ...]:
        return (f"org_{n}", 10_000, 2_000, 5_000, "{}", at(n), at(n))

    def project(n: int) -> tuple[object, ...]:
        return (
            f"prj_{n}",
            f"org_{n % orgs}",
            f"Project {n}",
            "active",
            "",
            "App",
            "",
            "",
            "warm",
            "all",
            "en",
            "UTC",
            "{}",
            at(n),
            at(n),
        )

    def container(n: int) -> tuple[object, ...]:
        approval = "pending" if n % 10 == 0 else ("approved" if n % 3 else "rejected")
        moment = at(n % minutes)
        return (
            f"cnt_{1_000_000 + n}",
            f"org_{n % projects % orgs}",
            f"prj_{n % projects}",
            "completed",
            approval,
            "slideshow-builder",
            "generated",
            f"I wrote line {n} a day for a year",
            "slideshow",
            "https://media.example/1.jpg",
            moment,
            moment,
            RAW,
            moment,
            moment,
        )

    def ledger(n: int) -> tuple[object, ...]:
        kind = ("allocation", 5_000) if n % 20 == 0 else ("usage", -50)
        moment = at(n % minutes)
        return (
            f"evt_{n}",
            f"org_{n % orgs}",
            f"prj_{n % projects}",
            kind[1],
            kind[0],
            "",
            f"cnt_{1_000_000 + n % count['containers']}",
            f"job_{n}",
            n % 9_999,
            "",
            "",
            "",
            "",
            moment,
            SMALL_RAW,
            moment,
            moment,
        )

    def audit(n: int) -> tuple[object, ...]:
        decision = ("deny", "allow", "queue_for_approval")[n % 3] if n % 8 == 0 else ""
        moment = at(n % minutes)
        return (
            f"aud_{n}",
            f"org_{n % orgs}",
            "",
            "ads.write.denied" if decision else "api.request",
            moment,
            f"req_{n}",
            f"key_{n % 40}",
            "partner",
            f"ver_{n}" if decision else "",
            "",
            decision,
            "",
            "",
            "",
            SMALL_RAW,
            moment,
            moment,
        )

    def action(n: int) -> tuple[object, ...]:
        status = "pending" if n % 2 == 0 else "dispatched"
        expires = (datetime.now(UTC) + timedelta(minutes=60 + n % 9_000)).isoformat()
        values = [json.dumps({"dailyBudgetCents": cents}) for cents in (4_000, 4_000 + n % 3_000)]
        return (
            f"pa_{n}",
            f"org_{n % projects % orgs}",
            f"prj_{n % projects}",
            "meta",
            "update_budget",
            "campaign",
            f"cmp_{n % 5_000}",
            f"Campaign {n % 5_000}",
            *values,
            "Cost per order is under target.",
            status,
            at(n % minutes),
            expires,
            "",
            SMALL_RAW,
            at(n % minutes),
            at(n % minutes),
        )

    mirrored = "raw, remote_updated_at, synced_at"
    return [
        Table(
            "orgs_organization",
            f"id, parent_id, name, status, metadata, billing_email, created_at, {mirrored}",
            orgs,
            organization,
        ),
        Table(
            "orgs_wallet",
            "organization_id, balance, available, reserved, included_remaining, prepaid, used_this_period, "
            f"period_start, period_end, {mirrored}",
            orgs,
            wallet,
        ),
        Table(
            "orgs_creditconfig",
            f"organization_id, monthly_cap, refill_threshold, refill_amount, {mirrored}",
            orgs,
            config,
        ),
        Table(
            "orgs_project",
            "id, organization_id, name, status, customer_external_id, app_name, app_description, tagline, brand_voice, "
            f"audience, language, time_zone, {mirrored}",
            projects,
            project,
        ),
        Table(
            "content_container",
            "id, organization_id, project_id, status, approval_status, format, creative_type, hook, kind, "
            f"thumbnail_url, created_at, waiting_since, {mirrored}",
            count["containers"],
            container,
        ),
        Table(
            "orgs_ledgerevent",
            "id, organization_id, project_id, credits, event_type, format, container_id, workflow_id, balance_after, "
            f"description, transfer_id, counterparty_id, direction, created_at, {mirrored}",
            count["ledger"],
            ledger,
        ),
        Table(
            "orgs_auditevent",
            "id, organization_id, project_id, event_type, occurred_at, request_id, api_key_id, actor, verdict_id, "
            f"pending_id, decision, reason, axis, platform, {mirrored}",
            count["audit"],
            audit,
        ),
        Table(
            "ads_pendingaction",
            "id, organization_id, project_id, platform, action_type, entity_type, entity_id, entity_name, "
            f"current_value, new_value, rationale, status, created_at, expires_at, dispatch_failure_reason, {mirrored}",
            actions,
            action,
        ),
    ]


def fill(scale: float) -> Iterator[tuple[str, int]]:
    """Empties the tables and writes the rows; yields each table with its number of rows when it is done."""
    everything = tables(scale)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join([*(table.name for table in everything), *KEPT])}")
        for table in everything:
            with cursor.copy(f"COPY {table.name} ({table.columns}) FROM STDIN") as copy:
                for start in range(0, table.rows, CHUNK):
                    block = (table.row(n) for n in range(start, min(start + CHUNK, table.rows)))
                    copy.write("".join("\t".join(str(value) for value in row) + "\n" for row in block))
            cursor.execute(f"ANALYZE {table.name}")
            yield table.name, table.rows
    weigh()  # what lists show of wallets, rules and pace
