"""What happens by itself: jobs finish, actions expire, periods roll over, webhooks are sent.

Whatever has a time has a column for it. A `Source` (sources.py) asks for the next such moment and carries out what is
due; `passing.py` walks from moment to moment; `ticker.py` lets it happen in real time. There webhooks have a way of
their own (`courier.py`), because a receiver may be slow.
"""
