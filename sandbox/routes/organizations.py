"""The control plane: keys, organizations, wallets, the audit log (contract/control-plane.md, 1 to 5 and 7)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import allocation, audit_log, credit_config, organizations, wallets
from sandbox.resources.whoami import whoami
from sandbox.routes.parts import ORGANIZATION

paths = [
    path("whoami", endpoint(GET=whoami)),
    path("organizations", endpoint(GET=organizations.list_children)),
    path(ORGANIZATION, endpoint(GET=organizations.get_child)),
    path(f"{ORGANIZATION}/suspend", endpoint(POST=organizations.suspend)),
    path(f"{ORGANIZATION}/resume", endpoint(POST=organizations.resume)),
    path(f"{ORGANIZATION}/credits", endpoint(GET=wallets.child_wallet)),
    path(f"{ORGANIZATION}/credits/events", endpoint(GET=wallets.child_events)),
    path(f"{ORGANIZATION}/credits/allocate", endpoint(POST=allocation.allocate)),
    path(
        f"{ORGANIZATION}/credit-config",
        endpoint(GET=credit_config.get_config, PATCH=credit_config.patch_config),
    ),
    path("credits", endpoint(GET=wallets.own_wallet)),
    path("credits/events", endpoint(GET=wallets.own_events)),
    path("audit-log", endpoint(GET=audit_log.list_events)),
]
