"""Connecting an account: an address to agree at, and how it went (contract/content.md, 11)."""

from typing import Annotated, Any, Literal

import msgspec
from django.conf import settings

from sandbox import ids
from sandbox.api import query
from sandbox.api.envelope import stamp
from sandbox.api.errors import missing, not_found
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import PROJECT_LOCKED, project_of, uuid_of
from sandbox.models import OauthState, Project, SocialAccount
from sandbox.rules import accounts, oauth, return_urls
from sandbox.rules.generation import refuse_archived

Scopes = Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]], msgspec.Meta(max_length=32)]


class OauthUrlBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """`scopes` and `usageNote` are for the platform's page; nothing here depends on them."""

    platform: Literal["tiktok", "instagram"]
    return_url: str
    scopes: Scopes = msgspec.field(default_factory=list)
    usage_note: str = ""


class ReauthUrlBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    social_account_id: str
    return_url: str
    scopes: Scopes = msgspec.field(default_factory=list)


@write(scope="social:write", ignores_key=True)
def oauth_url(call: Call) -> dict[str, Any]:
    asked = call.body(OauthUrlBody)
    return_urls.check(asked.return_url, call.key.return_hosts)
    project = _open_project(call)
    return _begin(call, oauth.begin(call.key, project, asked.platform, asked.return_url))


@write(scope="social:write", ignores_key=True)
def reauth_url(call: Call) -> dict[str, Any]:
    """The same account id once the user has agreed again. Leased accounts need nobody's consent: 404."""
    asked = call.body(ReauthUrlBody)
    account_id = uuid_of("social_account", "socialAccountId", asked.social_account_id)
    return_urls.check(asked.return_url, call.key.return_hosts)
    project = _open_project(call)
    account = SocialAccount.objects.filter(pk=account_id, project=project, leased=False).first()
    if account is None:
        raise not_found("social account")
    return _begin(call, oauth.begin(call.key, project, account.platform, asked.return_url, again=account))


@read(scope="social:read")
def status_by_query(call: Call) -> dict[str, Any]:
    name = query.text(call.query, "state")
    if name is None:
        raise missing("state")
    project = project_of(call)
    return _show(OauthState.objects.filter(pk=name, api_key=call.key, project=project).first())


@read(scope="social:read")
def status_by_path(call: Call) -> dict[str, Any]:
    own = OauthState.objects.filter(api_key=call.key, project__organization=call.organization)
    return _show(own.filter(pk=call.path_ids["state"].replace("\x00", "")).first())


def _open_project(call: Call) -> Project:
    project = project_of(call, PROJECT_LOCKED)
    refuse_archived(project)
    return project


def _begin(call: Call, state: OauthState) -> dict[str, Any]:
    subject = {"state": state.state, "platform": state.platform}
    if state.social_account is not None:
        subject |= accounts.subject(state.social_account)
    call.record("social_account.oauth_started", subject, project_id=state.project_id)
    return {
        "authorizeUrl": f"{settings.PUBLIC_URL or call.origin}/_sandbox/oauth/{state.state}",
        "state": state.state,
        "expiresAt": stamp(state.expires_at),
    }


def _show(state: OauthState | None) -> dict[str, Any]:
    """404 for another key's state: it is not told that there is one."""
    if state is None:
        raise not_found("state")
    status, error = oauth.standing(state)
    shown: dict[str, Any] = {"state": state.state, "status": status, "expiresAt": stamp(state.expires_at)}
    if status == OauthState.Status.COMPLETED:
        shown["socialAccountId"] = ids.show_or_none("social_account", state.social_account_id)
    if error is not None:
        shown["error"] = error
    return shown
