"""The list of customers: filters, work lists, views of one's own, and what a person selects in it.

Nothing here gives a command: a selection is handed to the pages that do.
"""
