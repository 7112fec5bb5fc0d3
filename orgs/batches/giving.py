"""What giving a batch takes, of every kind: one form makes one, and only of the rows that were shown."""

from typing import Any
from uuid import UUID, uuid5

from layers.outbox.kinds import NotNow
from orgs.tenant import Seal

NAMES = UUID("c0a1f3a6-61f0-4b8e-8f0e-2f0c1d7a9b52")  # of batches


class PlanChanged(NotNow):
    """Some rows are not any more as they were shown. `plan`: as they are."""

    def __init__(self, plan: Any) -> None:
        super().__init__("Something changed since you looked. Nothing was recorded: look again, then give it.")
        self.plan = plan


def batch_of(seal: Seal) -> UUID:
    """The id of the batch that a form makes."""
    return uuid5(NAMES, seal.nonce)
