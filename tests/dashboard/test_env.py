import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard.env import Env, broker_url


@pytest.mark.parametrize(
    ("value", "says"),
    [("", "Set PORT"), ("http", "whole number from 1 to 65535"), ("0", "whole number"), ("٣", "whole number")],
)
def test_a_number_that_is_none_is_refused_in_one_sentence(value: str, says: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=says):
        Env({"PORT": value}).number("PORT", 8000, 1, 65535) if value else Env({}).text("PORT")


def test_a_flag_must_be_yes_or_no() -> None:
    assert Env({"DEBUG": "on"}).flag("DEBUG", False)
    assert not Env({}).flag("DEBUG", False)
    with pytest.raises(ImproperlyConfigured, match="DEBUG to 1 or 0"):
        Env({"DEBUG": "maybe"}).flag("DEBUG", False)


def test_an_address_needs_its_scheme_and_loses_its_slash() -> None:
    assert Env({"LAYERS_API_URL": "https://api.layers.com/"}).origin("LAYERS_API_URL") == "https://api.layers.com"
    with pytest.raises(ImproperlyConfigured, match="https://"):
        Env({"LAYERS_API_URL": "api.layers.com"}).origin("LAYERS_API_URL")


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://example:6379/1", "redis://example:6379/1"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
        ("unix:///run/valkey.sock?db=4", "redis+socket:///run/valkey.sock?virtual_host=4"),
    ],
)
def test_celery_gets_the_same_server_in_its_own_spelling(url: str, broker: str) -> None:
    assert broker_url(url) == broker
