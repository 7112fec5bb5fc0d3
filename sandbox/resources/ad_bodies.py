"""Bodies that several writes of ads share (contract/ads.md, 1 and 7). Money is whole cents on every platform."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from sandbox import clock
from sandbox.api.errors import invalid
from sandbox.rules.platforms import LOWEST_BUDGET

Cents = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Few = msgspec.Meta(max_length=200)
Minute = Annotated[int, msgspec.Meta(ge=0, le=1440)]
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


class Budget(msgspec.Struct, rename="camel"):
    daily_budget_cents: Cents | UnsetType = UNSET
    lifetime_budget_cents: Cents | UnsetType = UNSET

    def amounts(self) -> tuple[int | None, int | None]:
        """(daily, lifetime), of which exactly one is a number; 422 for both, none, or less than platforms take."""
        daily = self.daily_budget_cents or None
        lifetime = self.lifetime_budget_cents or None
        if (daily is None) == (lifetime is None):
            raise invalid("dailyBudgetCents", "Send exactly one of dailyBudgetCents and lifetimeBudgetCents.")
        name, cents = ("dailyBudgetCents", daily) if daily else ("lifetimeBudgetCents", lifetime)
        if (cents or 0) < LOWEST_BUDGET:
            raise invalid(name, f"{name} must be at least {LOWEST_BUDGET}: one unit of the account's currency.")
        return daily, lifetime


class Age(msgspec.Struct, omit_defaults=True):
    min: int | UnsetType = UNSET
    max: int | UnsetType = UNSET


class Targeting(msgspec.Struct, rename="camel", omit_defaults=True):
    """Partial: what is not sent stays as it is."""

    geo: Annotated[list[Country], Few] | UnsetType = UNSET
    age: Age | UnsetType = UNSET
    genders: Annotated[list[Literal["male", "female", "all"]], Few] | UnsetType = UNSET
    custom_audiences: Annotated[list[Word], Few] | UnsetType = UNSET
    placements: Annotated[list[Word], Few] | UnsetType = UNSET

    def wanted(self, path: str = "") -> dict[str, Any]:
        """As the API writes it; 422 for nothing at all and for an age range that holds nobody."""
        wanted: dict[str, Any] = msgspec.to_builtins(self)
        if not wanted:
            raise invalid(path, "Send at least one of geo, age, genders, customAudiences, placements.")
        age = wanted.get("age", {})
        if not 0 <= age.get("min", 0) <= age.get("max", 120) <= 120:
            raise invalid(f"{path}.age" if path else "age", "age must be a range of years, min not above max.")
        return wanted


class Daypart(msgspec.Struct, rename="camel"):
    """`day_of_week` 0 to 6, minutes of the day."""

    day_of_week: Annotated[int, msgspec.Meta(ge=0, le=6)]
    start_minute: Minute
    end_minute: Minute


class Schedule(msgspec.Struct, rename="camel", omit_defaults=True):
    start_time: str | UnsetType = UNSET
    end_time: str | UnsetType = UNSET
    dayparts: Annotated[list[Daypart], Few] | UnsetType = UNSET

    def wanted(self) -> dict[str, Any]:
        wanted: dict[str, Any] = msgspec.to_builtins(self)
        if not wanted:
            raise invalid("", "Send at least one of startTime, endTime, dayparts.")
        check_dayparts(wanted.get("dayparts", []))
        return wanted


def check_dayparts(dayparts: list[dict[str, Any]]) -> None:
    for position, part in enumerate(dayparts):
        if part["startMinute"] >= part["endMinute"]:
            raise invalid(f"dayparts[{position}]", "A daypart ends after it starts.")


def instant(name: str, text: str | UnsetType | None) -> datetime | None:
    """A UTC time that ends in Z; 422 for anything else."""
    if not isinstance(text, str):
        return None
    refusal = invalid(name, f"{name} must be an ISO 8601 time in UTC that ends in Z.")
    if not _INSTANT.fullmatch(text):
        raise refusal
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise refusal from None


def check_window(start: datetime | None, end: datetime | None) -> None:
    """An end lies in the future and after the start."""
    if end is not None and (end <= clock.now() or (start is not None and end <= start)):
        raise invalid("endTime", "endTime must be in the future and after startTime.")
