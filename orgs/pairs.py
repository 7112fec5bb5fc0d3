"""Metadata as people type it: rows of a key and a value (templates/orgs/lifecycle/_pairs.html)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from orgs import metadata


def as_typed(text: str) -> str:
    """A text as it comes back from a field of one line: browsers take line breaks out, we take blanks around it off."""
    return text.replace("\r", "").replace("\n", "").strip()


@dataclass
class Row:
    """One pair as typed, and what is wrong with it."""

    key: str = ""
    value: str = ""
    key_problem: str = ""
    value_problem: str = ""


class Pairs:
    """Metadata as rows of key and value, the last one empty. Rows emptied in both fields are not there."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = [row for row in rows if row.key or row.value]
        self.problem = ""

    @classmethod
    def of(cls, pairs: Mapping[str, str]) -> "Pairs":
        return cls([Row(key, value) for key, value in pairs.items()])

    @classmethod
    def posted(cls, data: QueryDict) -> "Pairs":
        typed = zip(data.getlist("key"), data.getlist("value"), strict=False)
        return cls([Row(as_typed(key), as_typed(value)) for key, value in typed])

    def over(self, shown: Mapping[str, str]) -> "Pairs":
        """The same, where what nobody touched is as it is stored, although a field could not show it so."""
        left, rows = dict(shown), []
        for row in self.rows:
            key = next((one for one in left if as_typed(one) == row.key), row.key)
            value = left.pop(key, "")
            rows.append(Row(key, value if as_typed(value) == row.value else row.value))
        return Pairs(rows)

    @property
    def shown(self) -> list[Row]:
        return [*self.rows, Row()]

    @property
    def pairs(self) -> dict[str, str]:
        return {row.key: row.value for row in self.rows if row.key and row.value}

    def check(self, known: Mapping[str, str], stored: Mapping[str, str]) -> None:
        """Notes what is wrong at each row. `known`: the keys the form was filled with, which a row may empty to unset;
        `stored`: what we hold now, into which it is merged."""
        seen: set[str] = set()
        for row in self.rows:
            row.key_problem, row.value_problem = self._problems(row, seen, known)
            seen.add(row.key)
        whole = metadata.merged(stored, metadata.difference(known, self.pairs))
        self.problem = metadata.whole_problem(whole)

    @property
    def fits(self) -> bool:
        return not self.problem and not any(row.key_problem or row.value_problem for row in self.rows)

    @staticmethod
    def _problems(row: Row, seen: set[str], known: Mapping[str, str]) -> tuple[str, str]:
        if "\x00" in row.key + row.value:
            return "A character in this row cannot be stored.", ""
        if not row.key:
            return "This value needs a key.", ""
        if row.key in seen:
            return "This key is there twice.", ""
        missing = "" if row.value or row.key in known else "A new key needs a value."
        return metadata.key_problem(row.key), metadata.value_problem(row.value) or missing
