"""The control plane: keys, organizations, wallets, the audit log (contract/control-plane.md, 1 to 5 and 7)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import (
    allocation,
    audit_log,
    child_keys,
    credit_config,
    migration,
    organizations,
    own_keys,
    wallets,
)
from sandbox.resources.whoami import whoami
from sandbox.routes.parts import ORGANIZATION

paths = [
    path("whoami", endpoint(GET=whoami)),
    path("organizations", endpoint(GET=organizations.list_children, POST=organizations.create)),
    # Before the path of one organization, which would take "migrate" for its id.
    path("organizations/migrate", endpoint(POST=migration.migrate)),
    path(
        ORGANIZATION,
        endpoint(GET=organizations.get_child, PATCH=organizations.patch, DELETE=organizations.archive),
    ),
    path(f"{ORGANIZATION}/suspend", endpoint(POST=organizations.suspend)),
    path(f"{ORGANIZATION}/resume", endpoint(POST=organizations.resume)),
    path(f"{ORGANIZATION}/credits", endpoint(GET=wallets.child_wallet)),
    path(f"{ORGANIZATION}/credits/events", endpoint(GET=wallets.child_events)),
    path(f"{ORGANIZATION}/credits/allocate", endpoint(POST=allocation.allocate)),
    path(
        f"{ORGANIZATION}/credit-config",
        endpoint(GET=credit_config.get_config, PATCH=credit_config.patch_config),
    ),
    path(f"{ORGANIZATION}/api-keys", endpoint(GET=child_keys.list_keys, POST=child_keys.mint)),
    path(f"{ORGANIZATION}/api-keys/<str:keyId>", endpoint(DELETE=child_keys.revoke)),
    path(f"{ORGANIZATION}/api-keys/<str:keyId>/rotate", endpoint(POST=child_keys.rotate)),
    path("api-keys/<str:keyId>/kill", endpoint(POST=own_keys.kill)),
    path("api-keys/<str:keyId>/rotate", endpoint(POST=own_keys.rotate)),
    path("credits", endpoint(GET=wallets.own_wallet)),
    path("credits/events", endpoint(GET=wallets.own_events)),
    path("audit-log", endpoint(GET=audit_log.list_events)),
]
