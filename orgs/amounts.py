"""Whole credits as people and spreadsheets write them. What could be meant in two ways is refused, never guessed."""

import re

from orgs.commands import MOST_CREDITS

MARKS = " ,.'\u2019\u00a0\u2009\u202f"  # between thousands
PLAIN = re.compile(r"[0-9]{1,24}")
GROUPED = re.compile(rf"[1-9][0-9]{{0,2}}(?P<mark>[{re.escape(MARKS)}])[0-9]{{3}}(?P<more>(?:(?P=mark)[0-9]{{3}})*)")
NO_CENTS = re.compile(r"(?P<whole>.+)(?P<point>[.,])0{1,2}")
BELOW_NOTHING = re.compile(r"[-\u2212\u2013(].*[0-9]", re.DOTALL)
SHORTENED = re.compile(r"[0-9][0-9.,]*[eE][+]?[0-9]{1,3}")
FRACTION = re.compile(r"[0-9]+[.,][0-9]+")


class NoAmount(ValueError):
    """The message is what the person reads."""


def amount(text: str, *, least: int = 1, most: int = MOST_CREDITS, comma_is_point: bool = False) -> int:
    """1500, 1,500, 1 500, 1'500, 1.500.000 or 1500.00. `comma_is_point`: the file comes from where 1,500 may be one and
    a half. Raises NoAmount for everything else."""
    text = text.strip()
    found = -1 if BELOW_NOTHING.match(text) else _read(text, comma_is_point)
    if found < 0 < least:
        raise NoAmount("Credits only go to the customer from here. Write a number above 0.")
    if found < least:
        raise NoAmount(f"At least {least:,} credit{'' if least == 1 else 's'}.")
    if found > most:
        raise NoAmount(f"More than {most:,} credits cannot be meant. Check the amount.")
    return found


def _read(text: str, comma_is_point: bool) -> int:
    if PLAIN.fullmatch(text):
        return int(text)
    if grouped := GROUPED.fullmatch(text):
        mark = grouped["mark"]
        if not grouped["more"] and (mark == "." or (mark == "," and comma_is_point)):
            whole = re.sub(r"[^0-9]", "", text)
            raise NoAmount(f"{text} may be {int(whole):,} or a fraction. Write {whole}.")
        return int(re.sub(r"[^0-9]", "", text))
    cents = NO_CENTS.fullmatch(text)
    if cents and cents["point"] not in cents["whole"]:
        whole = cents["whole"]
        if PLAIN.fullmatch(whole) or GROUPED.fullmatch(whole):
            return int(re.sub(r"[^0-9]", "", whole))
    raise NoAmount(_why(text))


def _why(text: str) -> str:
    if not text:
        return "How many credits?"
    if SHORTENED.fullmatch(text):
        return f"{text} is shortened. Write all its digits."
    if FRACTION.fullmatch(text):
        return "Credits are whole: no fractions."
    return "Write whole credits in digits, like 15,000."
