"""What a run prints at its end, for people."""

from collections import Counter

from chaos.course import Course
from chaos.run import Outcome

MOST = 20  # breaches in full


def lines(course: Course, outcome: Outcome) -> list[str]:
    """The tables, the breaches and the closing line."""
    verdict = outcome.verdict
    told = Counter(note.told for note in outcome.told)
    states = Counter(f"{row.kind}, {row.state}{f' ({row.failure})' if row.failure else ''}" for row in outcome.rows)
    tries = sum(row.attempts for row in outcome.rows)
    found = [
        "",
        f"Seed {course.seed}, {course.customers} customers, faults for {outcome.seconds:.0f} s,"
        f" settled {outcome.settled_in:.0f} s after the last.",
        f"Decisions: {', '.join(f'{number:,} {name}' for name, number in told.most_common())}.",
        f"Killed: {', '.join(f'{name} {number}' for name, number in sorted(outcome.killed.items()))}.",
        f"Writes that reached Layers: {outcome.writes:,}; deliveries by workers: {tries:,}.",
        f"Tie-out: {outcome.books.words}.",
        *_faults(outcome),
        "",
        *(f"{number:>6,}  {name}" for name, number in sorted(states.items())),
    ]
    if verdict.handed_over:
        found.append(f"{verdict.handed_over} of them were handed to a person with the facts.")
    if verdict.breaches:
        found += ["", f"{len(verdict.breaches)} breaches:", *verdict.breaches[:MOST]]
        found.append(f"Again: make chaos N={course.commands} CUSTOMERS={course.customers} CHAOS_SEED={course.seed}")
    return [*found, "", verdict.closing_line]


def _faults(outcome: Outcome) -> list[str]:
    """By variant how often it hit; by kind how many of our writes that were, and how many of those took effect."""
    head = f"{'fault':<34} {'hits':>7} {'our writes':>11} {'took effect':>12}"
    rows, seen = ["", head], set()
    for variant in sorted(outcome.variants, key=lambda one: one.name):
        writes, effects = ("", "") if variant.kind in seen else map(str, outcome.calls.get(variant.kind, (0, 0)))
        seen.add(variant.kind)
        rows.append(f"{variant.name:<34} {outcome.hits[variant.name]:>7,} {writes:>11} {effects:>12}")
    return rows
