"""What an exception probably comes from, and what to do about it. One sentence each, for the person who looks."""

from dataclasses import dataclass

from orgs.books.tieout.models import Oddity


@dataclass(frozen=True)
class Advice:
    cause: str
    act: str


ADVICE: dict[str, Advice] = {
    Oddity.DOUBLED: Advice(
        "Layers made two transfers of one command, although both sends carried the same key.",
        "Tell Layers both transfer ids. The second was not wanted: nothing takes it back by itself.",
    ),
    Oddity.TWO_COMMANDS: Advice(
        "Two commands were answered with the same transfer, so one of them moved nothing.",
        "Ask whoever gave them whether credits were meant to move twice, and allocate what is missing.",
    ),
    Oddity.TWICE: Advice(
        "A ledger shows this transfer in more than one row.",
        "Read both ledgers again. If it stays, tell Layers the transfer id.",
    ),
    Oddity.NO_TRANSFER_ID: Advice(
        "Layers left the transfer id out of this row, so its other side cannot be found.",
        "Look at both ledgers at this time. Tell Layers the id of the row.",
    ),
    Oddity.NO_PARENT_ROW: Advice(
        "The customer’s ledger shows it, ours does not. Our copy may have missed the row.",
        "Read both ledgers again. If it stays, credits came from nowhere: tell Layers the transfer id.",
    ),
    Oddity.NO_CHILD_ROW: Advice(
        "Credits left our wallet, and the customer’s ledger does not show them. Our copy may have missed it.",
        "Read both ledgers again. If it stays, tell Layers the transfer id; do not allocate a second time.",
    ),
    Oddity.NO_ROWS: Advice(
        "Layers confirmed the command, and neither ledger shows it.",
        "Read both ledgers again. If it stays, tell Layers the transfer id; do not allocate a second time.",
    ),
    Oddity.UNANSWERED: Advice(
        "No answer came back, and neither ledger shows it. Most likely nothing moved.",
        "Press Looked at on the command. Allocate anew only after both ledgers were read again.",
    ),
    Oddity.AMOUNTS: Advice(
        "The three sides name different amounts.",
        "Compare them below. Tell Layers the transfer id and which amount is right.",
    ),
    Oddity.OTHER_CUSTOMER: Advice(
        "The ledgers name another customer than the command, or than each other.",
        "Tell Layers the transfer id at once: credits may be in the wrong wallet.",
    ),
    Oddity.UNKNOWN_MOVED: Advice(
        "No answer came back, but both ledgers show it: it took effect once.",
        "Press Looked at on the command and do not give it again. Then accept this with a note.",
    ),
    Oddity.FAILED_MOVED: Advice(
        "The command was closed as not done, but a ledger shows that credits moved.",
        "If it was given again, credits moved twice. Compare the customer’s transfers of that day.",
    ),
    Oddity.FOREIGN: Advice(
        "The ledgers name a command id that this desk never sent. Another installation of it may use the same key.",
        "Find out who holds our API key. Accept it with a note once you know who moved the credits.",
    ),
    Oddity.OFF_DESK: Advice(
        "Both ledgers agree, but nobody gave it here and no refill rule explains it: it came from the API, another "
        "tool or Layers’ staff.",
        "Find out who moved it, then accept it with a note. If nobody did, have our API key rotated.",
    ),
    Oddity.UNREAD: Advice(
        "One ledger shows it. The other has not been readable since, or nothing says whose it is.",
        "Read both ledgers again. If it stays, ask Layers about the transfer id, then accept it with a note.",
    ),
}


def advice(kind: str) -> Advice | None:
    return ADVICE.get(kind)
