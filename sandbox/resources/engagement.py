"""First comments and replies of a project's accounts: read and change (contract/content.md, 11)."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec

from sandbox import clock, ids
from sandbox.api.errors import invalid, not_found
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import PROJECT_LOCKED, project_of
from sandbox.models import Engagement, Project
from sandbox.rules.generation import refuse_archived

Unset = msgspec.UnsetType
UNSET = msgspec.UNSET
Platforms = list[Literal["tiktok", "instagram"]]
_DURATION = re.compile(r"PT(?=\d)(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?", re.ASCII)
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(hours=1)


class FirstComment(msgspec.Struct, rename="camel"):
    targets: Platforms | Unset = UNSET
    comment_template: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | Unset = UNSET
    strategy: Literal["literal", "generated"] | Unset = UNSET


class Replies(msgspec.Struct, rename="camel"):
    """`autoReplyDelay` is an ISO 8601 duration, PT30S to PT1H."""

    targets: Platforms | Unset = UNSET
    auto_reply_delay: str | Unset = UNSET
    tone: Literal["authentic", "witty", "professional", "warm", "casual", "educational"] | Unset = UNSET
    max_per_post_per_hour: Annotated[int, msgspec.Meta(ge=0, le=2**31)] | Unset = UNSET
    ignore_comments_matching: list[str] | Unset = UNSET
    escalate_negative_sentiment: bool | Unset = UNSET


class EngagementBody(msgspec.Struct, rename="camel"):
    """A deep partial merge: what is not sent stays."""

    project_layer_id: str | Unset = UNSET
    enabled: bool | Unset = UNSET
    first_comment: FirstComment | Unset = UNSET
    reply_to_comments: Replies | Unset = UNSET


def settings_of(project: Project) -> Engagement:
    """The stored settings, or those of a project nobody has set anything for: off."""
    return Engagement.objects.filter(project=project).first() or Engagement(
        project=project,
        enabled=False,
        first_comment={"targets": [], "strategy": "generated"},
        reply_to_comments={"targets": [], "autoReplyDelay": "PT3M"},
    )


def show(settings: Engagement) -> dict[str, Any]:
    return {
        # A project has one engagement layer, so the layer's id is made from the project's.
        "projectLayerId": ids.show("project_layer", settings.project_id),
        "enabled": settings.enabled,
        "firstComment": settings.first_comment,
        "replyToComments": settings.reply_to_comments,
    }


@read(scope="engagement:read")
def get_engagement(call: Call) -> dict[str, Any]:
    return show(settings_of(project_of(call)))


@write(scope="engagement:write")
def patch_engagement(call: Call) -> dict[str, Any]:
    asked = call.body(EngagementBody)
    sent: dict[str, Any] = msgspec.to_builtins(asked)
    if not sent:
        raise invalid("", "Send at least one setting.")
    _check_delay(sent.get("replyToComments", {}).get("autoReplyDelay"))
    project = project_of(call, PROJECT_LOCKED)
    refuse_archived(project)
    layer = sent.pop("projectLayerId", None)
    if layer is not None and ids.parse_uuid("project_layer", layer) != project.pk:
        raise not_found("engagement layer")
    settings = settings_of(project)
    settings.enabled = sent.get("enabled", settings.enabled)
    settings.first_comment = {**settings.first_comment, **sent.get("firstComment", {})}
    settings.reply_to_comments = {**settings.reply_to_comments, **sent.get("replyToComments", {})}
    settings.updated_at = clock.now()
    settings.save()
    call.record("engagement.updated", {"changed": sorted(sent)}, project_id=project.pk)
    return show(settings)


def _check_delay(text: str | None) -> None:
    if text is None:
        return
    found = _DURATION.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    if not SHORTEST <= timedelta(hours=hours, minutes=minutes, seconds=seconds) <= LONGEST:
        raise invalid("replyToComments.autoReplyDelay", "autoReplyDelay is an ISO 8601 duration, PT30S to PT1H.")
