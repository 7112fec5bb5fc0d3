"""The customer's social accounts and their own spending: one deed for each."""

from typing import Annotated, Any, Final

import msgspec
from django.db import transaction

from sandbox import ids
from sandbox.api.errors import not_found
from sandbox.control.deeds import Deed, Wish, one
from sandbox.models import LeaseRequest, Project, SocialAccount
from sandbox.rules import accounts, generation, hooks, leases, oauth, preconditions
from sandbox.rules.generation import Order


class OauthWish(Wish):
    state: str
    agreed: bool


class AccountWish(Wish):
    social_account_id: str


class LeaseWish(Wish):
    """`count`: accounts that were found, all that were asked for if left out."""

    request_id: str
    count: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None


class LeaseRefusal(Wish):
    request_id: str
    reason: str = "No warmed account fits this niche."


class GenerateWish(Wish):
    project_id: str
    hook: str | None = None


def _answer(wish: OauthWish) -> dict[str, Any]:
    state = oauth.answer(wish.state.strip().replace("\x00", ""), wish.agreed)
    if state is None:
        raise not_found("state")
    return {"state": state.state, "status": oauth.standing(state)[0], "returnTo": oauth.way_back(state)}


@transaction.atomic
def _lose_consent(wish: AccountWish) -> None:
    account = one(SocialAccount, "social_account", wish.social_account_id, locked=True)
    if account.status == SocialAccount.Status.CONNECTED:
        accounts.need_consent(account)


@transaction.atomic
def _fulfil(wish: LeaseWish) -> dict[str, Any]:
    found = leases.fulfil(one(LeaseRequest, "lease_request", wish.request_id, locked=True), wish.count)
    return {"socialAccountIds": [ids.show("social_account", account.pk) for account in found]}


@transaction.atomic
def _refuse_lease(wish: LeaseRefusal) -> None:
    leases.reject(one(LeaseRequest, "lease_request", wish.request_id, locked=True), wish.reason)


@transaction.atomic
def _generate(wish: GenerateWish) -> dict[str, Any]:
    """As a key of the customer's own would: their wallet pays."""
    project = one(Project, "project", wish.project_id, locked=True)
    preconditions.need_app_facts(project)
    order = Order("slideshow-builder", hook=wish.hook or hooks.bank(project, project.pk)[0])
    job, containers = generation.start(project, order, is_test=False)
    return {
        "jobId": ids.show("job", job.pk),
        "containerIds": [ids.show("container", container.pk) for container in containers],
    }


DEEDS: Final = (
    Deed("answer-oauth", "The customer agrees or refuses on a platform's consent page.", OauthWish, _answer),
    Deed("need-reauth", "The platform forgets a social account's consent.", AccountWish, _lose_consent),
    Deed("fulfil-lease", "Layers' staff assign warmed accounts.", LeaseWish, _fulfil),
    Deed("refuse-lease", "Layers' staff turn a lease request down.", LeaseRefusal, _refuse_lease),
    Deed("generate", "The customer makes a slideshow with their own key; their wallet pays.", GenerateWish, _generate),
)
