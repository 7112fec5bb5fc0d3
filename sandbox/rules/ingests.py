"""Reading a website, an app store or a repository into a project (contract/content.md, 11).

Nothing is fetched here: what a source says is made up from the project's trade, the same for the same source. It
fills what is still empty and never overwrites what a partner wrote.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from sandbox import clock, ids
from sandbox.models import Ingest, Job, Project
from sandbox.rules.job_definition import JobFailed, Kind
from sandbox.world.texts import Trade, trade

KIND_OF: Final = {
    Ingest.Source.WEBSITE: "project_ingest_website",
    Ingest.Source.APPSTORE: "project_ingest_appstore",
    Ingest.Source.GITHUB: "project_ingest_github",
}
#: RFC 2606: a host that never exists. Reading it is how a partner sees an ingest fail.
NOWHERE: Final = ".invalid"
_NAME: Final = re.compile(r"[a-zA-Z0-9]+")


def _website(project: Project, order: dict[str, Any]) -> dict[str, Any]:
    host = urlsplit(order["url"]).hostname or ""
    if host.endswith(NOWHERE):
        raise JobFailed("SCRAPE_FAILED", f"The host {host} does not answer.")
    project.web_domain = host.removeprefix("www.")
    _fill(project, name=project.web_domain.partition(".")[0], where=project.web_domain)
    return {"url": order["url"], "pagesRead": order["maxPages"] if order["followLinks"] else 1}


def _appstore(project: Project, order: dict[str, Any]) -> dict[str, Any]:
    page = urlsplit(order.get("appStoreUrl") or "")
    in_page = parse_qs(page.query).get("id", [None])[0]
    project.ios_bundle_id = order.get("iosBundleId") or project.ios_bundle_id
    project.android_bundle_id = order.get("androidPackage") or in_page or project.android_bundle_id
    bundle = order.get("iosBundleId") or order.get("androidPackage") or in_page or ""
    _fill(project, name=bundle.rpartition(".")[2], where=page.hostname or "the app store")
    return {
        "iosBundleId": project.ios_bundle_id,
        "androidPackage": project.android_bundle_id,
        "countryCode": order["countryCode"],
    }


def _github(project: Project, order: dict[str, Any]) -> dict[str, Any]:
    repo: str = order["repoFullName"]
    _fill(project, name=repo.partition("/")[2], where=repo)
    opened = f"https://github.example/{repo}/pull/{len(repo)}" if order["openPR"] else None
    return {"repoFullName": repo, "branch": order["branch"], "pullRequestUrl": opened}


_READERS: Final[dict[str, tuple[Ingest.Source, Callable[[Project, dict[str, Any]], dict[str, Any]]]]] = {
    KIND_OF[Ingest.Source.WEBSITE]: (Ingest.Source.WEBSITE, _website),
    KIND_OF[Ingest.Source.APPSTORE]: (Ingest.Source.APPSTORE, _appstore),
    KIND_OF[Ingest.Source.GITHUB]: (Ingest.Source.GITHUB, _github),
}


def _fill(project: Project, *, name: str, where: str) -> None:
    """Sets the brand fields that nobody has set."""
    words = trade(project.trade)
    spoken = " ".join(part.capitalize() for part in _NAME.findall(name))[:30].strip()
    if not project.app_name and len(spoken) >= 3:
        project.app_name = spoken
    if not project.app_description:
        project.app_description = _description(project, words, where)
    if not project.tagline:
        project.tagline = words.actions[0]
    if not project.keywords:
        project.keywords = list(words.keywords)


def _description(project: Project, words: Trade, where: str) -> str:
    """A pitch of 100 to 1000 characters."""
    first, second, *_rest = words.keywords
    return (
        f"{project.app_name or project.name} is for people who care about {first} and {second}. What it does, how it "
        f"does it and how to begin is told on {where}, in plain words and without an account. {words.actions[0]}"
    )[:1000]


def picture(project: Project) -> dict[str, str]:
    """What a reading adds to `brandContext`: members that a project has no field for, or not in words."""
    words = trade(project.trade)
    return {
        "audience": f"People who look for {words.keywords[0]}",
        "icp": f"Has tried {words.keywords[-1]} before and stopped; wants a small first step.",
        "brandVoice": f"{project.brand_voice}, short sentences",
    }


def _finish(job: Job) -> dict[str, Any]:
    source, reader = _READERS[job.kind]
    project = Project.objects.select_for_update().get(pk=job.project_id)
    result = reader(project, job.payload)
    project.updated_at = clock.now()
    project.save()
    _end(job, source, Ingest.Status.COMPLETED, found=picture(project))
    return {"projectId": ids.show("project", project.pk), "source": source.value, **result}


def _stopped(job: Job) -> None:
    source, _reader = _READERS[job.kind]
    _end(job, source, Ingest.Status.FAILED)


def _end(job: Job, source: Ingest.Source, status: Ingest.Status, **columns: Any) -> None:
    """Nothing when a later reading of the same source has begun."""
    last = Ingest.objects.filter(project_id=job.project_id, source=source, job_id=job.pk)
    last.update(status=status, completed_at=clock.now() if status == Ingest.Status.COMPLETED else None, **columns)


_PAGES: Final = ("fetching", "analyzing", "finalizing")
_PATCH: Final = ("cloning", "analyzing", "generating_sdk_patch", "opening_pr", "finalizing")

READING: Final = {
    KIND_OF[Ingest.Source.WEBSITE]: Kind(_PAGES, timedelta(seconds=90), _finish, _stopped),
    KIND_OF[Ingest.Source.APPSTORE]: Kind(_PAGES, timedelta(seconds=60), _finish, _stopped),
    # A pull request that is being opened cannot be called back.
    KIND_OF[Ingest.Source.GITHUB]: Kind(
        _PATCH, timedelta(seconds=150), _finish, _stopped, protected=frozenset({"opening_pr"})
    ),
}
