"""The auditor: each decision has one effect at Layers or none and says which, and no credit came or went.

It believes the staff's own notes and the sandbox's own tables. The desk is the one that is judged.
"""

from collections import Counter
from dataclasses import dataclass, field

from chaos.desk import Row
from chaos.told import Told
from chaos.truth import Truth, bare

ALLOCATE, CAPS = "credits.allocate", "credits.configure"


@dataclass
class Verdict:
    """Counts of commands, and a sentence for each breach."""

    commands: int = 0
    one: int = 0
    none: int = 0
    handed_over: int = 0
    lost: int = 0
    doubled: int = 0
    unexplained: int = 0
    conserved: bool = True
    breaches: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.breaches

    @property
    def closing_line(self) -> str:
        return (
            f"commands {self.commands}, one effect {self.one}, none {self.none}, lost {self.lost},"
            f" doubled {self.doubled}, unexplained {self.unexplained},"
            f" credits conserved {'yes' if self.conserved else 'no'}"
        )


def audit(told: list[Told], rows: list[Row], before: Truth, after: Truth) -> Verdict:
    """Everything at once. `before` was read when the world was made, `after` when all had settled."""
    verdict = Verdict(len(rows))
    for row in rows:
        _judge(verdict, row, after)
    _nobody_was_told_wrong(verdict, told, rows)
    _each_form_once(verdict, rows)
    _transfers_balance(verdict, rows, after)
    _credits_conserved(verdict, before, after)
    _caps_hold(verdict, rows, before, after)
    return verdict


def _judge(verdict: Verdict, row: Row, after: Truth) -> None:
    effects = _effects(row, after)
    if effects > 1:
        verdict.doubled += 1
        verdict.breaches.append(f"DOUBLED, {effects} effects: {row.words}")
    elif not row.is_closed:
        verdict.unexplained += 1
        verdict.breaches.append(f"UNEXPLAINED, never settled: {row.words}")
    elif row.handed_over:
        verdict.handed_over += 1
        verdict.one, verdict.none = verdict.one + effects, verdict.none + 1 - effects
    elif row.state == "succeeded" and effects == 0:
        verdict.lost += 1
        verdict.breaches.append(f"LOST, says done and nothing happened: {row.words}")
    elif row.state != "succeeded" and effects == 1:
        verdict.unexplained += 1
        verdict.breaches.append(f"UNEXPLAINED, says that nothing happened and it did: {row.words}")
    elif effects:
        verdict.one += 1
    else:
        verdict.none += 1


def _effects(row: Row, after: Truth) -> int:
    """How often Layers did what the command asks for."""
    if row.kind == ALLOCATE:
        return sum(side.credits > 0 for side in after.sides.get(row.id, []))
    return after.caps.get((bare(row.target), row.payload["set"]["cap"]), 0)


def _nobody_was_told_wrong(verdict: Verdict, told: list[Told], rows: list[Row]) -> None:
    """What a person was told is recorded is there, though the database crashed; what was taken back stays so."""
    known = {row.id: row for row in rows}
    for line in told:
        for command in line.commands:
            if command not in known:
                verdict.lost += 1
                verdict.breaches.append(f"LOST, {line.staff} was told that wish {line.number} is recorded: {command}")
        taken_back = known.get(line.commands[0]) if line.cancelled else None
        if taken_back and taken_back.state != "cancelled":
            verdict.unexplained += 1
            verdict.breaches.append(f"UNEXPLAINED, taken back and sent: {taken_back.words}")
    noted = {command for line in told for command in line.commands}
    for identifier in known.keys() - noted:
        verdict.unexplained += 1
        verdict.breaches.append(f"UNEXPLAINED, nobody was told of it: {known[identifier].words}")


def _each_form_once(verdict: Verdict, rows: list[Row]) -> None:
    forms = Counter(row.once for row in rows if row.state not in ("failed", "cancelled"))
    for once, number in forms.items():
        if number > 1:
            verdict.doubled += 1
            verdict.breaches.append(f"DOUBLED, one form gave {number} commands: {once}")


def _transfers_balance(verdict: Verdict, rows: list[Row], after: Truth) -> None:
    """Each transfer has both sides, of the same amount, at the customer that was meant."""
    known = {row.id: row for row in rows}
    ours = next(wallet.organization for wallet in after.wallets.values() if wallet.ours)
    for command, sides in after.sides.items():
        row = known.get(command)
        wanted = row.payload["credits"] if row else None
        expected = sorted([(ours, -(wanted or 0)), (bare(row.target), wanted or 0)]) if row else []
        found = sorted((side.organization, side.credits) for side in sides)
        if found != expected or len({side.transfer for side in sides}) != 1:
            verdict.unexplained += 1
            verdict.breaches.append(f"UNEXPLAINED, transfer of {command}: {found}, expected {expected}")


def _credits_conserved(verdict: Verdict, before: Truth, after: Truth) -> None:
    """Transfers add up to nothing, and every wallet changed by exactly what its ledger says."""
    moved = sum(wallet.moved for wallet in after.wallets.values())
    moved_before = sum(wallet.moved for wallet in before.wallets.values())
    if moved != moved_before:
        verdict.conserved = False
        verdict.breaches.append(f"CREDITS, transfers made {moved - moved_before:+,} credits out of nothing")
    for wallet in after.wallets.values():
        was = before.wallets[wallet.organization]
        grew, booked = wallet.balance - was.balance, wallet.booked - was.booked
        if grew != booked:
            verdict.conserved = False
            verdict.breaches.append(f"CREDITS, wallet of {wallet.organization} {grew:+,}, its ledger says {booked:+,}")


def _caps_hold(verdict: Verdict, rows: list[Row], before: Truth, after: Truth) -> None:
    """Each customer's cap and refill rule are those of its last change that took effect."""
    names = ("cap", "line", "amount")
    rules = {identifier: dict(zip(names, wallet.rules, strict=True)) for identifier, wallet in before.wallets.items()}
    for row in rows:
        if row.kind == CAPS and _effects(row, after):
            rules[bare(row.target)] |= row.payload["set"]
    for identifier, wallet in after.wallets.items():
        wanted = tuple(rules[identifier][name] for name in names)
        if wallet.rules != wanted:
            verdict.unexplained += 1
            verdict.breaches.append(f"CAPS, {identifier} has {wallet.rules}, its last change says {wanted}")
