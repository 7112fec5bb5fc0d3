"""The seeded posts, accounts and suggestions: enough of each, and none in a state that cannot be."""

import pytest

from tests.sandbox.api import Api

IMPOSSIBLE = {
    "published without an address": "scheduledpost where status = 'published' and external_id is null",
    "published in the future": "scheduledpost where published_at > now() + interval '1 minute'",
    "waiting for nothing": "scheduledpost where (status in ('queued', 'publishing')) <> (due_at is not null)",
    "failed for no reason": "scheduledpost where (status = 'failed') <> (last_error is not null)",
    "made after its time": "scheduledpost where created_at > scheduled_for + interval '1 minute'",
    "posted while it waits for review": "scheduledpost p join sandbox_container c on c.id = p.container_id"
    " where c.approval_status = 'pending'",
    "on an account of another project": "scheduledpost p join sandbox_socialaccount a on a.id = p.social_account_id"
    " where a.project_id <> p.project_id",
    "parked on what is decided": "parkedschedule p join sandbox_container c on c.id = p.container_id"
    " where c.approval_status <> 'pending'",
    "leased from nobody": "socialaccount where leased <> (lease_request_id is not null)",
    "connected though its consent is over": "socialaccount where status = 'connected'"
    " and token_expires_at < now() - interval '1 minute'",
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_nothing_is_in_a_state_that_cannot_be(api: Api, what: str) -> None:
    assert api.sql(f"select count(*) from sandbox_{IMPOSSIBLE[what]}") == [(0,)]  # noqa: S608


def test_there_is_something_of_every_kind(api: Api) -> None:
    seen = dict(api.sql("select status, count(*) from sandbox_scheduledpost group by status"))
    assert seen["published"] >= 10
    assert seen["queued"] >= 1
    assert sum(seen.values()) >= 18
    for table in ("socialaccount", "recommendation", "engagement", "leaserequest"):
        assert api.sql(f"select count(*) > 0 from sandbox_{table}") == [(True,)], table  # noqa: S608
