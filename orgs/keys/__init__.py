"""API keys of customers, in our hands: the mirror of them, minting, rotating, revoking.

A secret is in two answers of Layers only, once. It never rests here in clear: the worker that gets it seals it for the
browser that asked (handover.py), and no other part of the house sees it.
"""
