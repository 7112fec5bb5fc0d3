"""What all tests share. The servers come from `python -m stack exec`, which `make test` puts around pytest."""

from typing import Any

import pytest
from django.test import Client

from layers.mirror import link
from tests import factories


@pytest.fixture(autouse=True)
def _own_client() -> None:
    """The Partner API client is made once a process; a test that changes its address must not leave it behind."""
    link.layers.cache_clear()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """The real hash is slow on purpose: a third of a second for every person a test makes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def signed_in(db: None, client: Client) -> "object":
    """A function: sign in a new person with a role, or the given one, and get the browser back."""

    def sign_in(role: str = "", person: object | None = None) -> Client:
        client.force_login(person or factories.staff(role))
        return client

    return sign_in
