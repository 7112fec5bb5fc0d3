"""What the home page shows: what needs this person, by what they may do."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

import ads.queries
import content.queries
import orgs.queries
from ads.rows import rows
from common.moments import ago
from dashboard.queries import to_settle, waiting_for
from layers.mirror.models import Freshness
from orgs.books.tieout import judging
from orgs.books.tieout.models import TieState, Transfer
from orgs.customers import worklists
from orgs.customers.rows import Row
from orgs.customers.worklists import DRY, NEAR

POSTERS = 7
SHOWN = 5
SOON = timedelta(hours=24)
NUMBERS = ("Nothing", "One thing", "Two things", "Three things", "Four things", "Five things", "Six things")


@dataclass(frozen=True)
class Tile:
    """One figure on top. `note` says what is urgent about it, in `tone`."""

    name: str
    icon: str
    url_name: str
    count: int
    note: str = ""
    tone: str = "quiet"


def tiles(staff: Any) -> dict[str, Any]:
    """Template context of home. A part that is not this person's work is absent; looking things up is everybody's."""
    context: dict[str, Any] = {"figures": []}
    if staff.has_perm("dashboard.review_content"):
        context |= _review(context["figures"])
    if staff.has_perm("dashboard.decide_ads"):
        context |= _ads(staff, context["figures"])
    if staff.has_perm("dashboard.allocate_credits"):
        context |= _money(context["figures"])
        context["figures"].append(_approvals(staff))
    if staff.has_perm("dashboard.close_books"):
        context |= _books(context["figures"])
    if staff.has_perm("dashboard.view_ads"):
        context["switches"] = list(ads.queries.switched_off()[:SHOWN])
    open_commands = list(to_settle(staff)[: SHOWN + 1])
    context["to_settle"] = open_commands[:SHOWN]
    context["more_to_settle"] = len(open_commands) > SHOWN
    context["figures"].append(_commands(staff, len(open_commands)))
    context["alone"] = len(context["figures"]) == 1  # nobody's queue: this person looks things up
    context["money_first"] = "dry" in context and "review" not in context and "actions" not in context
    waiting = sum(1 for tile in context["figures"] if tile.count)
    context["greeting"] = f"Good {_part_of_day()}, {staff.first_name or staff.name}."
    context["needs"] = f"{NUMBERS[waiting]} need{'s' if waiting < 2 else ''} you."
    return context


def _review(figures: list[Tile]) -> dict[str, Any]:
    oldest = list(content.queries.queue().select_related("organization")[:POSTERS])
    figures.append(Tile("To review", "review", "content:desk", content.queries.waiting_count()))
    return {"review": oldest}


def _ads(staff: Any, figures: list[Tile]) -> dict[str, Any]:
    first = list(ads.queries.queue().select_related("organization", "project")[:SHOWN])
    soon = ads.queries.count_some(ads.queries.expiring())
    note = f"{soon} expire within 24 h" if soon not in ("", "1") else "1 expires within 24 h" * bool(soon)
    figures.append(Tile("Ad actions pending", "ads", "ads:queue", ads.queries.waiting_count(), note, "wait"))
    return {"actions": rows(first, staff)}


def _money(figures: list[Tile]) -> dict[str, Any]:
    """Customers that run dry soon, who is first before the others, and those whose cap is nearly used."""
    counts = worklists.counts()
    customers = orgs.queries.customers_with_money().select_related("outlook")
    dry = customers.filter(DRY.condition()).order_by("outlook__runs_dry_at", "id")[:SHOWN]
    capped = customers.filter(NEAR.condition()).order_by("-outlook__cap_share", "id")[:SHOWN]
    note = f"{counts[NEAR.name]:,} {NEAR.words[0].lower()}{NEAR.words[1:]}" if counts[NEAR.name] else ""
    figures.append(Tile(DRY.words, "credits", "orgs:list", counts[DRY.name], note, "wait"))
    return {
        "dry": [Row(customer) for customer in dry],
        "dry_list": DRY,
        "capped": [Row(customer) for customer in capped],
        "near_list": NEAR,
        "ours": orgs.queries.parent(),
    }


def _books(figures: list[Tile]) -> dict[str, Any]:
    """Transfers whose three sides do not agree, newest first; and how old the ledgers are that say so."""
    standing = judging.kept()
    read = Freshness.objects.filter(resource="ledger").values_list("oldest_at", flat=True).first()
    age = f"Ledgers read {ago(read)} or later" if read else "Not all ledgers were read yet"
    note = f"Off by {standing.off_credits:,} credits" if standing.exceptions else age
    figures.append(Tile("Unmatched", "check", "books:tie_out", standing.exceptions, note, standing.tone))
    odd = Transfer.objects.filter(state=TieState.EXCEPTION).select_related("organization").order_by("-at", "-key")
    return {"unmatched": odd[:SHOWN] if standing.exceptions else [], "ledgers_read": age}


def _approvals(staff: Any) -> Tile:
    soon = Count("id", filter=Q(expires_at__lte=timezone.now() + SOON))
    found = waiting_for(staff).order_by().aggregate(all=Count("id"), soon=soon)
    note = f"{found['soon']} expire{'s' * (found['soon'] == 1)} within 24 h" if found["soon"] else ""
    note = note or "For you to agree or refuse" * bool(found["all"])
    return Tile("Approvals", "shield", "approvals:list", found["all"], note, "wait")


def _commands(staff: Any, found: int) -> Tile:
    count = to_settle(staff).count() if found > SHOWN else found
    return Tile("Commands to settle", "commands", "commands:list", count, "Failed, or no answer" * bool(count), "stop")


def _part_of_day() -> str:
    hour = timezone.localtime().hour
    return "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
