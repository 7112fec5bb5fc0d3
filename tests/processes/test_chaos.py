"""make chaos, small: sixty commands under a few faults, workers killed and Valkey lost, and an auditor who counts.

The whole run (every fault, PostgreSQL crashed too, thousands of commands) is `make chaos`; see docs/reliability.md.
"""

from pathlib import Path

import pytest

from chaos import report
from chaos.course import Course
from chaos.faults import Variant
from chaos.house import opened
from chaos.run import Run
from tests.running import free_port
from tests.worlds import database_with, desk_database

pytestmark = pytest.mark.processes

FAULTS = (
    Variant("drop", options={"when": "after"}, share=0.3),
    Variant("status", options={"status": 500, "when": "after"}, share=0.3),
    Variant("truncate", share=0.3),
)


def test_every_decision_has_one_effect_or_none_though_layers_fails_and_workers_die(tmp_path: Path) -> None:
    course = Course(60, customers=24, seed=4, seconds=4, slot=1, kill_every=2, kills=2, settle=90, left=0.5)
    databases = desk_database("chaos"), database_with("", "chaos_layers", tmp_path)

    with opened(tmp_path, free_port(), free_port(), course.customers, databases=databases, CHAOS_LEASE="4") as house:
        house.down, house.at_work = 0.5, 1.0
        outcome = Run(house, course, lambda line: None, variants=FAULTS, crash_postgres=False).run()

    assert outcome.verdict.breaches == [], "\n".join(report.lines(course, outcome))
    assert outcome.verdict.commands >= course.commands
    assert outcome.verdict.one > course.commands / 2
    assert outcome.killed["valkey"] == 1
    assert sum(outcome.hits.values()) > 0
