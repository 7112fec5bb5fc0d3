from typing import Any

import pytest
from django.test import RequestFactory

from dashboard.address import client_address


@pytest.mark.parametrize(
    ("behind", "forwarded", "address"),
    [
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "", "127.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_the_proxy_in_front_of_us_is_believed(settings: Any, behind: bool, forwarded: str, address: str) -> None:
    settings.BEHIND_TLS = behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", headers=headers)) == address
