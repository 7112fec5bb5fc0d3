from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.client import read
from layers.client.ad_shapes import AuditEvent, Authority, Campaign, PendingAction
from layers.client.shapes import (
    Container,
    CreditConfig,
    LedgerEvent,
    Organization,
    Project,
    ReviewPolicy,
    Transfer,
    Wallet,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = [
    "id",
    "eventId",
    "pendingId",
    "campaignId",
    "verdictId",
    "name",
    "status",
    "metadata",
    "createdAt",
    "updatedAt",
]
NAMES += ["occurredAt", "expiresAt", "balance", "available", "credits", "currentPeriod", "config", "preview", "hook"]
NAMES += ["data", "authority", "defaults", "currentValue", "platform"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)


@given(raw=st.dictionaries(st.sampled_from(NAMES), anything, max_size=12))
def test_no_shape_is_broken_by_anything_the_api_may_send(raw: dict) -> None:
    Organization.of(raw)
    Wallet.of("org_1", raw, NOW)
    CreditConfig.of("org_1", raw, NOW)
    LedgerEvent.of("org_1", raw)
    Transfer.of(raw)
    Project.of("org_1", raw)
    ReviewPolicy.of("prj_1", raw, NOW)
    Container.of("org_1", "prj_1", raw)
    Campaign.of("org_1", "prj_1", raw)
    Authority.of(raw)
    PendingAction.of("org_1", "prj_1", "meta", raw, NOW)
    AuditEvent.of("org_1", raw)


def test_both_spellings_of_a_time_are_the_same_instant() -> None:
    spellings = {
        "a": "2026-06-01T14:30:00.000000+00:00",
        "b": "2026-06-01T14:30:00.000Z",
        "c": "2026-06-01T16:30:00+02:00",
    }
    assert {read.moment(spellings, name) for name in spellings} == {datetime(2026, 6, 1, 14, 30, tzinfo=UTC)}


def test_a_time_that_cannot_be_read_is_no_time() -> None:
    assert read.moment({"a": "yesterday"}, "a") is None
    assert read.moment({"a": 12}, "a") is None


def test_an_old_wallet_without_available_still_has_one() -> None:
    assert Wallet.of("org_1", {"balance": 50, "reservedCredits": 20}, NOW).available == 30


def test_a_number_that_is_not_whole_is_not_a_number_of_credits() -> None:
    assert read.number({"a": 1.5}, "a") is None
    assert read.number({"a": True}, "a") is None
    assert read.number({"a": 10**30}, "a") is None
    assert read.number({"a": 7.0}, "a") == 7


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        (b'{"a": "x\\u0000y"}', {"a": "xy"}),
        (b'{"k\\u0000": ["\\u0000"]}', {"k": [""]}),
        (b'{"a": "cut \\ud83d"}', {"a": "cut ?"}),
        (b'{"a": 1e400}', {"a": None}),
        (b'{"a": "back \\\\u0000"}', {"a": "back \\u0000"}),
        (b"", {}),
        (b"<html>", None),
    ],
)
def test_what_postgresql_cannot_hold_never_gets_that_far(sent: bytes, read_as: object) -> None:
    assert read.decode(sent) == read_as


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_time_at_the_edge_of_the_calendar_is_a_mistake(value: str) -> None:
    assert read.moment({"a": value}, "a") is None


def test_the_kill_switch_is_seen_in_both_spellings() -> None:
    assert Authority.of({"kill_switch_active": True}).kill_switch_active
    assert Authority.of({"killSwitchActive": True}).kill_switch_active
    assert not Authority.of({}).kill_switch_active
