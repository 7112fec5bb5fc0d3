"""`make bench`: every claim of speed, measured in one run, as ratios to a bare response and to Django admin."""
