"""Reading a source into a project: 202 and a job, free of credits (contract/content.md, 11)."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from sandbox import ids
from sandbox.api.errors import invalid, missing
from sandbox.api.operations import Answer, Call, write
from sandbox.api.paths import PROJECT_LOCKED, project_of
from sandbox.models import Ingest
from sandbox.resources.jobs import accepted
from sandbox.rules import github
from sandbox.rules.background import start_ingest
from sandbox.rules.generation import refuse_archived

SCOPE = "ingest:write"
Url = Annotated[str, Meta(min_length=1, max_length=2048)]
Bundle = Annotated[str, Meta(min_length=1, max_length=155)]


class WebsiteBody(msgspec.Struct, rename="camel"):
    url: Url
    follow_links: bool = False
    max_pages: Annotated[int, Meta(ge=1, le=25)] = 1


class AppstoreBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """One of the first three."""

    ios_bundle_id: Bundle = ""
    android_package: Bundle = ""
    app_store_url: Url = ""
    country_code: str = "us"


class SdkConfig(msgspec.Struct, rename="camel"):
    app_name: str = ""
    include_platforms: list[str] = []
    event_allowlist: list[str] = []


class GithubBody(msgspec.Struct, rename="camel"):
    repo_full_name: str
    branch: str = ""
    open_pr: bool = msgspec.field(default=True, name="openPR")
    platforms: list[str] = []
    sdk_config: SdkConfig = msgspec.field(default_factory=SdkConfig)
    pr_title: str = ""
    pr_body: str = ""


@write(scope=SCOPE, long_running=True)
def ingest_website(call: Call) -> Answer:
    body = call.body(WebsiteBody)
    _check_url("url", body.url)
    return _started(call, Ingest.Source.WEBSITE, msgspec.to_builtins(body))


@write(scope=SCOPE, long_running=True)
def ingest_appstore(call: Call) -> Answer:
    body = call.body(AppstoreBody)
    if body.app_store_url:
        _check_url("appStoreUrl", body.app_store_url)
    elif not (body.ios_bundle_id or body.android_package):
        raise missing("iosBundleId")
    return _started(call, Ingest.Source.APPSTORE, {"countryCode": body.country_code, **msgspec.to_builtins(body)})


@write(scope=SCOPE, long_running=True)
def ingest_github(call: Call) -> Answer:
    """422 for a repository that the organization's installation does not see, or without one."""
    body = call.body(GithubBody)
    project_of(call)
    repo = github.visible_repo(call.organization, body.repo_full_name)
    if repo is None:
        raise invalid("repoFullName", "The GitHub installation of this organization sees no such repository.")
    order = {**msgspec.to_builtins(body), "branch": body.branch or repo.default_branch}
    return _started(call, Ingest.Source.GITHUB, order)


def _started(call: Call, source: Ingest.Source, order: dict[str, Any]) -> Answer:
    project = project_of(call, PROJECT_LOCKED)
    refuse_archived(project)
    job = start_ingest(project, source, order, is_test=call.is_test)
    call.record("ingest.started", {"source": source.value, "jobId": ids.show("job", job.pk)}, project_id=project.pk)
    return accepted(job)


def _check_url(path: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        found = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        found = False
    if not found:
        raise invalid(path, f"{path} must be a web address.")
