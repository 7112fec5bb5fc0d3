"""Every kind of fault: what its pattern is matched against and which options it takes."""

import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec

Subject = Literal["call", "event", "job", "platform"]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=120)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
When = Literal["before", "after"]

#: `POST /v1/organizations/*/credits/allocate`; `*` stands for any method and any stretch of the path.
CALL_PATTERN: Final = re.compile(r"(\*|GET|POST|PATCH|PUT|DELETE) [/*]\S*")
PLAIN_PATTERN: Final = re.compile(r"[a-z_.*]+")
PATTERN_HELP: Final[dict[Subject, str]] = {
    "call": "a method and a path, such as `POST /v1/projects/*/content` or `* /v1/*`",
    "event": "an event type, such as `job.completed` or `job.*`",
    "job": "a job kind, such as `content_generate` or `*`",
    "platform": "a platform: `meta`, `tiktok`, `apple` or `*`",
}


class Options(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A kind without options."""


class Delay(Options):
    seconds: Seconds = 2
    when: When = "before"


class RateLimited(Options):
    """`retryAfter`: seconds in the header of that name; null sends none."""

    retry_after: Annotated[int, msgspec.Meta(ge=0, le=3600)] | None = None


class Status(Options):
    """`gateway`: the answer of some proxy in between, an HTML page instead of the envelope."""

    status: Literal[500, 502, 503] = 500
    when: When = "before"
    gateway: bool = False


class Drop(Options):
    when: When = "before"


class Place(Options):
    """`field`: the name of the key to spoil; without it the seed chooses among those that fit."""

    field: Words | None = None


class Enum(Place):
    value: Words = "added_last_week"


class Delayed(Options):
    seconds: Annotated[float, msgspec.Meta(gt=0, le=7 * 24 * 3600)] = 60


class JobFails(Options):
    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z_]{1,39}$")] = "GENERATION_FAILED"
    message: Words = "The render step gave up after three tries."


class Refused(Options):
    reason: Words = "The platform refused the change: the ad account is under review."


@dataclass(frozen=True)
class Kind:
    name: str
    subject: Subject
    options: type[Options]
    about: str


_ALL = (
    Kind("delay", "call", Delay, "waits before the call has its effect, or before it answers"),
    Kind("rate_limited", "call", RateLimited, "429, with or without Retry-After"),
    Kind("status", "call", Status, "500, 502 or 503, before the effect or after it"),
    Kind("drop", "call", Drop, "closes the connection without an answer, before the effect or after it"),
    Kind("truncate", "call", Options, "announces the whole answer, sends half of it, closes"),
    Kind("not_json", "call", Options, "the right status and type with a body that is not JSON"),
    Kind("unknown_enum", "call", Enum, "a value no page lists"),
    Kind("extra_fields", "call", Options, "keys no page lists"),
    Kind("missing_key", "call", Place, "leaves a key out: one that is null, when there is one"),
    Kind("null_list", "call", Place, "null where a list was"),
    Kind("bad_timestamp", "call", Place, "a time that is none"),
    Kind("cursor_repeat", "call", Options, "a call with a cursor gets the first page again"),
    Kind("cursor_skip", "call", Options, "the page is left out, the next one comes instead"),
    Kind("webhook_lost", "event", Options, "is never sent, and nobody is told"),
    Kind("webhook_doubled", "event", Options, "arrives twice"),
    Kind("webhook_delayed", "event", Delayed, "arrives late"),
    Kind("webhook_reordered", "event", Options, "arrives after the one that follows it"),
    Kind("webhook_bad_signature", "event", Options, "carries a signature that does not verify"),
    Kind("job_fails", "job", JobFails, "fails when it should finish"),
    Kind("dispatch_fails", "platform", Refused, "approved actions fail when they are dispatched"),
    Kind("platform_rejects", "platform", Refused, "the platform refuses the write"),
)
KINDS: Final = {kind.name: kind for kind in _ALL}
