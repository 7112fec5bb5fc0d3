"""What all tests share. The servers come from `python -m stack exec`, which `make test` puts around pytest."""

import os
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client

from layers.mirror import link
from tests import factories
from tests.workers import WORKER
from tests.worlds import desk_template


def pytest_configure() -> None:
    # Playwright keeps an event loop on this thread; Django would refuse the database to every later test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Nobody has collected static files here, so their plain names have to do; and nothing serves them.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django_settings.STORAGES = django_settings.STORAGES | {"staticfiles": plain}
    django_settings.MIDDLEWARE = [name for name in django_settings.MIDDLEWARE if "whitenoise" not in name]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """In a run of several processes the tables are made once and copied."""
    if WORKER:
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = desk_template()


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
