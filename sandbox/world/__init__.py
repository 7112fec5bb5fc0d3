"""Invented worlds to work in: deterministic, with times relative to the moment of seeding."""
