"""`make chaos`: the whole product while everything around it goes wrong, and an auditor who counts afterwards.

`course.py` says how long and how hard. `house.py` runs the pieces and kills them, `faults.py` spoils Layers,
`outside.py` is what others do there, `giving.py` is the staff with the wishes of `wishes.py`; `run.py` leads all that.
`told.py`, `truth.py`, `calls.py` and `desk.py` read what the staff were told, what Layers did and what our desk says;
`audit.py` compares them, `report.py` tells. What it proves is in docs/reliability.md.
"""
