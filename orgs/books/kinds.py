"""What the kinds of ledger rows are called. An unknown one reads as words and counts as something that was used.

Imports nothing of orgs: its models use it.
"""

from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When

from common.wording import words

REFILL, RECLAIM = "refill", "reclaim"

# Rows of these move credits between wallets or correct them. All others, unknown ones too, are what generation cost or
# gave back (contract/control-plane.md, 2 Credits).
BETWEEN_WALLETS = ("allocation", RECLAIM, REFILL)
MOVES = (*BETWEEN_WALLETS, "grant", "purchase", "adjustment")

WORDS = {
    "usage": "Generation",
    "refund": "Returned",
    "allocation": "Allocation",
    REFILL: "Refill",
    RECLAIM: "Reclaimed",
    "grant": "Grant",
    "purchase": "Purchase",
    "adjustment": "Adjustment",
}
MEANINGS = {
    "usage": "What a job cost.",
    "refund": "A job that failed gave its credits back.",
    "allocation": "Moved between our wallet and a customer's.",
    REFILL: "Moved to a customer by its refill rule.",
    RECLAIM: "Moved back to us when a customer was archived.",
    "grant": "Given by Layers.",
    "purchase": "Bought from Layers.",
    "adjustment": "Corrected by Layers.",
}

# The event type, but for allocations that are told apart. A description proves nothing: whoever allocates writes it.
# Nor does the mark of a refill beside a command of a desk: no rule gives one.
KIND = Case(
    When(~Q(event_type="allocation"), then="event_type"),
    When(direction="reclaim", then=Value(RECLAIM, models.TextField())),
    When(
        raw__metadata__trigger="auto_refill",
        raw__metadata__partner_desk_command__isnull=True,
        then=Value(REFILL, models.TextField()),
    ),
    default="event_type",
)


def kind_words(kind: Any) -> str:
    return WORDS.get(str(kind), "") or words(kind)


def meaning(kind: Any) -> str:
    """What such a row is, in a sentence."""
    return MEANINGS.get(str(kind), "A kind of row that this desk does not know. It counts as used.")


def is_used(kind: Any) -> bool:
    """Whether it is what generation cost or gave back, so that a customer may be charged for it."""
    return kind not in MOVES
