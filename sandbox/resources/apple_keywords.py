"""Keywords of Apple ad groups, only ever in bulk (contract/ads.md, 8)."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from sandbox.api.ad_paths import actor_of, ad_set_in, held_layer
from sandbox.api.errors import invalid
from sandbox.api.operations import Answer, Call, write
from sandbox.resources.ad_bodies import Cents
from sandbox.resources.gated import answer
from sandbox.rules import ad_changes, ad_writes

Bulk = msgspec.Meta(min_length=1, max_length=200)
KeywordStatus = Literal["active", "paused"]


class NewKeyword(msgspec.Struct, rename="camel", omit_defaults=True):
    text: Annotated[str, msgspec.Meta(max_length=200)]
    match_type: Literal["exact", "broad"]
    bid_amount_cents: Cents
    status: KeywordStatus | UnsetType = UNSET


class ChangedKeyword(msgspec.Struct, rename="camel", omit_defaults=True):
    keyword_id: Annotated[str, msgspec.Meta(max_length=64)]
    bid_amount_cents: Cents | UnsetType = UNSET
    status: KeywordStatus | UnsetType = UNSET


class AddBody(msgspec.Struct):
    keywords: Annotated[list[NewKeyword], Bulk]


class UpdateBody(msgspec.Struct):
    keywords: Annotated[list[ChangedKeyword], Bulk]


class RemoveBody(msgspec.Struct, rename="camel"):
    keyword_ids: Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]], Bulk]


@write(scope="ads:write:creative")
def add(call: Call) -> Answer:
    body = call.body(AddBody)
    for position, keyword in enumerate(body.keywords):
        if not keyword.text.strip():
            raise invalid(f"keywords[{position}].text", "A keyword is not empty.")
    return _bulk(call, "add", body)


@write(scope="ads:write:creative")
def update(call: Call) -> Answer:
    body = call.body(UpdateBody)
    for position, keyword in enumerate(body.keywords):
        if keyword.bid_amount_cents is UNSET and keyword.status is UNSET:
            raise invalid(f"keywords[{position}]", "Send bidAmountCents, status or both.")
    return _bulk(call, "update", body)


@write(scope="ads:write:creative")
def remove(call: Call) -> Answer:
    return _bulk(call, "remove", call.body(RemoveBody))


def _bulk(call: Call, verb: Literal["add", "update", "remove"], body: msgspec.Struct) -> Answer:
    """One verdict for the whole bulk, an outcome for each item; none while it waits."""
    args: dict[str, Any] = msgspec.to_builtins(body)
    layer = held_layer(call)
    write = ad_changes.keywords(layer, ad_set_in(call, layer, "adgroupId"), verb, args)
    outcome = ad_writes.perform(actor_of(call), write)
    return answer(call, outcome, write, results=outcome.results)
