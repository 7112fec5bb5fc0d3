"""SDK apps: what a platform needs to be known by, keys, the relay of conversions (contract/content.md, 11)."""

import hashlib
import secrets
import uuid
from typing import Final

from sandbox.api.errors import missing
from sandbox.models import SdkApp

Platform = SdkApp.Platform

#: Where the SDK sends; nobody answers there, the name is a reserved one.
INGEST_ENDPOINT: Final = "https://in.layers.example/l/events"
#: What an app of a platform is known by in its store or on the web. The others may have any or none.
IDENTIFIER: Final[dict[str, str]] = {
    Platform.IOS: "bundleId",
    Platform.ANDROID: "androidPackage",
    Platform.WEB: "webDomain",
    Platform.NEXTJS: "webDomain",
    Platform.VITE: "webDomain",
    Platform.REACT_ROUTER: "webDomain",
}


def check_identifier(platform: str, identifiers: dict[str, str | None]) -> None:
    """422 when the one that the platform needs is missing. `identifiers` by their names in the API."""
    needed = IDENTIFIER.get(platform)
    if needed is not None and not identifiers[needed]:
        raise missing(needed)


def new_key() -> str:
    return "sdk_" + secrets.token_urlsafe(24)


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def switch(app: SdkApp, platform: str, enabled: bool) -> None:
    """The relay of an app's events to an ad platform. When it last passed one on outlives the switch."""
    app.capi = {**app.capi, platform: {"lastForwardAt": None, **app.capi.get(platform, {}), "enabled": enabled}}


def forwards_to(app: SdkApp) -> list[str]:
    return [platform for platform, relay in sorted(app.capi.items()) if relay["enabled"]]


def pixel_of(project_id: uuid.UUID, platform: str) -> str | None:
    """The number of the data set a platform keeps the project's conversions in; Apple has none."""
    if platform == "apple":
        return None
    digest = hashlib.sha256(f"{project_id}:{platform}".encode()).digest()
    return str(10**14 + int.from_bytes(digest[:8]) % (9 * 10**14))
