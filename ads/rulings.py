"""Reads an audit row as a ruling of the ads gate: what was decided, by which rule, about what (contract/ads.md, 1, 6).

The place of most members in an audit row is assumed, so every one may be missing, and decisions, reasons and actors
are open sets: what we do not know is said in Layers' own words, never guessed.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ads.values import Change, changes
from common.wording import platform_name, words
from layers.client import read
from orgs.models import AuditEvent

ALLOW, QUEUE, DENY = "allow", "queue_for_approval", "deny"
MODE_OF = {ALLOW: "auto", QUEUE: "draft", DENY: "off"}  # what an axis must have said for the decision to be this one
AXIS_REASONS = {ALLOW: {"", "authority_axis_auto"}, QUEUE: {"", "authority_axis_draft"}, DENY: {"authority_axis_off"}}

# The outcome of the gate in one word, its tone and its icon.
WORDS = {
    ALLOW: ("Allowed", "ok", "check"),
    QUEUE: ("Queued for approval", "wait", "clock"),
    DENY: ("Denied", "stop", "x"),
}
ACTORS = {
    "partner": "A partner key",
    "partner_api": "A partner key",
    "user": "The customer",
    "customer": "The customer",
    "optimizer": "The optimizer",
    "system": "Layers",
}


@dataclass(frozen=True)
class Ruling:
    """One audit row. `cause` is the rule that decided: axis, switch, consent, escalation, other, or empty: not said."""

    event: AuditEvent

    @cached_property
    def data(self) -> dict[str, Any]:
        return read.mapping(self.event.raw, "data")

    @property
    def decision(self) -> str:
        return self.event.decision.strip().lower()

    @property
    def reason(self) -> str:
        return self.event.reason.strip()

    @property
    def axis(self) -> str:
        return self.event.axis.strip().lower()

    @property
    def is_decision(self) -> bool:
        """The row is about approving or rejecting a queued action, not about the write that was queued."""
        return self.event.event_type.startswith("ads.pending.")

    @property
    def badge(self) -> tuple[str, str, str]:
        """Word, tone, icon."""
        if self.is_decision:
            done = self.event.event_type.rpartition(".")[2].lower()
            looks = {"approved": ("ok", "check"), "rejected": ("stop", "x"), "dispatch_failed": ("stop", "x")}
            return (words(done), *looks.get(done, ("quiet", "info")))
        known = WORDS.get(self.decision)
        return known or (words(self.decision) if self.decision else "Not said", "quiet", "unknown")

    @property
    def cause(self) -> str:
        reason = self.reason.lower()
        if reason in AXIS_REASONS.get(self.decision, ()):
            return "axis" if self.axis else ""
        if "kill_switch" in reason:
            return "switch"
        if "consent" in reason:
            return "consent"
        if "escalation" in reason:
            return "escalation"
        return "other" if reason else ""

    @property
    def mode(self) -> str:
        """What the axis said then, where the decision proves it."""
        return MODE_OF.get(self.decision, "") if self.cause == "axis" and not self.is_decision else ""

    @property
    def campaign_id(self) -> str:
        return read.text(self.data, "campaignId")

    @property
    def campaign_name(self) -> str:
        return read.text(self.data, "campaignName")

    @property
    def platform(self) -> str:
        return platform_name(self.event.platform) if self.event.platform else "the ad platform"

    @property
    def change(self) -> list[Change]:
        """What was asked, where the row says it."""
        asked = read.mapping(self.data, "change")
        before = asked.get("from", asked.get("before", self.data.get("before")))
        after = asked.get("to", asked.get("after", self.data.get("after")))
        if before is None and after is None:
            return changes({}, {name: value for name, value in asked.items() if name not in ("from", "to")})
        return changes(before or {}, after or {})

    @property
    def note(self) -> str:
        """What the person who decided wrote."""
        said = read.text(self.data, "comment", "note")
        return said or (self.reason if self.is_decision else "")

    @property
    def call(self) -> str:
        """The call that caused it, where the row says it: POST /v1/…"""
        return " ".join(filter(None, [read.text(self.data, "method"), read.text(self.data, "path")]))

    @property
    def actor_organization_id(self) -> str:
        return read.text(self.event.raw, "actorOrganizationId", "actor_organization_id")

    @property
    def actor(self) -> str:
        """In words that begin a sentence; an actor we do not know is named as Layers names it."""
        said = self.event.actor.strip()
        return ACTORS.get(said.lower()) or (f"“{said}”" if said else "Somebody")


def sentence(ruling: Ruling, campaign: str) -> str:
    """The answer, to be read out on the phone. `campaign` is its name, or empty."""
    where = f"campaign “{campaign}”" if campaign else f"{ruling.platform} ads"
    if ruling.is_decision:
        return _about_a_decision(ruling, where)
    word = {ALLOW: "Allowed", QUEUE: "Queued", DENY: "Denied"}.get(ruling.decision)
    if word is None:
        told = f"The gate answered “{ruling.decision}” for {where}" if ruling.decision else ""
        return f"{told}{_given(ruling)}." if told else f"The audit log names this verdict on {where}, not how it ended."
    if ruling.cause == "axis":
        return f"{word} because the {ruling.axis} axis of {where} was {ruling.mode}."
    if ruling.cause == "switch":
        return f"{word} because the customer's kill switch for {ruling.platform} was on."
    if ruling.cause == "consent":
        return f"{word} because the customer has not agreed to partner writes on {ruling.platform}."
    if ruling.cause == "escalation":
        return f"{word} because it would have raised the authority of {where} above what the customer allows."
    unsaid = ", and Layers gave no reason" if ruling.decision == DENY else ""
    return f"{word}: a change to {where}{_given(ruling) or unsaid}."


def _about_a_decision(ruling: Ruling, where: str) -> str:
    done = ruling.event.event_type.rpartition(".")[2].lower()
    if done in ("approved", "rejected"):
        return f"{ruling.actor} {done} a change to {where}."
    return f"{words(done)}: a queued change to {where}."


def _given(ruling: Ruling) -> str:
    return f", with the reason “{words(ruling.reason).lower()}”" if ruling.reason else ""


@dataclass(frozen=True)
class Rule:
    """One rule of the gate. `state`: passed (implied by the order), decided, or not reached."""

    words: str
    state: str
    tone: str = "quiet"
    icon: str = "minus"
    note: str = ""


def rules(ruling: Ruling) -> list[Rule]:
    """The gate's rules in the contract's order with the one that decided. Empty where no gate rule was asked.

    Only the deciding rule is in the row. Those before it are implied by the order, and the order itself is assumed
    (contract/ads.md, 1); a reason that we do not know stands alone, because we cannot place it.
    """
    if ruling.is_decision or not ruling.decision:
        return []
    known = Rule("The caller was known and had the scope", "passed", "ok", "check", "No verdict exists without it")
    if ruling.cause in ("other", "") or ruling.decision not in WORDS:
        return [known, _decided(ruling, _quoted(ruling))]
    order = [
        ("consent", "The customer had agreed to partner writes", "The customer had not agreed to partner writes"),
        ("switch", f"The kill switch for {ruling.platform} was off", f"The kill switch for {ruling.platform} was on"),
        ("escalation", "", "It would have raised authority above the customer's policy"),
        ("axis", f"The {ruling.axis or 'deciding'} axis", f"The {ruling.axis} axis was {ruling.mode}"),
    ]
    found, reached = [known], False
    for name, passed, failed in order:
        if name == ruling.cause:
            found.append(_decided(ruling, failed))
            reached = True
        elif reached and name == "axis":
            found.append(Rule(f"{passed} was not asked any more", "not reached"))
        elif not reached and passed and not (name == "consent" and ruling.event.actor in ("user", "customer")):
            found.append(Rule(passed, "passed", "ok", "check", "Implied: it did not stop here"))
    return found


def _decided(ruling: Ruling, said: str) -> Rule:
    _, tone, icon = ruling.badge
    return Rule(said, "decided", tone, icon, ruling.reason or ruling.decision)


def _quoted(ruling: Ruling) -> str:
    if ruling.reason:
        return f"Layers' own reason: {words(ruling.reason).lower()}"
    return "The record does not say which rule"
