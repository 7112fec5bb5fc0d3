"""Going on after a stop: what was given otherwise meanwhile is not given a second time."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from layers.outbox import verbs
from layers.outbox.models import Approval, Command, Failure, State
from orgs.giving.models import AllocationBatch
from orgs.models import Organization, Wallet
from tests import factories
from tests.orgs.giving.conftest import limits

pytestmark = pytest.mark.django_db
LIST = "Acme,500,June\nBirch,700,June\nCedar,900,June"
Give = Callable[..., Any]


@pytest.fixture
def stopped(finance: Client, given: Give, three: Any) -> Callable[..., AllocationBatch]:
    """A function: gives these rows as a batch and stops it before anything was sent."""

    def stop(rows: str, **asked: Any) -> AllocationBatch:
        given(rows, **asked)
        batch = AllocationBatch.objects.latest("created_at")
        finance.post(reverse("orgs:stop_allocation_batch", args=[batch.id]))
        return batch

    return stop


def page_of(client: Client, batch: AllocationBatch) -> Any:
    return client.get(reverse("orgs:allocation_batch", args=[batch.id]))


def resume(client: Client, batch: AllocationBatch) -> str:
    """Presses the button, and returns the page that follows."""
    posted = {"seal": page_of(client, batch).context["seal"]}
    address = reverse("orgs:resume_allocation_batch", args=[batch.id])
    return client.post(address, posted, follow=True).content.decode()


def queued() -> dict[str, int]:
    """What is on its way, by customer; nobody stands in it twice."""
    rows = Command.objects.filter(state=State.QUEUED).values_list("payload", flat=True)
    names = [row["customer"] for row in rows]
    assert len(set(names)) == len(names)
    return {row["customer"]: row["credits"] for row in rows}


def test_a_list_that_was_uploaded_again_after_the_stop_is_not_given_a_second_time(
    finance: Client, given: Give, stopped: Callable[..., AllocationBatch]
) -> None:
    batch = stopped(LIST)
    given(LIST)
    page = page_of(finance, batch).content.decode()
    assert "What was stopped stays so: given credits since the stop (3)." in page
    assert "resume/" not in page
    assert "Nothing was left to resume" in resume(finance, batch)
    assert queued() == {"Acme": 500, "Birch": 700, "Cedar": 900}


def test_the_button_names_the_rows_that_will_go_and_says_why_others_stay(
    finance: Client, stopped: Callable[..., AllocationBatch], three: list[Organization]
) -> None:
    batch = stopped(LIST)
    Organization.objects.filter(id=three[0].id).update(status="archived")
    factories.allocation(three[1], 5)
    page = page_of(finance, batch).content.decode()
    assert "1 was stopped before it was sent, 900 credits in all." in page
    assert "Others stay stopped: archived (1), given credits since the stop (1)." in page
    assert "Resume 1" in page
    assert "1 go on." in resume(finance, batch)
    assert queued() == {"Cedar": 900, "Birch": 5}


@pytest.mark.parametrize(
    ("state", "failure", "goes_on"),
    [
        (State.SUCCEEDED, "", False),
        (State.UNKNOWN, Failure.KEY_EXPIRED, False),
        (State.FAILED, Failure.KEY_EXPIRED, False),
        (State.FAILED, Failure.NOT_ENOUGH_CREDITS, True),
        (State.CANCELLED, "", True),
    ],
)
def test_only_what_may_have_moved_after_the_stop_takes_the_place_of_a_row(
    finance: Client,
    stopped: Callable[..., AllocationBatch],
    three: list[Organization],
    state: str,
    failure: str,
    goes_on: bool,
) -> None:
    batch = stopped("Acme,500")
    factories.allocation(three[0], 500, state=state, failure=failure)
    resume(finance, batch)
    assert queued() == ({"Acme": 500} if goes_on else {})


def test_what_was_given_before_the_stop_keeps_no_row_back(
    finance: Client, given: Give, stopped: Callable[..., AllocationBatch], three: list[Organization]
) -> None:
    factories.allocation(three[0], 5, state=State.SUCCEEDED)
    batch = stopped("Acme,500")
    resume(finance, batch)
    assert queued() == {"Acme": 500}


def test_a_row_that_stayed_stays_after_the_next_stop_too(
    finance: Client, stopped: Callable[..., AllocationBatch], three: list[Organization]
) -> None:
    batch = stopped(LIST)
    factories.allocation(three[0], 500, state=State.SUCCEEDED)
    for _ in range(2):
        resume(finance, batch)
        finance.post(reverse("orgs:stop_allocation_batch", args=[batch.id]))
    resume(finance, batch)
    assert queued() == {"Birch": 700, "Cedar": 900}


class TestLevels:
    @pytest.mark.parametrize("asked", [{"way": "level", "level": "1,200"}, {"way": "rows"}])
    def test_a_level_is_weighed_anew_and_never_passed(
        self,
        finance: Client,
        stopped: Callable[..., AllocationBatch],
        three: list[Organization],
        asked: dict[str, str],
    ) -> None:
        rows = ["Acme", "Birch", "Cedar"]
        of_rows = "name,top up to\n" + "\n".join(f"{name},1200" for name in rows)
        batch = stopped(of_rows if asked["way"] == "rows" else "\n".join(rows), **asked)
        for row, available in zip(three, [1_200, 1_150, -300], strict=True):
            Wallet.objects.filter(organization=row).update(available=available)
        page = page_of(finance, batch).content.decode()
        assert "2 were stopped before they were sent, 1,250 credits in all." in page
        assert "Others stay stopped: topped up otherwise (1)." in page
        resume(finance, batch)
        # Cedar was stopped with 1,200: it gets no more than that, though more is missing now.
        assert queued() == {"Birch": 50, "Cedar": 1_200}

    def test_a_row_that_was_tried_again_keeps_its_level(
        self, finance: Client, given: Give, three: list[Organization]
    ) -> None:
        given("Cedar", way="level", level="1,200")
        failed = Command.objects.get()
        Command.objects.filter(id=failed.id).update(state=State.FAILED, failure=Failure.NOT_ENOUGH_CREDITS)
        verbs.give_again(failed.id, failed.staff)
        batch = AllocationBatch.objects.get()
        finance.post(reverse("orgs:stop_allocation_batch", args=[batch.id]))
        Wallet.objects.filter(organization=three[2]).update(available=1_000)
        resume(finance, batch)
        assert queued() == {"Cedar": 200}

    def test_what_is_missing_in_a_wallet_that_is_not_known_any_more_nobody_can_say(
        self, finance: Client, stopped: Callable[..., AllocationBatch], three: list[Organization]
    ) -> None:
        batch = stopped("Acme\nCedar", way="level", level="1,200")
        Wallet.objects.filter(organization=three[0]).update(available=None)
        assert "Others stay stopped: wallet not known (1)." in page_of(finance, batch).content.decode()
        resume(finance, batch)
        assert queued() == {"Cedar": 1_200}


def test_a_row_above_the_limit_of_one_allocation_is_resumed_by_two(
    finance: Client, stopped: Callable[..., AllocationBatch]
) -> None:
    batch = stopped("Acme,5001\nBirch,1")
    limits(single_above=5_000)
    assert "Resuming waits for a second person." in page_of(finance, batch).content.decode()
    resume(finance, batch)
    assert not queued()
    assert Approval.objects.get().why == "One allocation of more than 5,000 credits."


def test_the_questions_about_a_stopped_batch_do_not_grow_with_its_rows(
    finance: Client, stopped: Callable[..., AllocationBatch], django_assert_max_num_queries: Any
) -> None:
    few, many = stopped("Acme", way="level", level="1,200"), stopped("Birch\nCedar", way="level", level="1,200")
    page_of(finance, few)
    with django_assert_max_num_queries(22) as asked:
        page_of(finance, few)
    with django_assert_max_num_queries(len(asked)):
        assert page_of(finance, many).context["resume"].number == 2
