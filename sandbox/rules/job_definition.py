"""What a kind of job is (contract/content.md, 10). The kinds there are: job_kinds.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.models import Job


class JobFailed(Exception):
    """A job's finish could not be reached; code and message go into the job's `error`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _nothing(job: Job) -> None:
    """A job that leaves nothing behind when it stops."""


@dataclass(frozen=True)
class Kind:
    """`finish` has the effect of a finished job and gives its result, or raises JobFailed.

    `stopped` tidies up after one that failed or was canceled (the job's status says which). In a `protected` stage a
    job cannot be canceled.
    """

    stages: tuple[str, ...]
    lasts: timedelta
    finish: Callable[[Job], dict[str, Any]]
    stopped: Callable[[Job], None] = _nothing
    protected: frozenset[str] = frozenset()
