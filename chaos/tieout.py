"""What the desk's own books say at the end: every transfer matched three ways, days' sums those of their rows.

`python -m chaos.tieout`, in the desk's environment. It has the ledgers fetched again, as the sweeps would within
minutes, until all transfers match or its patience is over, and prints one line of JSON (Books).
"""

import json
import sys
import time
from dataclasses import asdict, dataclass

PATIENCE = 240.0  # seconds
WRONG_SUMS = """
    SELECT count(*) FROM orgs_daysum AS kept FULL JOIN (
        SELECT (created_at AT TIME ZONE 'UTC')::date AS day, orgs_side(organization_id) AS side,
            orgs_movement(kind) AS movement, sum(credits) AS credits, count(*) AS lines
        FROM orgs_ledgerevent GROUP BY 1, 2, 3
    ) AS told USING (day, side, movement)
    WHERE (coalesce(kept.credits, 0), coalesce(kept.lines, 0)) <> (coalesce(told.credits, 0), coalesce(told.lines, 0))
"""


@dataclass(frozen=True)
class Books:
    """Transfers by how they match, the credits they are off by, and sums of days that are not those of their rows."""

    matched: int
    waiting: int
    exceptions: int
    off_credits: int
    wrong_sums: int

    @property
    def words(self) -> str:
        return (
            f"{self.matched:,} matched, {self.waiting} waiting, {self.exceptions} exceptions,"
            f" {self.off_credits:,} credits off, {self.wrong_sums} sums of days wrong"
        )

    @property
    def problem(self) -> str:
        """Empty when everything matches."""
        open_still = self.waiting or self.exceptions or self.off_credits or self.wrong_sums
        return f"TIE-OUT is not zero: {self.words}" if open_still else ""


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from layers.mirror import scopes
    from layers.mirror.models import Scope
    from orgs.books.tieout.judging import catch_up, standing

    money = Scope.objects.filter(resource__in=["wallet", "ledger"])
    end = time.monotonic() + PATIENCE
    while True:
        # Refills go on meanwhile: one that came between the readings of its two ledgers takes one more.
        began = timezone.now()
        scopes.ask(money.values_list("id", flat=True))
        while money.exclude(synced_at__gt=began).exists() and time.monotonic() < end:
            time.sleep(1)
        catch_up(wait=True)
        found = standing()
        if not (found.waiting or found.exceptions) or time.monotonic() > end:
            break
    books = Books(found.matched, found.waiting, found.exceptions, found.off_credits, wrong_sums())
    sys.stdout.write(json.dumps(asdict(books)) + "\n")


def wrong_sums() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(WRONG_SUMS)
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
