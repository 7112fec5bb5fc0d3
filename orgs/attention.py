"""What a person should know or do about a customer, most urgent first, each in one sentence and its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.figures import credits
from common.moments import when
from layers.outbox.models import Command
from orgs.giving.claims import OurWallet
from orgs.refill import Code, why
from orgs.standing import SHORT, Standing


@dataclass(frozen=True)
class Attention:
    """`action` names the button that clears it: allocate, caps, resume, refresh, command (`command` is the one to look
    at), or none that this desk has."""

    tone: str
    icon: str
    title: str
    text: str = ""
    action: str = ""
    command: Command | None = None


def attention(standing: Standing, ours: OurWallet, unsettled: Sequence[Command] = ()) -> list[Attention]:
    """`ours` tells why a refill does not come; `unsettled` are decisions that failed or that nobody can tell about."""
    return [*_of_customer(standing, ours), *(_decision(command) for command in unsettled)]


def _decision(command: Command) -> Attention:
    title = f"{'Failed' if command.state == 'failed' else 'Unknown'}: {command.words}."
    return Attention("stop", "alert", title, command.explanation, "command", command)


def _of_customer(standing: Standing, ours: OurWallet) -> list[Attention]:
    customer = standing.customer
    if customer.is_parent:
        return []
    if customer.status == "archived":
        on = f" on {when(customer.archived_at)}" if customer.archived_at else ""
        text = "Its keys are revoked and what it had not spent came back to us. Archived customers stay archived."
        return [Attention("quiet", "info", f"Archived{on}.", text)]
    found = []
    if customer.status == "suspended":
        text = "Its keys are refused and nothing is generated or published until it is resumed."
        found.append(Attention("stop", "pause", "Suspended.", text, "resume"))
    if standing.wallet is None or standing.available is None:
        text = "Layers has not told us yet how much there is."
        return [*found, Attention("wait", "clock", "The wallet is not known yet.", text, "refresh")]
    return [*found, *_credits(standing, ours), *_cap(standing)]


def _credits(standing: Standing, ours: OurWallet) -> list[Attention]:
    line = standing.config.refill_threshold if standing.config else None
    if standing.refills and standing.is_below_line:
        tone = "stop" if standing.is_empty else "wait"
        title = f"Below its refill line of {credits(line)}."
        reason = why(standing, ours)
        return [Attention(tone, "alert", title, reason.words, "caps" if reason.code == Code.CAP else "allocate")]
    if standing.refills:
        return []
    if standing.is_empty:
        text = "Nothing new can start, and there is no refill rule."
        return [Attention("stop", "alert", "No credits left.", text, "allocate")]
    if standing.is_below_line:
        text = "The rule has no amount to add, so nothing refills it."
        return [Attention("wait", "alert", f"Below its refill line of {credits(line)}.", text, "allocate")]
    if standing.days_left is not None and standing.days_left < SHORT and standing.burn:
        days = "today" if standing.days_left == 0 else f"in {_days(standing.days_left)}"
        pace = f"{credits(standing.available)} left at {credits(standing.burn.daily)} a day"
        return [Attention("wait", "alert", f"Runs dry {days}.", f"{pace}, and there is no refill rule.", "allocate")]
    return []


def _cap(standing: Standing) -> list[Attention]:
    cap = standing.cap
    if cap is None or (not cap.is_near and cap.left):
        return []
    until = standing.until
    if not cap.left:
        text = f"All {credits(cap.of)} of this period are used or reserved, whatever the wallet holds."
        return [Attention("stop", "alert", f"The cap stops generation{until}.", text, "caps")]
    text = f"{credits(cap.left)} of {credits(cap.of)} are left{until}{_cap_pace(standing, cap.left)}."
    return [Attention("wait", "alert", f"The cap is {cap.share}% used.", text, "caps")]


def _cap_pace(standing: Standing, left: int) -> str:
    days = standing.burn.lasts(left) if standing.burn else None
    if days is None or standing.burn is None:
        return ""
    return f", about {_days(days)} at {credits(standing.burn.daily)} a day"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"
