"""Who causes a change of ads: a key of a partner, the customer, or the optimizer (contract/ads.md, 1 and 6)."""

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from sandbox import ids
from sandbox.models import AdLayer, ApiKey, AuditEvent
from sandbox.rules.audit import record_key_use, system_row


@dataclass(frozen=True)
class Actor:
    """`kind` is what rows call `actorType`. A partner has a key; only a call also has a request id."""

    kind: Literal["partner", "user", "optimizer"]
    key: ApiKey | None = None
    request_id: str = ""

    @property
    def is_test(self) -> bool:
        """An lp_test_ key: the gate judges as ever, no platform is called."""
        return self.key is not None and self.key.env == ApiKey.Env.TEST

    def organization_of(self, layer: AdLayer) -> uuid.UUID | None:
        if self.key is not None:
            return self.key.organization_id
        return layer.project.organization_id if self.kind == "user" else None

    def reference(self, layer: AdLayer) -> dict[str, Any]:
        """As rows and webhooks name an actor."""
        return {
            "actorType": self.kind,
            "actorOrganizationId": ids.show_or_none("organization", self.organization_of(layer)),
            "actorApiKeyId": None if self.key is None else ids.show("api_key", self.key.pk),
        }

    def record(self, layer: AdLayer, event_type: str, data: dict[str, Any]) -> None:
        """A row in the log of the layer's organization."""
        organization_id, project_id = layer.project.organization_id, layer.project_id
        if self.key is not None:
            record_key_use(self.key, self.request_id, organization_id, event_type, data, project_id)
            return
        row: AuditEvent = system_row(organization_id, event_type, data, project_id)
        if self.kind == "user":
            row.actor, row.actor_type, row.actor_organization_id = "customer", "user", organization_id
        row.save()


CUSTOMER = Actor("user")
OPTIMIZER = Actor("optimizer")


def by_key(key_id: uuid.UUID | None) -> Actor:
    """The partner whose key once asked for something that happens now; the optimizer when it was no key."""
    key = None if key_id is None else ApiKey.objects.filter(pk=key_id).first()
    return OPTIMIZER if key is None else Actor("partner", key)
