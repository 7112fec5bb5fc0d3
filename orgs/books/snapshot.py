"""Several queries that see the same moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot(*, writes: bool = False) -> Iterator[None]:
    """What is read inside is of one moment, so that sums agree with rows although more arrive meanwhile. Inside another
    transaction it sees what that sees. `writes`: what follows from it is written inside, too.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                mode = "READ WRITE" if writes else "READ ONLY"
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, {mode}")
        yield
