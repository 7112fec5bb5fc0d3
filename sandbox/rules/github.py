"""The GitHub App (contract/content.md, 11). There is no GitHub here: whoever opens the install link comes straight
back with an installation, and its account and repositories are made up from the organization's name and projects."""

import random
import re
import uuid
from datetime import timedelta
from typing import Final

from sandbox import clock
from sandbox.models import GithubInstallation, GithubRepo, GithubState, Organization, Project

#: How long an install link leads anywhere.
LIFETIME: Final = timedelta(minutes=15)
_NOT_SLUG: Final = re.compile(r"[^a-z0-9]+")
#: What a project's code is made of: (ending of the name, language).
_PARTS: Final = (("ios", "Swift"), ("android", "Kotlin"), ("web", "TypeScript"))
_COMMON: Final = (("design-tokens", "CSS"), ("infra", "HCL"), ("handbook", None))
#: No account was made before GitHub was old enough for this to look right.
_SPREAD: Final = timedelta(days=900)


def begin(organization: Organization, return_url: str, state: str | None) -> GithubState:
    """A link that leads to an installation for fifteen minutes. A state of the caller's own is taken over."""
    row, _made = GithubState.objects.update_or_create(
        organization=organization,
        state=state or f"ghs_{uuid.uuid4().hex}",
        defaults={"return_url": return_url, "expires_at": clock.now() + LIFETIME},
    )
    return row


def open_state(organization: Organization, state: str) -> GithubState | None:
    """The link of this organization that is still open."""
    return GithubState.objects.filter(organization=organization, state=state, expires_at__gt=clock.now()).first()


def installation_behind(state: GithubState) -> int:
    """The number GitHub would give the installation made through this link."""
    return random.Random(f"{state.organization_id} {state.state}").randint(10_000_000, 99_999_999)


def register(organization: Organization, installation_id: int) -> GithubInstallation:
    """Binds an installation; another one of the organization goes, and with it what it saw."""
    GithubInstallation.objects.filter(organization=organization).delete()
    installation = GithubInstallation.objects.create(
        organization=organization,
        installation_id=installation_id,
        account_login=login_of(organization),
        account_type=GithubInstallation.AccountType.ORGANIZATION,
    )
    GithubRepo.objects.bulk_create(repos(installation, list(Project.objects.filter(organization=organization))))
    return installation


def login_of(organization: Organization) -> str:
    """The name of its account on GitHub."""
    return _slug(organization.name, 39) or "workspace"


def repos(installation: GithubInstallation, projects: list[Project]) -> list[GithubRepo]:
    """What the installation sees: the code of every project, and what every account has. Unsaved."""
    names: dict[str, str | None] = {}
    for project in projects:
        for ending, language in _PARTS:
            names[f"{_slug(project.name, 60) or 'app'}-{ending}"] = language
    names.update(_COMMON)
    chance = random.Random(f"{installation.account_login} {installation.installation_id}")
    numbers = chance.sample(range(100_000_000, 1_000_000_000), len(names))
    return [
        GithubRepo(
            installation=installation,
            repo_id=number,
            name=name,
            private=chance.random() < 0.8,
            default_branch=chance.choice(("main", "main", "develop")),
            language=language,
            created_at=installation.registered_at - _SPREAD * chance.random(),
        )
        for number, (name, language) in zip(numbers, names.items(), strict=True)
    ]


def visible_repo(organization: Organization, full_name: str) -> GithubRepo | None:
    """The repository `owner/name` when the organization's installation sees it."""
    owner, _, name = full_name.partition("/")
    return GithubRepo.objects.filter(
        installation__organization=organization, installation__account_login=owner, name=name
    ).first()


def _slug(text: str, longest: int) -> str:
    return _NOT_SLUG.sub("-", text.lower()).strip("-")[:longest].strip("-")
