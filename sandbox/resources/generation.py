"""Asking for new content: by format, or on the route of one format (contract/content.md, 9 Generation)."""

import uuid
from dataclasses import replace
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

Hook = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
TikTokId = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,32}$")]
#: What the route that takes a format can make.
GENERIC: Final = ("slideshow-builder", "ugc-remix")
Unset = msgspec.UnsetType
UNSET = msgspec.UNSET


class References(msgspec.Struct, rename="camel"):
    media_ids: Annotated[list[str], msgspec.Meta(max_length=20)] = []
    asset_ids: Annotated[list[str], msgspec.Meta(max_length=20)] = []


class GenerateBody(msgspec.Struct, rename="camel"):
    format: str
    hook: Hook
    variant_count: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1
    references: References = msgspec.field(default_factory=References)


class BuilderBody(msgspec.Struct, rename="camel"):
    hook: Hook
    influencer_id: str | Unset = UNSET
    social_account_id: str | Unset = UNSET


class UgcBody(msgspec.Struct, rename="camel"):
    hook: Hook | Unset = UNSET
    media_id: str | Unset = UNSET
    influencer_id: str | Unset = UNSET
    social_account_id: str | Unset = UNSET


class RemixBody(msgspec.Struct, rename="camel"):
    tiktok_video_id: TikTokId
    influencer_id: str | Unset = UNSET
    social_account_id: str | Unset = UNSET


@write(scope="content:write", long_running=True, spends=True)
def generate(call: Call) -> Answer:
    body = creation_body(call, GenerateBody)
    if body.format not in GENERIC:
        raise unmet("UNSUPPORTED_FORMAT", f"This route makes {' and '.join(GENERIC)}.", {"format": body.format})
    project = project_of(call, PROJECT_LOCKED)
    generation.refuse_archived(project)
    preconditions.need_media(project, body.references.media_ids)
    order = Order(
        format=body.format,
        hook=body.hook,
        variants=body.variant_count,
        references=msgspec.to_builtins(body.references),
    )
    if body.format == "ugc-remix":
        demo = preconditions.demo_clip(project, None)
        order = replace(order, app_media_id=demo, influencer_id=preconditions.first_ready(project))
    else:
        preconditions.need_app_facts(project)
    return _start(call, project, order)


@write(scope="content:write", long_running=True, spends=True)
def slideshow_builder(call: Call) -> Answer:
    """The only format that may run without an actor."""
    body = creation_body(call, BuilderBody)
    project = project_of(call, PROJECT_LOCKED)
    generation.refuse_archived(project)
    preconditions.need_app_facts(project)
    influencer = _actor(project, body, required=False)
    return _start(call, project, Order("slideshow-builder", hook=body.hook, influencer_id=influencer))


@write(scope="content:write", long_running=True, spends=True)
def ugc_remix(call: Call) -> Answer:
    body = creation_body(call, UgcBody)
    project = project_of(call, PROJECT_LOCKED)
    generation.refuse_archived(project)
    influencer = _actor(project, body, required=True)
    demo = preconditions.demo_clip(project, body.media_id or None)
    return _start(
        call, project, Order("ugc-remix", hook=body.hook or None, influencer_id=influencer, app_media_id=demo)
    )


def _remix_of_source(call: Call, fmt: str) -> Answer:
    """No hook: the words are taken from the source."""
    body = creation_body(call, RemixBody)
    project = project_of(call, PROJECT_LOCKED)
    generation.refuse_archived(project)
    influencer = _actor(project, body, required=True)
    return _start(call, project, Order(fmt, influencer_id=influencer, source_tiktok_id=body.tiktok_video_id))


@write(scope="content:write", long_running=True, spends=True)
def slideshow_remix(call: Call) -> Answer:
    return _remix_of_source(call, "slideshow-remix")


@write(scope="content:write", long_running=True, spends=True)
def video_remix(call: Call) -> Answer:
    return _remix_of_source(call, "video-remix")


def _actor(project: Project, body: BuilderBody | UgcBody | RemixBody, *, required: bool) -> uuid.UUID | None:
    return preconditions.actor(project, body.influencer_id or None, body.social_account_id or None, required=required)


def _start(call: Call, project: Project, order: Order) -> Answer:
    job, containers = generation.start(project, order, is_test=call.is_test)
    container_ids = [ids.show("container", container.pk) for container in containers]
    call.record(
        "content.generation_started",
        {"jobId": ids.show("job", job.pk), "format": order.format, "containerIds": container_ids},
        project_id=project.pk,
    )
    return accepted(job, containerIds=container_ids, format=order.format)
