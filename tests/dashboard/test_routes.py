"""No route without a rule: walks the URLconf, through includes, against the permission table."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from dashboard.models import Staff
from dashboard.permissions import ANY_STAFF, PUBLIC, ROUTES
from dashboard.roles import ROLES
from tests import factories

UUID = "00000000-0000-4000-8000-000000000000"


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(route name, arguments that make an address) of every pattern."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner)
        elif isinstance(pattern, URLPattern):
            kinds = pattern.pattern.converters
            yield f"{namespace}{pattern.name}", dict.fromkeys(kinds, UUID)


ALL = dict(routes(get_resolver()))
CLOSED = sorted(name for name in ALL if ROUTES.get(name) != PUBLIC)
PERMISSIONED = sorted(name for name in ALL if ROUTES.get(name) not in (PUBLIC, ANY_STAFF, None))
METHODS = ["get", "post", "put", "patch", "delete", "head", "options"]


def test_every_route_has_a_row_in_the_table() -> None:
    assert sorted(set(ALL) - set(ROUTES)) == []


def test_every_row_in_the_table_has_a_route() -> None:
    assert sorted(set(ROUTES) - set(ALL)) == []


def test_every_rule_names_a_permission_that_some_role_has() -> None:
    granted = {f"dashboard.{codename}" for codenames in ROLES.values() for codename in codenames}
    assert {rule for rule in ROUTES.values() if rule not in (PUBLIC, ANY_STAFF)} <= granted


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in_by_every_method(client: Client) -> None:
    for route in CLOSED:
        address = reverse(route, kwargs=ALL[route])
        for method in METHODS:
            response = getattr(client, method)(address)
            assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/login/"), route
        for method in ("get", "post"):
            assert getattr(client, method)(address, headers={"HX-Request": "true"}).status_code == 401, route


@pytest.mark.django_db
def test_a_person_without_the_permission_is_refused_by_every_method(client: Client) -> None:
    client.force_login(factories.staff())
    for route in PERMISSIONED:
        address = reverse(route, kwargs=ALL[route])
        for method in METHODS:  # as htmx asks: the answer is short
            assert getattr(client, method)(address, headers={"HX-Request": "true"}).status_code == 403, route
        assert client.post(address).status_code == 403, route


@pytest.mark.django_db
def test_a_route_without_a_row_stays_closed_even_for_an_administrator(client: Client, monkeypatch: Any) -> None:
    client.force_login(factories.staff("Admin"))
    monkeypatch.delitem(ROUTES, "home")
    assert client.get("/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_holds_exactly_what_the_table_says(role: str) -> None:
    person = Staff.objects.get(pk=factories.staff(role).pk)
    assert person.get_all_permissions() == {f"dashboard.{codename}" for codename in ROLES[role]}


@pytest.mark.django_db
def test_a_person_who_was_switched_off_is_a_stranger(client: Client) -> None:
    person = factories.staff("Admin")
    client.force_login(person)
    Staff.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/").status_code == 302
