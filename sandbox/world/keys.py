"""The keys of the seeded worlds. The only place that knows them; nothing here opens anything but a sandbox.

No Django in here: tests and the supervisor read it too.
"""

import base64
import hashlib
from typing import Final

#: The parent key of every world, the same on every start. `docs/sandbox.md` prints it.
PARENT_KEY: Final = "lp_live_LARKSPURSANDBOX2_this-key-opens-the-sandbox-and-nothing-else"

DATA_SCOPES: Final = (
    "projects:read",
    "projects:write",
    "content:read",
    "content:write",
    "content:approve",
    "influencers:write",
    "social:read",
    "social:write",
    "publish:read",
    "publish:write",
    "leased:write",
    "github:admin",
    "ingest:write",
    "sdk:write",
    "events:read",
    "events:write",
    "metrics:read",
    "engagement:read",
    "engagement:write",
    "jobs:read",
    "jobs:cancel",
    "ads:read",
    "ads:write:*",
)
PARENT_SCOPES: Final = (*DATA_SCOPES, "org:admin")
READER_SCOPES: Final = ("projects:read", "content:read", "ads:read", "jobs:read")
CHILD_SCOPES: Final = ("projects:read", "content:*", "jobs:read", "ads:read")
#: Where the OAuth flows of the seeded keys may return to. `yourapp.com` is the published walk-through's.
RETURN_HOSTS: Final = ("localhost", "127.0.0.1", "yourapp.com", "*.example.com", "*.example")


def derived_key(name: str, env: str = "live") -> str:
    """A key made from its name, for the lesser keys of a world: the trade of a customer, or reader, star, killed,
    revoked, sandbox. keyring.py adds words to a customer's: journal-feed, journal-feed-next."""
    digest = hashlib.sha256(f"sandbox:{env}:{name}".encode()).digest()
    key_id = base64.b32encode(digest).decode()[:16]
    secret = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return f"lp_{env}_{key_id}_{secret}"


def parts(key: str) -> tuple[str, str, str]:
    """(env, key id, secret) of a key's text; the secret may hold underscores."""
    _, env, key_id, secret = key.split("_", 3)
    return env, key_id, secret
