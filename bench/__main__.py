"""Fills a database at SCALE and measures the pages. The table goes to docs/benchmarks.md when SCALE is 1."""

import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
os.environ["ALLOWED_HOSTS"] = "testserver"
django.setup()

from django.core.management import call_command  # noqa: E402  settings come first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench import rows, sandbox, streaming  # noqa: E402
from bench.measure import Measure, page  # noqa: E402
from dashboard.models import Staff  # noqa: E402

# name of the list, its page, the same list in Django admin
LISTS = [
    ("customers", "/customers/?tab=all", "/admin/orgs/organization/"),
    ("customers, over 80 % of cap", "/customers/?tab=near", "/admin/orgs/organization/?status=active"),
    ("customers, who spends most", "/customers/?sort=-burn", "/admin/orgs/organization/"),
    ("customers, by metadata", "/customers/?meta=crm%3DA-77", "/admin/orgs/organization/"),
    ("customers, by a piece of the name", "/customers/?q=0099", "/admin/orgs/organization/?q=0099"),
    ("review queue, gallery", "/review/gallery/", "/admin/content/container/?approval_status=pending"),
    ("review desk, oldest item", "/review/", "/admin/content/container/?approval_status=pending"),
    ("ad actions", "/ads/", "/admin/ads/pendingaction/?status=pending"),
    ("ledger of one customer", "/customers/org_1/ledger/", "/admin/orgs/ledgerevent/?organization=org_1"),
    ("audit log, everyone", "/customers/audit/", "/admin/orgs/auditevent/"),
    ("home", "/", ""),
    ("search, two ids", "/search/?q=cnt_1000000+cnt_1000001", ""),
]


def main() -> None:
    scale = float(os.environ.get("SCALE", "0.02"))
    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    filled = [f"{count:,} {name}" for name, count in rows.fill(scale)]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    say(f"Scale {scale:g}: {', '.join(filled)}; written in {time.perf_counter() - started:.0f} s by COPY.")
    client = Client()
    person = Staff.objects.filter(is_superuser=True).first() or Staff.objects.add(
        "bench@example.com", "Bench", None, is_superuser=True, is_staff=True
    )
    client.force_login(person)
    floor = page(client, "bare response", "/bare/")
    lines = table(floor, [(name, ours, admin) for name, ours, admin in LISTS], client)
    say("\n".join(lines))
    files = streaming.table(client, scale)
    say("\n".join(["Files:", *files]))
    stand_in = sandbox.table()
    say("\n".join(["Sandbox:", *stand_in]))
    if scale == 1:
        write(lines, filled, files, stand_in)


def table(floor: Measure, lists: list[tuple[str, str, str]], client: Client) -> list[str]:
    lines = [
        "| measure | median | p95 | unit | queries | ratio to bare | ratio to Django admin |",
        "|---|---:|---:|---|---:|---:|---:|",
        row(floor, floor, None),
    ]
    yardsticks: dict[str, Measure] = {}
    for name, ours, admin in lists:
        if admin and admin not in yardsticks:
            yardsticks[admin] = page(client, f"Django admin, {name}", admin)
        lines.append(row(page(client, name, ours), floor, yardsticks.get(admin)))
    lines += [row(yardstick, floor, None) for yardstick in yardsticks.values()]
    return lines


def row(measure: Measure, floor: Measure, yardstick: Measure | None) -> str:
    ratio = f"{measure.median / yardstick.median:.2f}" if yardstick else "–"
    return (
        f"| {measure.name} | {measure.median:.1f} | {measure.p95:.1f} | ms | {measure.queries} "
        f"| {measure.median / floor.median:.1f} | {ratio} |"
    )


def write(lines: list[str], filled: list[str], files: list[str], stand_in: list[str]) -> None:
    head = [
        "# Benchmarks",
        "",
        f"Written by `make bench SCALE=1` on {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores. Read the ratios: they are of one run; milliseconds differ between machines.",
        "",
        f"Rows: {', '.join(filled)}.",
        "",
    ]
    below = [
        "",
        "## Files",
        "",
        "CSV files while they are sent, in the process that sends them. The claim is a memory that does not grow "
        "with the file.",
        "",
        *files,
        "",
        "## The sandbox",
        "",
        "Pages of 100 rows of the busy world through the running server. The bare response is `GET /healthz` of that "
        "server: a fixed body behind the same middleware. The claim is at most 5 times that.",
        "",
    ]
    Path("docs/benchmarks.md").write_text("\n".join([*head, *lines, *below, *stand_in, ""]))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


main()
