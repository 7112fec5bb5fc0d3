"""A faithful stand-in for the Layers Partner API: its own settings, database and process, reached over HTTP only."""
