"""A customer's life: made, changed, suspended, resumed, archived, and made out of our own projects.

Each kind has a module: the verb with its checks, and how it is said, sent, applied and traced.
"""
