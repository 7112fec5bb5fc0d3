"""More keys of the customers: one on its way out, one withdrawn, one for tests; and when each key was last used."""

from datetime import datetime, timedelta
from typing import Any, Final

from sandbox import ids
from sandbox.models import ApiKey, AuditEvent
from sandbox.rules.keys import GRACE, hash_secret
from sandbox.world import keys
from sandbox.world.chance import Chance
from sandbox.world.people import People, Tenant
from sandbox.world.plan import Plan, Status

#: Added to the world's seed: this part draws from a stream of its own.
STREAM: Final = 2_100


class Keyring:
    """Rows of one world. A key's text is `derived_key("<name of the customer's first key>-<word>", env)`."""

    def __init__(self, chance: Chance, parent_key: ApiKey) -> None:
        self.chance = chance
        self.parent_key = parent_key
        self.keys: list[ApiKey] = []
        self.audit: list[AuditEvent] = []

    def rotate(self, tenant: Tenant) -> None:
        """The old secret works some hours more."""
        old = self._key(tenant, "Feed", "feed", self.chance.ago(days=40))
        old.rotated_at = self.chance.ago(hours=self.chance.random.uniform(3, 9))
        old.grace_until = old.rotated_at + GRACE
        old.superseded_by = new = self._key(tenant, "Feed", "feed-next", old.rotated_at)
        # A row has to be there before another one refers to it.
        self.keys += [new, old]
        self._note(old, "api_key.rotated", old.rotated_at, supersededBy=ids.show("api_key", new.pk))

    def withdraw(self, tenant: Tenant) -> None:
        key = self._key(tenant, "Old importer", "importer", self.chance.ago(days=60))
        key.revoked_at = self.chance.ago(days=self.chance.random.uniform(2, 20))
        self.keys.append(key)
        self._note(key, "api_key.revoked", key.revoked_at)

    def make_for_tests(self, tenant: Tenant) -> None:
        created = self.chance.ago(days=self.chance.random.uniform(2, 20))
        key = self._key(tenant, "Staging", "staging", created, env="test")
        self.keys.append(key)
        self._note(key, "api_key.created", created, scopes=key.scopes, env=key.env)

    def use(self, key: ApiKey) -> None:
        if key.revoked_at is None:
            since = max(key.created_at, self.chance.ago(hours=15))
            key.last_used_at = self.chance.between(since, self.chance.now)
        else:
            key.last_used_at = Chance.cut(key.revoked_at - timedelta(hours=self.chance.random.uniform(1, 50)))

    def _key(self, tenant: Tenant, name: str, word: str, created: datetime, env: str = "live") -> ApiKey:
        env, key_id, secret = keys.parts(keys.derived_key(f"{tenant.customer.key_name}-{word}", env))
        return ApiKey(
            id=self.chance.uuid(),
            organization=tenant.organization,
            name=name,
            env=env,
            key_id=key_id,
            secret_sha256=hash_secret(secret),
            scopes=list(keys.CHILD_SCOPES),
            return_hosts=list(keys.RETURN_HOSTS),
            rate_limit_tier="sandbox" if env == "test" else "standard",
            created_at=created,
        )

    def _note(self, key: ApiKey, event_type: str, moment: datetime, **more: Any) -> None:
        self.audit.append(
            AuditEvent(
                event_id=self.chance.uuid(),
                organization=key.organization,
                event_type=event_type,
                occurred_at=moment,
                request_id=f"req_{self.chance.ulid(moment)}",
                api_key_id=self.parent_key.pk,
                actor="partner_api",
                actor_type="partner",
                actor_organization_id=self.parent_key.organization_id,
                actor_api_key_id=self.parent_key.pk,
                data={"apiKeyId": ids.show("api_key", key.pk), "name": key.name, **more},
            )
        )


def build(plan: Plan, now: datetime, people: People) -> Keyring:
    """Of every three active customers one has rotated a key, one has withdrawn one, one has a key for tests."""
    ring = Keyring(Chance(plan.seed + STREAM, now), people.parent_key)
    active = [tenant for tenant in people.tenants if tenant.customer.status == Status.ACTIVE]
    kinds = (ring.rotate, ring.withdraw, ring.make_for_tests)
    for number, tenant in enumerate(active):
        kinds[number % len(kinds)](tenant)
    for key in [people.parent_key, *people.other_keys, *(tenant.key for tenant in people.tenants), *ring.keys]:
        ring.use(key)
    return ring
