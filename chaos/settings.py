"""The desk's settings with waits that fit into minutes. Nothing else differs from what serves people."""

from dashboard.settings import *  # noqa: F403

# Longer than any call of a run: the slowest fault waits 1.5 s, three times, and a call is tried three times.
OUTBOX_LEASE = 20
# What is not settled by then is read from the records of Layers, as after a day in real life.
OUTBOX_KEY_WINDOW = 60
OUTBOX_QUIET = 8
