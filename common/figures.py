"""Numbers as people read them. Every function takes whatever the mirror holds and never raises."""

import math
from decimal import Decimal, InvalidOperation

NOTHING = "–"
MINUS = "−"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def number(value: object) -> int | float | None:
    """The number in value (also in text such as "1200"), or None when there is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if not isinstance(value, float | Decimal | str):
        return None
    try:
        exact = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not exact.is_finite() or abs(exact) > 10**18:
        return None
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def credits(value: object) -> str:
    """1234 -> 1,234; None and what is no number -> –."""
    amount = number(value)
    if amount is None:
        return NOTHING
    return f"{MINUS if amount < 0 else ''}{abs(amount):,}"


def signed(value: object) -> str:
    """1234 -> +1,234; -1234 -> −1,234; 0 -> 0."""
    amount = number(value)
    return f"+{amount:,}" if amount is not None and amount > 0 else credits(amount)


def cents(value: object, currency: object = "USD") -> str:
    """7500 -> $75.00. Integer cents, as the API counts them; a currency without a known sign is named: 75.00 CHF."""
    amount = number(value)
    if amount is None:
        return NOTHING
    whole, part = divmod(abs(round(amount)), 100)
    code = str(currency or "USD").upper()
    text = f"{SYMBOLS.get(code, '')}{whole:,}.{part:02}"
    return f"{MINUS if amount < 0 else ''}{text}{'' if code in SYMBOLS else f' {code}'}"


def percent(value: object, whole: object = None) -> str:
    """14420 of 18000 -> 80%. Without a whole the value is a percentage already: 79.6 -> 80%."""
    amount = number(value)
    if whole is not None:
        total = number(whole)
        amount = amount * 100 / total if amount is not None and total else None
    if amount is None or not math.isfinite(amount):
        return NOTHING
    return f"{MINUS if round(amount) < 0 else ''}{abs(round(amount)):,}%"


def duration(milliseconds: object) -> str:
    """14000 -> 0:14, as a player shows it; None -> –."""
    amount = number(milliseconds)
    if amount is None or amount < 0:
        return NOTHING
    minutes, seconds = divmod(round(amount / 1000), 60)
    return f"{minutes}:{seconds:02}"
