from typing import Any

import pytest

from orgs.tenant import MAX_AGE, SealBroken, open_seal, seal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Any:
    return factories.staff()


def test_a_seal_opens_for_the_person_customer_and_target_it_was_made_for(person: Any) -> None:
    opened = open_seal(seal(person, "org_1", "cnt_1"), person, "org_1", "cnt_1")
    assert (opened.organization_id, opened.target) == ("org_1", "cnt_1")


def test_every_form_has_its_own_nonce(person: Any) -> None:
    first, second = (open_seal(seal(person, "org_1", "x"), person, "org_1", "x") for _ in range(2))
    assert first.nonce != second.nonce


@pytest.mark.parametrize(("organization", "target"), [("org_2", "cnt_1"), ("org_1", "cnt_2"), ("", "")])
def test_it_does_not_open_for_another_customer_or_target(person: Any, organization: str, target: str) -> None:
    with pytest.raises(SealBroken):
        open_seal(seal(person, "org_1", "cnt_1"), person, organization, target)


def test_it_does_not_open_for_another_person(person: Any) -> None:
    with pytest.raises(SealBroken):
        open_seal(seal(person, "org_1", "cnt_1"), factories.staff(), "org_1", "cnt_1")


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "null"])
def test_what_is_no_seal_does_not_open(person: Any, value: str) -> None:
    with pytest.raises(SealBroken):
        open_seal(value, person, "org_1", "cnt_1")


def test_an_old_seal_does_not_open(person: Any, time_machine: Any) -> None:
    time_machine.move_to("2026-06-01T08:00:00Z", tick=False)
    old = seal(person, "org_1", "cnt_1")
    time_machine.shift(MAX_AGE + 1)
    with pytest.raises(SealBroken, match="too old"):
        open_seal(old, person, "org_1", "cnt_1")
