"""What a key is bound to (contract/control-plane.md, 4)."""

from typing import Any

from sandbox import ids
from sandbox.api.operations import Call, read
from sandbox.models import Wallet


@read(scope=None)
def whoami(call: Call) -> dict[str, Any]:
    """Acting for a child, the organization fields are the child's; key, scopes and tier stay the caller's."""
    organization_id = ids.show("organization", call.organization.pk)
    wallet = Wallet.objects.get(pk=call.organization.pk)
    return {
        "organizationId": organization_id,
        "workspaceId": organization_id,
        "organizationName": call.organization.name,
        "parentOrganizationId": ids.show_or_none("organization", call.organization.parent_id),
        "scopes": call.key.scopes,
        "rateLimitTier": call.key.rate_limit_tier,
        "apiKeyId": ids.show("api_key", call.key.pk),
        "creditBalance": wallet.balance,
    }
