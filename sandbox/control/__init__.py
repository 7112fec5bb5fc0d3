"""Steering the sandbox under `/_sandbox/`: time, faults, worlds, the customer's side. Never a part of the API."""
