"""Asking for new content: by format, or on the route of one format (contract/content.md, 9 Generation)."""

from typing import Annotated, Final

import msgspec

from sandbox import ids
from sandbox.api.creation import creation_body
from sandbox.api.errors import unmet
from sandbox.api.operations import Answer, Call, write
from sandbox.api.paths import PROJECT_LOCKED, project_of
from sandbox.models import Project
from sandbox.resources.jobs import accepted
from sandbox.rules import generation, preconditions
from sandbox.rules.generation import Order
from sandbox.rules.preconditions import Actor

Hook = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
TikTokId = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,32}$")]
#: What the route that takes a format can make.
GENERIC: Final = ("slideshow-builder", "ugc-remix")
Unset = msgspec.UnsetType
UNSET = msgspec.UNSET


class References(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    media_ids: Annotated[list[str], msgspec.Meta(max_length=20)] = []
    asset_ids: Annotated[list[str], msgspec.Meta(max_length=20)] = []


class GenerateBody(msgspec.Struct, rename="camel"):
    format: str
    hook: Hook
    variant_count: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1
    references: References = msgspec.field(default_factory=References)


class ActorBody(msgspec.Struct, rename="camel", kw_only=True):
    influencer_id: str | Unset = UNSET
    social_account_id: str | Unset = UNSET

    @property
    def actor(self) -> Actor:
        return Actor(_given(self.influencer_id), _given(self.social_account_id))


class BuilderBody(ActorBody, rename="camel", kw_only=True):
    hook: Hook


class UgcBody(ActorBody, rename="camel", kw_only=True):
    hook: Hook | Unset = UNSET
    media_id: str | Unset = UNSET


class RemixBody(ActorBody, rename="camel", kw_only=True):
    tiktok_video_id: TikTokId


@write(scope="content:write", long_running=True, spends=True)
def generate(call: Call) -> Answer:
    body = creation_body(call, GenerateBody)
    if body.format not in GENERIC:
        raise unmet("UNSUPPORTED_FORMAT", f"This route makes {' and '.join(GENERIC)}.", {"format": body.format})
    project = project_of(call, PROJECT_LOCKED)
    generation.refuse_archived(project)
    preconditions.need_media(project, body.references.media_ids)
    demo = None
    if body.format == "ugc-remix":
        demo = preconditions.demo_clip(project, None)
    else:
        preconditions.need_app_facts(project)
    order = Order(
        format=body.format,
        hook=body.hook,
        variants=body.variant_count,
        # Nobody is named on this route: the project's own people act.
        influencer_id=preconditions.first_ready(project),
        app_media_id=demo,
        references=msgspec.to_builtins(body.references),
    )
    return _start(call, project, order)


@write(scope="content:write", long_running=True, spends=True)
def slideshow_builder(call: Call) -> Answer:
    """The only format that may run without an actor."""
    body = creation_body(call, BuilderBody)
    project = project_of(call, PROJECT_LOCKED)
    generation.refuse_archived(project)
    preconditions.need_app_facts(project)
    influencer = preconditions.found(project, body.actor)
    return _start(call, project, Order("slideshow-builder", hook=body.hook, influencer_id=influencer))


@write(scope="content:write", long_running=True, spends=True)
def ugc_remix(call: Call) -> Answer:
    body = creation_body(call, UgcBody)
    preconditions.need_named(body.actor)
    project = project_of(call, PROJECT_LOCKED)
    generation.refuse_archived(project)
    order = Order(
        "ugc-remix",
        hook=_given(body.hook),
        influencer_id=preconditions.found(project, body.actor),
        app_media_id=preconditions.demo_clip(project, _given(body.media_id)),
    )
    return _start(call, project, order)


@write(scope="content:write", long_running=True, spends=True)
def slideshow_remix(call: Call) -> Answer:
    return _remix_of_source(call, "slideshow-remix")


@write(scope="content:write", long_running=True, spends=True)
def video_remix(call: Call) -> Answer:
    return _remix_of_source(call, "video-remix")


def _remix_of_source(call: Call, wanted: str) -> Answer:
    """No hook: the words are taken from the source."""
    body = creation_body(call, RemixBody)
    preconditions.need_named(body.actor)
    project = project_of(call, PROJECT_LOCKED)
    generation.refuse_archived(project)
    influencer = preconditions.found(project, body.actor)
    return _start(call, project, Order(wanted, influencer_id=influencer, source_tiktok_id=body.tiktok_video_id))


def _given(value: str | Unset) -> str | None:
    return None if value is UNSET else value


def _start(call: Call, project: Project, order: Order) -> Answer:
    job, containers = generation.start(project, order, is_test=call.is_test)
    container_ids = [ids.show("container", container.pk) for container in containers]
    call.record(
        "content.generation_started",
        {"jobId": ids.show("job", job.pk), "format": order.format, "containerIds": container_ids},
        project_id=project.pk,
    )
    return accepted(job, containerIds=container_ids, format=order.format)
