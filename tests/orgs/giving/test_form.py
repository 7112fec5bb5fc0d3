"""The form of a batch: files, pasted rows, customers that were selected, and the files that come back from it."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from layers.outbox.models import Command
from orgs.models import Organization
from tests.orgs.giving.conftest import ROWS, URL, customer, rows_of, text_of

pytestmark = pytest.mark.django_db


def test_an_uploaded_file_takes_the_place_of_the_rows(finance: Client, three: Any) -> None:
    file = SimpleUploadedFile("june.csv", "\ufeffName;Amount\r\nAcme;500\r\n".encode())
    response = finance.post(reverse(URL), {"way": "rows", "rows": "x", "reason": "June", "file": file})
    assert response.context["plan"].total == 500
    shown = response.context["form"]["rows"].value()
    assert "Name;Amount" in shown
    assert [response.context["form"][name].value() for name in ("way", "reason")] == ["rows", "June"]
    sealed = {"seal": response.context["seal"], "shown": response.context["plan"].digest, "give": "1"}
    assert finance.post(reverse(URL), {"way": "rows", "rows": shown, "reason": "June", **sealed}).status_code == 302


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"rows": ""}, "rows"),
        ({"rows": 'Acme,"5'}, "rows"),
        ({"rows": "Acme", "way": "same"}, "credits"),
        ({"rows": "Acme", "way": "level", "level": "x"}, "level"),
        ({"rows": "Acme,5", "way": "same", "credits": "5"}, "way"),
        ({"rows": "Acme", "way": "gift"}, "way"),
        ({"rows": "Acme,5", "reason": "x" * 501}, "reason"),
    ],
)
def test_each_problem_stands_at_its_field(finance: Client, three: Any, asked: dict[str, str], field: str) -> None:
    response = finance.post(reverse(URL), {"way": "rows"} | asked)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_the_number_of_a_way_that_is_not_chosen_is_not_looked_at(finance: Client, three: Any) -> None:
    response = finance.post(reverse(URL), {"way": "same", "rows": "Acme", "credits": "5", "level": "?"})
    assert response.context["plan"].total == 5


def test_customers_selected_in_the_list_come_along(finance: Client, three: list[Organization]) -> None:
    form = finance.get(reverse(URL), {"id": [three[0].id, three[2].id]}).context["form"]
    assert form["rows"].value().splitlines() == [
        "organization id,name,amount",
        f"{three[0].id},Acme,",
        f"{three[2].id},Cedar,",
    ]
    response = finance.post(reverse(URL), {"way": "same", "credits": "7", "rows": form["rows"].value()})
    assert response.context["plan"].total == 14
    everyone = finance.get(reverse(URL), {"select": "all", "match": ""}).context["form"]
    assert len(everyone["rows"].value().splitlines()) == 4


@pytest.mark.parametrize("name", ["Acme ", " Acme", "'-Acme", "Ac\nme", "=Acme"])
def test_they_come_along_whatever_they_are_called(finance: Client, three: Any, name: str) -> None:
    chosen = customer(name)
    rows = finance.get(reverse(URL), {"id": [chosen.id]}).context["form"]["rows"].value()
    as_posted = rows.replace("\n", "\r\n")
    response = finance.post(reverse(URL), {"way": "same", "credits": "7", "rows": as_posted})
    assert [row.customer for row in response.context["plan"].giving] == [chosen]


def test_a_file_with_a_line_break_in_a_reason_is_given_as_it_was_looked_at(finance: Client, three: Any) -> None:
    file = SimpleUploadedFile("june.csv", b'Name,Amount,Reason\nAcme,50,"a\nb"\n')
    context = finance.post(reverse(URL), {"way": "rows", "rows": "", "file": file}).context
    as_posted = context["form"]["rows"].value().replace("\n", "\r\n")
    sealed = {"seal": context["seal"], "shown": context["plan"].digest, "give": "1"}
    assert finance.post(reverse(URL), {"way": "rows", "rows": as_posted, **sealed}).status_code == 302
    assert Command.objects.get().reason == "a\nb"


def test_a_list_to_fill_in_can_be_had_and_comes_back_whole(finance: Client, three: Any) -> None:
    rows = rows_of(finance.get(reverse(URL), {"format": "csv"}))
    assert [(row["Name"], row["Available"], row["Amount"]) for row in rows] == [
        ("Acme", "1000", ""),
        ("Birch", "400", ""),
        ("Cedar", "0", ""),
    ]


def test_rows_with_problems_go_into_a_file_that_can_be_corrected(
    finance: Client, previewed: Callable[..., Any], three: Any
) -> None:
    rows = "Name,Amount,Mine\nAcme,1.5,a\nBirch,5,b\n=nobody,7,c"
    response = finance.post(reverse(URL), {"way": "rows", "rows": rows, "csv": "problems"})
    text = text_of(response)
    assert [row["Mine"] for row in csv.DictReader(io.StringIO(text))] == ["a", "c"]
    plan = previewed(text)["plan"]
    assert [row.line.cells["name"] for row in plan.refused] == ["Acme", "=nobody"]


def test_that_file_has_the_delimiter_of_the_list_so_an_amount_stays_as_doubtful_as_it_was(
    finance: Client, previewed: Callable[..., Any], three: Any
) -> None:
    rows = "Name;Amount\nAcme;12,500\nBirch;5"
    text = text_of(finance.post(reverse(URL), {"way": "rows", "rows": rows, "csv": "problems"}))
    assert text.startswith("Name;Amount;Problem\r\nAcme;12,500;")
    again = previewed(text)["plan"]
    assert [row.why for row in again.refused] == ["12,500 may be 12,500 or a fraction. Write 12500."]


def test_a_preview_can_be_had_as_a_file(finance: Client, three: Any) -> None:
    rows = rows_of(finance.post(reverse(URL), {"way": "rows", "rows": ROWS, "csv": "all"}))
    assert [(row["Row"], row["Amount"], row["Available then"]) for row in rows][:2] == [
        ("1", "500", "1500"),
        ("2", "700", "1100"),
    ]
    assert rows[2]["Problem"].startswith("We know no customer")
