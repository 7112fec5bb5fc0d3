"""API keys as the API shows them (contract/control-plane.md, 5 Child API keys). Masked: a secret is never kept."""

import re
from dataclasses import dataclass
from datetime import datetime

from layers.client import read
from layers.client.shapes import EPOCH, Raw

#: The text of a whole key, lp_<env>_<key id>_<secret>, wherever it stands (contract/control-plane.md, 4 Auth).
SECRET = re.compile(r"lp_[a-z]+_[0-9A-Za-z]+_[0-9A-Za-z_-]{8,}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`prefix` is the public part of its text. `grace_until`: how long the old secret of a rotated one works."""

    id: str
    organization_id: str
    name: str
    prefix: str
    env: str
    scopes: list[str]
    tier: str
    status: str
    created_at: datetime
    last_used_at: datetime | None
    rotated_at: datetime | None
    revoked_at: datetime | None
    grace_until: datetime | None
    superseded_by: str
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, organization_id: str, raw: Raw, at: datetime) -> "ApiKey":
        """The list prints no `updatedAt`, so `at`, when we asked, orders two versions."""
        scopes = raw.get("scopes")
        return cls(
            id=read.text(raw, "id"),
            organization_id=organization_id,
            name=read.text(raw, "name", default="Unnamed key"),
            prefix=read.text(raw, "prefix"),
            env=read.text(raw, "env", default="unknown"),
            scopes=[one for one in scopes if isinstance(one, str)] if isinstance(scopes, list) else [],
            tier=read.text(raw, "rateLimitTier"),
            status=read.text(raw, "status", default="unknown"),
            created_at=read.moment(raw, "createdAt") or EPOCH,
            last_used_at=read.moment(raw, "lastUsedAt"),
            rotated_at=read.moment(raw, "rotatedAt"),
            revoked_at=read.moment(raw, "revokedAt"),
            grace_until=read.moment(raw, "graceUntil"),
            superseded_by=read.text(raw, "supersededBy"),
            remote_updated_at=at,
            raw={name: value for name, value in raw.items() if name != "secret"},
        )
