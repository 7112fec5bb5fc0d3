"""What every desk is written with: pages by key, and one way to say numbers, times, ids and words of the API.

Knows nothing of customers, content or ads; the desks and the shell may import it, it imports none of them.
"""
