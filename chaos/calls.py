"""Which of our writes each fault hit, from the sandbox's trail of calls. It keeps few, so it is read all the time."""

from collections import Counter
from dataclasses import dataclass, field

import psycopg

TRAIL = """
select seq, request_id, faults from sandbox_journal
where seq > %s and (path like '%%/credits/allocate' or path like '%%/credit-config') and method <> 'GET' order by seq
"""
EFFECTS = """
select distinct request_id from sandbox_auditevent where event_type in ('credits.allocated', 'credit_config.updated')
"""


@dataclass
class Calls:
    """Writes of credits and caps: all, and those that each kind of fault hit."""

    database_url: str
    seen: int = 0
    writes: int = 0
    hit: dict[str, list[str]] = field(default_factory=dict)

    def look(self) -> None:
        with psycopg.connect(self.database_url) as connection:
            for seq, request_id, faults in connection.execute(TRAIL, [self.seen]):
                self.seen, self.writes = seq, self.writes + 1
                for kind in set(filter(None, faults.split(","))):
                    self.hit.setdefault(kind, []).append(request_id)

    def table(self) -> dict[str, tuple[int, int]]:
        """By kind of fault: how many of our writes it hit, and how many of those had taken effect."""
        with psycopg.connect(self.database_url) as connection:
            effects = {row[0] for row in connection.execute(EFFECTS)}
        counted: Counter[str] = Counter()
        for kind, requests in self.hit.items():
            counted[kind] = sum(request in effects for request in requests)
        return {kind: (len(requests), counted[kind]) for kind, requests in self.hit.items()}
