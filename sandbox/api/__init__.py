"""What every operation shares: keys, scopes, acting for a child, envelope, cursors, idempotency."""
