"""Caps and refill rules: what a customer may spend, and what Layers moves by itself. One customer or many."""
