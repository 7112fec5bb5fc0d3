"""Getting files that partners name by URL, without letting a URL reach what is not public.

The contract calls it the SSRF guard (contract/content.md, 2 App media): https only, three redirects at most, never a
private address, whichever way it is spelled or resolved.
"""
