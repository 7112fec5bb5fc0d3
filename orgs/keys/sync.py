"""Fetches the keys of one customer, revoked ones too (contract/control-plane.md, 5 Child API keys)."""

from django.utils import timezone

from layers.client import Layers
from layers.client.key_shapes import ApiKey as KeyShape
from layers.mirror.models import Scope
from layers.mirror.resources import resource
from layers.mirror.upsert import upsert
from orgs.keys.models import ApiKey


@resource("keys", "API keys", every=600, limit=3600)
def sync_keys(client: Layers, scope: Scope) -> None:
    at = timezone.now()
    for page in client.child_keys(scope.key):
        upsert(ApiKey, [KeyShape.of(scope.key, raw, at) for raw in page.items])
