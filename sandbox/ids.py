"""Id shapes: prefix + uuid for most resources, prefix + ULID for jobs, requests and ads rows, app_ + hex.

contract/control-plane.md, 3 (pagination, ids, time): path parameters also take the bare form; another resource's
prefix is refused.
"""

import os
import re
import time
import uuid
from typing import Final

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(rf"[{CROCKFORD}]{{26}}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"[0-9a-f]{24}")

#: Resources whose ids are uuids.
UUID_PREFIXES: Final = {
    "organization": "org_",
    "project": "prj_",
    "container": "cnt_",
    "layer": "lyr_",
    "api_key": "key_",
    "influencer": "inf_",
    "transfer": "txn_",
    "post": "sp_",
    "social_account": "sa_",
    "recommendation": "rec_",
    "ads_content": "adc_",
    "project_layer": "pl_",
    # The list of id forms says ULID, the app media pages say uuid: the pages of the resource win.
    "media": "med_",
}
#: Resources whose ids are ULIDs (for ads rows the contract only shows examples of that form).
ULID_PREFIXES: Final = {
    "job": "job_",
    "campaign": "cmp_",
    "pending": "pa_",
    "upload": "upl_",
    "lease_request": "lreq_",
    "event": "evt_",
    "ad_set": "adg_",
    "ad": "ad_",
    "keyword": "kw_",
    "run": "run_",
    "review": "rev_",
}
#: Resources whose ids are 24 hex digits.
HEX_PREFIXES: Final = {
    "sdk_app": "app_",
}
_PREFIXES: Final = {**UUID_PREFIXES, **ULID_PREFIXES, **HEX_PREFIXES}


def ulid_from(milliseconds: int, randomness: int) -> str:
    """26 characters: 48 bits of time, 80 of randomness."""
    value = (milliseconds << 80) | (randomness & ((1 << 80) - 1))
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def new_ulid() -> str:
    return ulid_from(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10)))


def new_hex() -> str:
    return os.urandom(12).hex()


def new_request_id() -> str:
    return "req_" + new_ulid()


def show(kind: str, value: uuid.UUID | str) -> str:
    """The id as the API prints it."""
    return f"{_PREFIXES[kind]}{value}"


def show_or_none(kind: str, value: uuid.UUID | str | None) -> str | None:
    return None if value is None else show(kind, value)


def parse_uuid(kind: str, text: str) -> uuid.UUID | None:
    """`org_<uuid>` or the bare uuid; None for anything else."""
    bare = text.removeprefix(UUID_PREFIXES[kind])
    return uuid.UUID(bare) if _UUID.fullmatch(bare) else None


def parse_bare_uuid(text: str) -> uuid.UUID | None:
    """Webhook endpoints, deliveries and audit rows have ids without a prefix."""
    return uuid.UUID(text) if _UUID.fullmatch(text) else None


def parse_hex(kind: str, text: str) -> str | None:
    """`app_<24 hex>` or the bare digits; None for anything else."""
    bare = text.removeprefix(HEX_PREFIXES[kind])
    return bare if _HEX.fullmatch(bare) else None


def parse_ulid(kind: str, text: str) -> str | None:
    """`job_<ULID>` or the bare ULID; None for anything else."""
    bare = text.removeprefix(ULID_PREFIXES[kind])
    return bare if _ULID.fullmatch(bare) else None
