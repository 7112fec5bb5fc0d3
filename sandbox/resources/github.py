"""The GitHub App of an organization (contract/content.md, 11)."""

from typing import Annotated, Any

import msgspec
from django.conf import settings

from sandbox.api import cursors, query
from sandbox.api.envelope import stamp
from sandbox.api.errors import invalid, missing, not_found
from sandbox.api.operations import Answer, Call, read, write
from sandbox.models import GithubInstallation, GithubRepo
from sandbox.rules import github, return_urls

SCOPE = "github:admin"
BY_AGE = cursors.NewestFirst("github-repos", tie_type=int)
LONGEST_STATE = 255


class RegisterBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    installation_id: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    state: str


def show(installation: GithubInstallation) -> dict[str, Any]:
    registered_at = stamp(installation.registered_at)
    return {
        "installationId": installation.installation_id,
        "githubAccount": {"login": installation.account_login, "type": installation.account_type},
        "orgLogin": installation.account_login,
        "status": "active",
        "registeredAt": registered_at,
        "lastVerifiedAt": registered_at,
    }


def show_repo(repo: GithubRepo) -> dict[str, Any]:
    owner = repo.installation.account_login
    return {
        "repoId": repo.repo_id,
        "fullName": f"{owner}/{repo.name}",
        "owner": owner,
        "private": repo.private,
        "defaultBranch": repo.default_branch,
        "language": repo.language,
        "primaryLanguage": repo.language,
        "htmlUrl": f"https://github.example/{owner}/{repo.name}",
    }


# A read that leaves a row: the state it hands out has to be known when it comes back.
@read(scope=SCOPE)
def get_install_url(call: Call) -> dict[str, Any]:
    return_url = query.text(call.query, "returnUrl")
    if return_url is None:
        raise missing("returnUrl")
    return_urls.check(return_url, call.key.return_hosts)
    wanted = query.text(call.query, "state")
    if wanted is not None and len(wanted) > LONGEST_STATE:
        raise invalid("state", f"state has at most {LONGEST_STATE} characters.")
    state = github.begin(call.organization, return_url, wanted)
    url = f"{settings.PUBLIC_URL or call.origin}/_sandbox/github/install/{state.pk}"
    return {"authUrl": url, "installUrl": url, "state": state.state, "expiresAt": stamp(state.expires_at)}


@write(scope=SCOPE)
def register_installation(call: Call) -> Answer:
    """201. The id that is bound already changes nothing and needs no open link."""
    body = call.body(RegisterBody)
    bound = GithubInstallation.objects.filter(organization=call.organization).first()
    if bound is not None and bound.installation_id == body.installation_id:
        return Answer(show(bound), 201)
    state = github.open_state(call.organization, body.state)
    if state is None:
        raise invalid("state", "This state belongs to no install link that is still open.")
    state.delete()
    installation = github.register(call.organization, body.installation_id)
    call.record("github.installation_registered", {"installationId": installation.installation_id})
    return Answer(show(installation), 201)


@read(scope=SCOPE)
def get_installation(call: Call) -> dict[str, Any]:
    installation = GithubInstallation.objects.filter(organization=call.organization).first()
    if installation is None:
        raise not_found("GitHub installation")
    return show(installation)


@read(scope=SCOPE)
def list_repos(call: Call) -> dict[str, Any]:
    """Empty without an installation."""
    repos = GithubRepo.objects.filter(installation__organization=call.organization).select_related("installation")
    if search := query.text(call.query, "search"):
        repos = repos.filter(name__icontains=search)
    return cursors.page(
        repos, BY_AGE, show_repo, limit=query.limit(call.query, 30, 200), cursor=query.text(call.query, "cursor")
    )
