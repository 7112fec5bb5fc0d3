"""One audit row of the gate, read out: the answer, the rules, and what to tell the customer."""

from typing import Any

import pytest

from ads.history import effect, reply
from ads.models import Campaign
from ads.rulings import Rule, Ruling, rules, sentence
from orgs.models import AuditEvent
from tests.ads.conftest import gate_event

pytestmark = pytest.mark.django_db
VERDICT = "b41f0c9e-6d52-4f7a-9a3e-2c8d17e5f0a4"


def ruling(campaign: Campaign, decision: str, reason: str = "", **values: Any) -> Ruling:
    return Ruling(gate_event(campaign, decision, reason=reason, **values))


ANSWERS = [
    ("allow", "", "tactical", "Allowed because the tactical axis of SPRING was auto."),
    ("allow", "", "", "Allowed: a change to SPRING."),
    ("queue_for_approval", "authority_axis_draft", "tactical", "Queued because the tactical axis of SPRING was draft."),
    ("queue_for_approval", "safety_review", "", "Queued: a change to SPRING, with the reason “safety review”."),
    ("deny", "authority_axis_off", "structural", "Denied because the structural axis of SPRING was off."),
    ("deny", "authority_axis_off", "", "Denied: a change to SPRING, with the reason “authority axis off”."),
    ("deny", "kill_switch_active", "tactical", "Denied because the customer's kill switch for Meta was on."),
    ("deny", "partner_consent_missing", "", "Denied because the customer has not agreed to partner writes on Meta."),
    (
        "deny",
        "authority_escalation",
        "tactical",
        "Denied because it would have raised the authority of SPRING above what the customer allows.",
    ),
    ("deny", "moon_phase", "tactical", "Denied: a change to SPRING, with the reason “moon phase”."),
    ("deny", "", "tactical", "Denied: a change to SPRING, and Layers gave no reason."),
    ("defer", "weather", "tactical", "The gate answered “defer” for SPRING, with the reason “weather”."),
    ("", "", "", "The audit log names this verdict on SPRING, not how it ended."),
]


@pytest.mark.parametrize(("decision", "reason", "axis", "expected"), ANSWERS)
def test_the_answer_is_one_sentence(campaign: Campaign, decision: str, reason: str, axis: str, expected: str) -> None:
    said = sentence(ruling(campaign, decision, reason, axis=axis), "Spring restock")
    assert said == expected.replace("SPRING", "campaign “Spring restock”")


def test_without_a_campaign_the_platform_is_named(campaign: Campaign) -> None:
    assert sentence(ruling(campaign, "allow"), "") == "Allowed because the tactical axis of Meta ads was auto."
    nothing = Ruling(AuditEvent(event_type="x", raw={}))
    assert sentence(nothing, "") == "The audit log names this verdict on the ad platform ads, not how it ended."


@pytest.mark.parametrize(
    ("event_type", "expected"),
    [
        ("ads.pending.approved", "A partner key approved a change to campaign “Spring restock”."),
        ("ads.pending.rejected", "A partner key rejected a change to campaign “Spring restock”."),
        ("ads.pending.dispatched", "Dispatched: a queued change to campaign “Spring restock”."),
    ],
)
def test_a_verdict_on_a_decision_is_not_told_as_one_on_the_write(
    campaign: Campaign, event_type: str, expected: str
) -> None:
    found = ruling(campaign, "allow", event_type=event_type)
    assert sentence(found, "Spring restock") == expected
    assert rules(found) == []
    assert effect(found) == ""


@pytest.mark.parametrize(("actor", "said"), [("user", "The customer"), ("", "Somebody"), ("robot9", "“robot9”")])
def test_the_actor_is_named_or_quoted(campaign: Campaign, actor: str, said: str) -> None:
    assert ruling(campaign, "allow", actor=actor).actor == said


def told(found: list[Rule]) -> list[tuple[str, str]]:
    return [(rule.state, rule.words) for rule in found]


def test_a_kill_switch_stops_before_the_axis_is_asked(campaign: Campaign) -> None:
    assert told(rules(ruling(campaign, "deny", "kill_switch_active"))) == [
        ("passed", "The caller was known and had the scope"),
        ("passed", "The customer had agreed to partner writes"),
        ("decided", "The kill switch for Meta was on"),
        ("not reached", "The tactical axis was not asked any more"),
    ]


def test_an_axis_decides_last_and_what_came_before_is_implied(campaign: Campaign) -> None:
    found = rules(ruling(campaign, "queue_for_approval", "authority_axis_draft"))
    assert told(found)[-1] == ("decided", "The tactical axis was draft")
    assert [rule.note for rule in found[1:-1]] == ["Implied: it did not stop here"] * 2


def test_the_customers_own_write_needs_no_consent(campaign: Campaign) -> None:
    words = [rule.words for rule in rules(ruling(campaign, "allow", actor="user"))]
    assert "The customer had agreed to partner writes" not in words


def test_a_raise_of_authority_is_a_rule_of_its_own(campaign: Campaign) -> None:
    found = told(rules(ruling(campaign, "deny", "authority_escalation")))
    assert ("decided", "It would have raised authority above the customer's policy") in found


@pytest.mark.parametrize(
    ("reason", "last"),
    [("moon_phase", "Layers' own reason: moon phase"), ("", "The record does not say which rule")],
)
def test_a_reason_that_is_not_known_stands_alone(campaign: Campaign, reason: str, last: str) -> None:
    assert told(rules(ruling(campaign, "deny", reason)))[1:] == [("decided", last)]


@pytest.mark.parametrize(
    ("decision", "reason", "part"),
    [
        ("deny", "authority_axis_off", "set it to draft or auto in your Layers settings"),
        ("deny", "kill_switch_active", "Only you can release it"),
        ("deny", "partner_consent_missing", "Allow partner writes"),
        ("deny", "authority_escalation", "Only you can raise that"),
        ("deny", "moon_phase", "with the reason “moon_phase”"),
        ("deny", "", "without a reason"),
        ("allow", "", "sent to Meta at once"),
        ("defer", "", VERDICT),
        ("queue_for_approval", "authority_axis_draft", "went to a person for approval"),
    ],
)
def test_the_reply_says_what_to_do(campaign: Campaign, decision: str, reason: str, part: str) -> None:
    assert part in reply(ruling(campaign, decision, reason), "Spring restock", None)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ("deny", "Nothing was sent to Meta."),
        ("queue_for_approval", "Nothing was sent to Meta then."),
        ("allow", "Layers sent it to Meta at once, which may still have refused it: the verdict stays."),
        ("defer", ""),
    ],
)
def test_what_reached_the_platform(campaign: Campaign, decision: str, expected: str) -> None:
    assert effect(ruling(campaign, decision)) == expected


@pytest.mark.parametrize("raw", [{}, {"data": None}, {"data": []}, {"data": {"change": "x", "campaignId": None}}])
def test_a_row_without_data_breaks_nothing(raw: Any) -> None:
    bare = Ruling(AuditEvent(event_type="ads.write.denied", decision="deny", raw=raw))
    assert bare.change == []
    assert sentence(bare, "") == "Denied: a change to the ad platform ads, and Layers gave no reason."
    assert reply(bare, "", None)
