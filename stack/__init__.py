"""The supervisor: starts the pieces of the product as child processes, watches them, stops them.

It needs nothing but the standard library, because it runs before anything else can be imported, and it imports none of
the packages it starts: it knows them by their commands only. `python -m stack --help` lists what it can do.
"""
