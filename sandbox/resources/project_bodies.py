"""What a project may be created with and changed to (contract/content.md, 2): the bounds of the seed."""

import re
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sandbox.api.errors import ApiError, invalid
from sandbox.rules.locale import check_language, check_timezone

Name = Annotated[str, Meta(min_length=3, max_length=30)]
Description = Annotated[str, Meta(min_length=100, max_length=1000)]
Tagline = Annotated[str, Meta(max_length=80)]
Handle = Annotated[str, Meta(max_length=255)]
Voice = Literal["authentic", "witty", "professional", "warm", "casual", "educational"]
Gender = Literal["all", "female", "male"]

MAX_METADATA_BYTES: Final = 8 * 1024
#: One @ and a host with a dot; a mail server knows the rest.
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
#: Parts of an answer that nobody can write, and settings that live elsewhere.
READ_ONLY: Final = (
    "id",
    "organizationId",
    "brand",
    "brandContext",
    "ingestState",
    "layers",
    "platformIosBundleId",
    "platformAndroidBundleId",
    "platformWebDomain",
    "contentReviewPolicy",
    "requiresApproval",
    "firstNPostsBlocked",
    "archivedAt",
    "createdAt",
    "updatedAt",
)


class ProjectCreate(msgspec.Struct, rename="camel"):
    name: Name
    timezone: str
    app_name: Name | None = None
    app_description: Description | None = None
    tagline: Tagline | None = None
    brand_voice: Voice = "authentic"
    target_gender: Gender = "all"
    primary_language: str = "en"
    customer_external_id: Handle | None = None
    owner_email: str | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


class ProjectPatch(msgspec.Struct, rename="camel"):
    """Omitted fields stay as they are."""

    name: Name | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    app_name: Name | UnsetType | None = UNSET
    app_description: Description | UnsetType | None = UNSET
    tagline: Tagline | UnsetType | None = UNSET
    brand_voice: Voice | UnsetType = UNSET
    target_gender: Gender | UnsetType = UNSET
    primary_language: str | UnsetType = UNSET
    customer_external_id: Handle | UnsetType | None = UNSET
    owner_email: str | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET
    status: Literal["active", "archived"] | UnsetType = UNSET


def columns(body: ProjectCreate | ProjectPatch) -> dict[str, Any]:
    """The fields that were sent, by the name of their column; 422 for those that no schema can judge."""
    sent = {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not UNSET}
    if "timezone" in sent:
        check_timezone("timezone", sent["timezone"])
    if "primary_language" in sent:
        check_language("primaryLanguage", sent["primary_language"])
    if "owner_email" in sent and (len(sent["owner_email"]) > 254 or not _EMAIL.fullmatch(sent["owner_email"])):
        raise invalid("ownerEmail", "ownerEmail must be an e-mail address.")
    if "metadata" in sent and len(msgspec.json.encode(sent["metadata"])) > MAX_METADATA_BYTES:
        raise invalid("metadata", "metadata is larger than 8 KB.")
    return sent


def refuse_read_only(parsed: Any) -> None:
    """400 VALIDATION: the one place where the published pages print that status for a body."""
    issues = [{"path": name, "message": f"{name} is read-only."} for name in READ_ONLY if name in parsed]
    if issues:
        raise ApiError(400, "VALIDATION", issues[0]["message"], {"issues": issues})
