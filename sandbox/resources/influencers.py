"""Personas: list, read, create, change, archive (contract/content.md, 11)."""

from typing import Annotated, Any, Literal

import msgspec
from django.conf import settings
from django.db.models import QuerySet
from msgspec import UNSET, Meta, UnsetType

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.creation import creation_body
from sandbox.api.envelope import stamp
from sandbox.api.errors import invalid
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import INFLUENCER_LOCKED, PROJECT_LOCKED, influencer_of, project_of
from sandbox.api.query import parse_json
from sandbox.models import Influencer
from sandbox.resources.jobs import accepted
from sandbox.rules import influencers
from sandbox.rules.background import start_training
from sandbox.rules.generation import refuse_archived
from sandbox.rules.locale import check_language

SCOPE = "influencers:write"
BY_AGE = cursors.NewestFirst("influencers")
ROW_COLUMNS = ("id", "name", "gender", "age_range", "status", "created_at")
#: `draft` is in the filter's list although no persona has that status any more.
STATUSES = ("draft", *Influencer.Status.values)

Gender = Literal["male", "female", "non_binary"]
AgeRange = Literal["teen", "young_adult", "adult", "mid_adult", "mature", "senior"]
Voice = Literal["authentic", "witty", "professional", "warm", "casual", "educational"]
Name = Annotated[str, Meta(min_length=1, max_length=128)]


class InfluencerCreate(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    gender: Gender | UnsetType = UNSET
    age_range: AgeRange = "young_adult"
    prompt: str | UnsetType = UNSET


class InfluencerPatch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    name: Name | UnsetType = UNSET
    gender: Gender | UnsetType = UNSET
    age_range: AgeRange | UnsetType | None = UNSET
    brand_voice: Voice | UnsetType = UNSET
    language: str | UnsetType = UNSET


class DeleteBody(msgspec.Struct):
    reason: Annotated[str, Meta(max_length=1024)] | UnsetType = UNSET


def portrait_url(influencer: Influencer, origin: str, suffix: str = "") -> str | None:
    """None until there is a face to show. `suffix`: `-s` for the small picture."""
    if influencer.status != Influencer.Status.READY:
        return None
    return f"{settings.PUBLIC_URL or origin}/media/influencers/{influencer.id}/portrait{suffix}.jpg"


def show_row(influencer: Influencer, origin: str) -> dict[str, Any]:
    return {
        "influencerId": ids.show("influencer", influencer.id),
        "name": influencer.name,
        "gender": influencer.gender,
        "ageRange": influencer.age_range,
        "status": influencer.status,
        "thumbnailUrl": portrait_url(influencer, origin, "-s"),
        "createdAt": stamp(influencer.created_at),
    }


def show(influencer: Influencer, origin: str) -> dict[str, Any]:
    return {
        "influencerId": ids.show("influencer", influencer.pk),
        "projectId": ids.show("project", influencer.project_id),
        "name": influencer.name,
        "imageUrl": portrait_url(influencer, origin),
        "gender": influencer.gender,
        "ageRange": influencer.age_range,
        "brandVoice": influencer.brand_voice,
        "language": influencer.language,
        "status": influencer.status,
        "errorMessage": influencer.error_message,
        "createdAt": stamp(influencer.created_at),
        "updatedAt": stamp(influencer.updated_at),
    }


def changes(body: msgspec.Struct) -> dict[str, Any]:
    """The fields that were sent, by column; 422 for a language that is none."""
    sent = {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not UNSET}
    if "language" in sent:
        check_language("language", sent["language"])
    return sent


@read(scope=SCOPE)
def list_influencers(call: Call) -> dict[str, Any]:
    status = query.choice(call.query, "status", STATUSES)
    found: QuerySet[Any, Any] = Influencer.objects.filter(project=project_of(call), archived_at__isnull=True)
    if status:
        found = found.filter(status=status)
    return cursors.page(
        found.values_list(*ROW_COLUMNS, named=True),
        BY_AGE,
        lambda influencer: show_row(influencer, call.origin),
        limit=query.limit(call.query, 25, 100),
        cursor=query.text(call.query, "cursor"),
    )


@read(scope=SCOPE)
def get_influencer(call: Call) -> dict[str, Any]:
    return show(influencer_of(call), call.origin)


@write(scope=SCOPE, long_running=True)
def create_influencer(call: Call) -> Answer:
    """202: the row is there as pending, its job makes it ready in about a minute."""
    wanted = changes(creation_body(call, InfluencerCreate))
    project = project_of(call, PROJECT_LOCKED)
    refuse_archived(project)
    return started(call, influencers.invent(project, **wanted), "influencer.created")


def started(call: Call, influencer: Influencer, event_type: str) -> Answer:
    """The 202 for a persona whose training begins."""
    job = start_training(influencer, is_test=call.is_test)
    public_id = ids.show("influencer", influencer.pk)
    call.record(event_type, {"influencerId": public_id}, project_id=influencer.project_id)
    return accepted(job, influencerId=public_id)


@write(scope=SCOPE)
def patch_influencer(call: Call) -> dict[str, Any]:
    if parse_json(call.request.body) == {}:
        raise invalid("", "The body changes nothing.")
    sent = changes(call.body(InfluencerPatch))
    influencer = influencer_of(call, INFLUENCER_LOCKED)
    for name, value in sent.items():
        setattr(influencer, name, value)
    influencer.updated_at = clock.now()
    influencer.save()
    call.record(
        "influencer.updated",
        {"influencerId": ids.show("influencer", influencer.pk), "fields": sorted(sent)},
        project_id=influencer.project_id,
    )
    return show(influencer, call.origin)


@write(scope=SCOPE)
def archive_influencer(call: Call) -> dict[str, Any]:
    """Soft; what was made with it stays. 404 the second time."""
    reason = call.body(DeleteBody).reason
    influencer = influencer_of(call, INFLUENCER_LOCKED)
    influencer.archived_at = influencer.updated_at = clock.now()
    influencer.save()
    public_id = ids.show("influencer", influencer.pk)
    told = {} if reason is UNSET else {"reason": reason}
    call.record("influencer.archived", {"influencerId": public_id, **told}, project_id=influencer.project_id)
    return {"influencerId": public_id, "status": "deleted", "deletedAt": stamp(influencer.archived_at)}
