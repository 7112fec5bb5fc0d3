"""Where a container may be posted: which accounts, in which mode, with which extras (contract/content.md, 6)."""

from typing import Annotated, Any, Literal

import msgspec

from sandbox import ids
from sandbox.api.errors import invalid
from sandbox.models import Container, ScheduledPost, SocialAccount
from sandbox.models.social import Platform
from sandbox.rules import tiktok_music

Text = Annotated[str, msgspec.Meta(max_length=4000)]


class MusicChoice(msgspec.Struct, rename="camel"):
    """`trackId` is an id of the catalogue; it goes with manual."""

    mode: Literal["auto", "manual"] | msgspec.UnsetType = msgspec.UNSET
    track_id: str | msgspec.UnsetType = msgspec.UNSET


class Target(msgspec.Struct, rename="camel"):
    """One account to post to. What is left out is inherited from the container or the platform."""

    social_account_id: str
    mode: Literal["publish", "draft", "managed"]
    caption_override: Text | msgspec.UnsetType = msgspec.UNSET
    first_comment_override: Text | msgspec.UnsetType = msgspec.UNSET
    tiktok_post_settings: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    tiktok_music: MusicChoice | msgspec.UnsetType = msgspec.UNSET
    share_reel_to_feed: bool | msgspec.UnsetType = msgspec.UNSET

    @property
    def options(self) -> dict[str, Any]:
        """Everything but account and mode, as it was sent."""
        sent: dict[str, Any] = msgspec.to_builtins(self)
        return {name: value for name, value in sent.items() if name not in {"socialAccountId", "mode"}}


Targets = Annotated[list[Target], msgspec.Meta(min_length=1, max_length=50)]


def checked(container: Container, targets: list[Target]) -> list[SocialAccount]:
    """The accounts of `targets`, in order, locked so that no revocation slips in between.

    422 VALIDATION names the first bad target: an account of another project or one that is disconnected, music on a
    draft or off the catalogue, a reel for the feed that is not an Instagram video to be published.
    """
    wanted = [_account_id(position, target) for position, target in enumerate(targets)]
    accounts = {
        account.pk: account
        for account in SocialAccount.objects.select_for_update()
        .filter(project_id=container.project_id, pk__in=wanted)
        .order_by("pk")
    }
    found = []
    for position, (target, account_id) in enumerate(zip(targets, wanted, strict=True)):
        account = accounts.get(account_id)
        where = f"targets[{position}]"
        if account is None:
            raise invalid(f"{where}.socialAccountId", "This account is not on the container's project.")
        if account.status == SocialAccount.Status.DISCONNECTED:
            raise invalid(f"{where}.socialAccountId", "This account is disconnected.")
        _check_extras(where, target, account, container)
        found.append(account)
    return found


def _account_id(position: int, target: Target) -> Any:
    account_id = ids.parse_uuid("social_account", target.social_account_id)
    if account_id is None:
        raise invalid(f"targets[{position}].socialAccountId", "socialAccountId must be an sa_ id.")
    return account_id


def _check_extras(where: str, target: Target, account: SocialAccount, container: Container) -> None:
    if isinstance(target.tiktok_music, MusicChoice):
        if target.mode == ScheduledPost.Mode.DRAFT:
            raise invalid(f"{where}.tiktokMusic", "A draft takes its music on the phone.")
        _check_music(f"{where}.tiktokMusic", target.tiktok_music)
    if target.share_reel_to_feed is True and not (
        account.platform == Platform.INSTAGRAM and container.is_video and target.mode == ScheduledPost.Mode.PUBLISH
    ):
        raise invalid(f"{where}.shareReelToFeed", "Only an Instagram video in mode publish can go to the feed.")


def _check_music(where: str, music: MusicChoice) -> None:
    if isinstance(music.track_id, str):
        if music.track_id not in tiktok_music.TRACK_IDS:
            raise invalid(f"{where}.trackId", "This track is not in the catalogue.")
    elif music.mode == "manual":
        raise invalid(f"{where}.trackId", "trackId is required with manual.")
