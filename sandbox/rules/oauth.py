"""A consent under way (contract/content.md, 11): ten minutes, one answer, visible to the key that asked.

The platform's consent page is a page of this sandbox (`control/consent.py`).
"""

from datetime import timedelta
from typing import Final

from django.db import transaction

from sandbox import clock, ids
from sandbox.models import ApiKey, OauthState, Project, SocialAccount
from sandbox.rules import accounts
from sandbox.rules.return_urls import with_answer

LIFETIME: Final = timedelta(minutes=10)
REFUSED: Final = {"code": "ACCESS_DENIED", "message": "The user did not agree."}
EXPIRED: Final = {"code": "STATE_EXPIRED", "message": "Nobody agreed within ten minutes."}

Status = OauthState.Status


def begin(
    key: ApiKey, project: Project, platform: str, return_url: str, again: SocialAccount | None = None
) -> OauthState:
    """A new state, inside the caller's transaction. `again`: the account to connect once more. With a test key there
    is no platform to ask, so it is completed at once."""
    state = OauthState.objects.create(
        state=f"st_{ids.new_ulid()}",
        api_key=key,
        project=project,
        platform=platform,
        return_url=return_url,
        social_account=again,
        expires_at=clock.now() + LIFETIME,
    )
    if key.env == ApiKey.Env.TEST:
        _complete(state)
    return state


def standing(state: OauthState) -> tuple[str, dict[str, str] | None]:
    """(status, error). A state whose time is over has failed, whether or not somebody looked."""
    if state.status == Status.PENDING and state.expires_at <= clock.now():
        return Status.FAILED.value, EXPIRED
    return state.status, state.error


def answer(name: str, agreed: bool) -> OauthState | None:
    """What the user said on the consent page, once; a state that is no longer pending stays as it is."""
    with transaction.atomic():
        state = OauthState.objects.select_for_update().filter(pk=name).first()
        if state is not None and standing(state)[0] == Status.PENDING:
            if agreed:
                _complete(state)
            else:
                state.status, state.error = Status.FAILED, REFUSED
                state.save(update_fields=["status", "error"])
    return state


def way_back(state: OauthState) -> str:
    """The partner's page, told how it went."""
    if standing(state)[0] == Status.COMPLETED:
        return with_answer(state.return_url, {"state": state.state, "status": "success"})
    failure = {"state": state.state, "status": "error", "layers_oauth_error": "access_denied"}
    return with_answer(state.return_url, failure)


def _complete(state: OauthState) -> None:
    if state.social_account_id is None:
        state.social_account = accounts.connect(state.project, state.platform)
    else:
        accounts.connect_again(SocialAccount.objects.select_for_update().get(pk=state.social_account_id))
    state.status = Status.COMPLETED
    state.save(update_fields=["social_account", "status"])
