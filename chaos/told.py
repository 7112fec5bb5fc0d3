"""What the staff were told, line by line as they wrote it down (giving.py)."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Told:
    """`told`: recorded, given already or refused. `commands`: ids that stood in the answer."""

    number: int
    kind: str
    staff: str
    told: str
    commands: list[str]
    why: str = ""
    cancelled: bool | None = None


def read(journal: Path) -> list[Told]:
    """In the order in which they were written."""
    return [Told(**json.loads(line)) for line in journal.read_text().splitlines()] if journal.exists() else []
