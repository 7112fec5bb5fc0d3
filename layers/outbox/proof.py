"""What a trace may conclude from what Layers sent. What was left out proves nothing, so it is read again later."""

from collections.abc import Iterable

from layers.client.errors import Unreadable
from layers.client.shapes import Raw


def word(raw: Raw, name: str) -> str:
    """The member that decides. Raises Unreadable where it is missing, empty or no text."""
    said = raw.get(name)
    if isinstance(said, str) and said:
        return said
    raise Unreadable(f"Layers did not say the {name}.")


def row_of(rows: Iterable[Raw], name: str, value: str) -> Raw | None:
    """The row whose member `name` is `value`; None where there is none. Raises Unreadable where there is none and a row
    came without that member: it could be the one."""
    doubtful = False
    for row in rows:
        if row.get(name) == value:
            return row
        doubtful |= not isinstance(row.get(name), str)
    if doubtful:
        raise Unreadable(f"Layers did not say the {name} of a row.")
    return None
