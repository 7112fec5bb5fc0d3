"""What has to be there before generation of a format can start (contract/content.md, 9)."""

import uuid
from dataclasses import dataclass

from sandbox import ids
from sandbox.api.errors import conflict, invalid, not_found, unmet
from sandbox.models import AppMedia, Influencer, Project, SocialAccount


def need_app_facts(project: Project) -> None:
    """A slideshow from a hook alone is about the app: 422 without its name or description."""
    if not project.app_name:
        raise unmet("MISSING_APP_NAME", "Set appName on the project first.")
    if not project.app_description:
        raise unmet("MISSING_APP_DESCRIPTION", "Set appDescription on the project first.")


def demo_clip(project: Project, wanted: str | None) -> uuid.UUID:
    """The app-demo to react to: the one asked for, else the project's first. 422 when there is none."""
    clips = AppMedia.objects.filter(project=project, kind=AppMedia.Kind.DEMO_VIDEO, deleted_at__isnull=True)
    if wanted is not None:
        clip = clips.filter(pk=_uuid("media", "mediaId", wanted)).first()
        if clip is None:
            raise not_found("demo video")
        return clip.pk
    clip = clips.order_by("created_at", "id").first()
    if clip is None:
        raise unmet("MISSING_APP_DEMO", "Upload a demo-video first.")
    return clip.pk


def need_media(project: Project, media_ids: list[str]) -> None:
    """404 when one of `references.mediaIds` is not among the project's media."""
    wanted = {_uuid("media", f"references.mediaIds[{place}]", text) for place, text in enumerate(media_ids)}
    if AppMedia.objects.filter(project=project, pk__in=wanted, deleted_at__isnull=True).count() < len(wanted):
        raise not_found("referenced media")


@dataclass(frozen=True)
class Actor:
    """Who a call names to act, as ids in their public form."""

    influencer: str | None
    social_account: str | None


def need_named(actor: Actor) -> None:
    """422 when a call names nobody."""
    if actor.influencer is None and actor.social_account is None:
        raise invalid("influencerId", "Give influencerId or socialAccountId.")


def found(project: Project, actor: Actor) -> uuid.UUID | None:
    """The influencer that is named, else the one the named account is wired to, which here is the first of the
    project that is ready; None when nobody is named. 404 for what is not the project's, 409 for who cannot act yet.
    """
    if actor.social_account is not None:
        _need_account(project, _uuid("social_account", "socialAccountId", actor.social_account))
    if actor.influencer is not None:
        return _ready(project, _uuid("influencer", "influencerId", actor.influencer))
    if actor.social_account is None:
        return None
    wired = first_ready(project)
    if wired is None:
        raise conflict("No influencer of this project is ready.")
    return wired


def first_ready(project: Project) -> uuid.UUID | None:
    ready = Influencer.objects.filter(project=project, status=Influencer.Status.READY, archived_at__isnull=True)
    return ready.order_by("created_at", "id").values_list("id", flat=True).first()


def _ready(project: Project, influencer_id: uuid.UUID) -> uuid.UUID:
    influencer = Influencer.objects.filter(project=project, pk=influencer_id, archived_at__isnull=True).first()
    if influencer is None:
        raise not_found("influencer")
    if influencer.status != Influencer.Status.READY:
        raise conflict(
            f"This influencer is {influencer.status}, not ready.",
            {"influencerId": ids.show("influencer", influencer.pk), "status": influencer.status},
        )
    return influencer.pk


def _need_account(project: Project, account_id: uuid.UUID) -> None:
    account = SocialAccount.objects.filter(project=project, pk=account_id).first()
    if account is None:
        raise not_found("social account")
    if account.status == SocialAccount.Status.DISCONNECTED:
        raise conflict(
            "This account is disconnected.",
            {"socialAccountId": ids.show("social_account", account.pk), "status": account.status},
        )


def _uuid(kind: str, path: str, text: str) -> uuid.UUID:
    value = ids.parse_uuid(kind, text)
    if value is None:
        raise invalid(path, f"{path} must be a {ids.UUID_PREFIXES[kind]} id.")
    return value
