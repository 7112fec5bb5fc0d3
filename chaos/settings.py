"""The desk's settings with waits that fit into minutes. Nothing else differs from what serves people."""

import os

from dashboard.settings import *  # noqa: F403

# CHAOS_LEASE: seconds. The slowest fault waits 1.5 s, and a call is tried three times.
OUTBOX_LEASE = int(os.environ.get("CHAOS_LEASE", "20"))
# What is not settled by then is read from the records of Layers, as after a day in real life.
OUTBOX_KEY_WINDOW = OUTBOX_LEASE * 6
OUTBOX_QUIET = OUTBOX_LEASE // 2
# A killed worker leaves behind what it was fetching; until then the tie-out waits for it.
MIRROR_LONGEST_FETCH = OUTBOX_LEASE * 3
