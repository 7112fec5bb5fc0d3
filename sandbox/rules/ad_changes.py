"""Changes of ads as writes for the gate: what they are about, from what, to what, and in the platform's words.

contract/ads.md, 1, 4 and 7. Ids inside `change` are bare, as effects.py reads them; what rows show has prefixes.
"""

from typing import Any, Literal

from sandbox import ids
from sandbox.models import Ad, AdLayer, AdSet, Campaign
from sandbox.rules import effects, platforms
from sandbox.rules.actors import Actor
from sandbox.rules.effects import DAILY, LIFETIME
from sandbox.rules.gate import Axis, Write, axis_of
from sandbox.rules.launching import authority_of
from sandbox.rules.policy import raises

Verb = Literal["pause", "resume", "delete"]
STATUS_AFTER: dict[Verb, str] = {"pause": "paused", "resume": "active", "delete": "deleted"}


def kind_of(entity: Campaign | AdSet | Ad) -> str:
    return {Campaign: "campaign", AdSet: "adset", Ad: "ad"}[type(entity)]


def _campaign(entity: Campaign | AdSet | Ad) -> Campaign:
    return entity if isinstance(entity, Campaign) else entity.campaign


def _write(layer: AdLayer, entity: Campaign | AdSet | Ad, action_type: str, **rest: Any) -> Write:
    kind = kind_of(entity)
    return Write(
        layer=layer,
        campaign=_campaign(entity),
        action_type=action_type,
        entity_type=kind,
        entity_id=effects.show_id(kind, entity.pk),
        entity_name=entity.name,
        **{"axis": axis_of(action_type), **rest},
    )


def budget(layer: AdLayer, entity: Campaign | AdSet, daily: int | None, lifetime: int | None, **words: str) -> Write:
    """Exactly one of both, in cents."""
    account = _campaign(entity).account
    wanted = _budget(daily, lifetime)
    return _write(
        layer,
        entity,
        "update_budget",
        before=_budget(entity.daily_budget_cents, entity.lifetime_budget_cents),
        after=wanted,
        change={"budget": wanted},
        detail=platforms.budget(layer, daily, lifetime, "USD" if account is None else account.currency),
        **words,
    )


def _budget(daily: int | None, lifetime: int | None) -> dict[str, int]:
    return {name: value for name, value in ((DAILY, daily), (LIFETIME, lifetime)) if value is not None}


def status(layer: AdLayer, entity: Campaign | AdSet | Ad, verb: Verb, axis: Axis | None = None, **words: str) -> Write:
    """Pause, resume, delete. `axis` when a workflow is judged by another than the structural one."""
    after = STATUS_AFTER[verb]
    action_type = f"{verb}_{kind_of(entity)}"
    return _write(
        layer,
        entity,
        action_type,
        before={"status": entity.status},
        after={"status": after},
        detail=platforms.status(layer, after),
        axis=axis or axis_of(action_type),
        **words,
    )


def targeting(layer: AdLayer, ad_set: AdSet, wanted: dict[str, Any]) -> Write:
    before = {name: (ad_set.targeting or {}).get(name) for name in wanted}
    return _write(
        layer,
        ad_set,
        "update_targeting",
        before=before,
        after=wanted,
        change={"targeting": wanted},
        detail=platforms.targeting(layer, wanted),
    )


def schedule(layer: AdLayer, ad_set: AdSet, before: dict[str, Any], wanted: dict[str, Any]) -> Write:
    """`before` and `wanted`: startTime, endTime, dayparts as the API writes them."""
    return _write(
        layer,
        ad_set,
        "update_schedule",
        before=before,
        after=wanted,
        change={"schedule": wanted},
        detail=platforms.schedule(layer, wanted),
    )


def push(layer: AdLayer, ad: Ad, creative_id: str, caption: str | None = None, **words: str) -> Write:
    shown = ids.show("ads_content", creative_id)
    after = {"adsContentId": shown, **({} if caption is None else {"caption": caption})}
    return _write(
        layer,
        ad,
        "push_creative",
        before={"adsContentId": ids.show_or_none("ads_content", ad.active_creative_id)},
        after=after,
        change={"add": creative_id, "caption": caption},
        detail={"add": [after]},
        **words,
    )


def prune(layer: AdLayer, ad: Ad, creative_id: str) -> Write:
    shown = ids.show("ads_content", creative_id)
    return _write(
        layer,
        ad,
        "prune_creative",
        before={"adsContentId": shown},
        after={"adsContentId": None},
        change={"remove": creative_id},
        detail={"remove": [shown]},
    )


def replace(layer: AdLayer, ad: Ad, creative_id: str, caption: str | None) -> Write:
    """One mutation when it happens at once; two actions, add and remove, when it has to wait."""
    new = ids.show("ads_content", creative_id)
    replaced = None if ad.active_creative_id is None else str(ad.active_creative_id)
    if replaced in (None, creative_id):
        replaced = None
    old = ids.show_or_none("ads_content", replaced)
    after = {"adsContentId": new, **({} if caption is None else {"caption": caption})}
    added = _write(
        layer,
        ad,
        "replace_creative",
        before=None,
        after=after,
        change={"add": creative_id, "caption": caption},
        detail={"add": [after]},
    )
    if replaced is None:
        return added
    removed = _write(
        layer,
        ad,
        "replace_creative",
        before={"adsContentId": old},
        after=None,
        change={"remove": replaced},
        detail={"remove": [old]},
    )
    return _write(
        layer,
        ad,
        "replace_creative",
        before={"adsContentId": old},
        after=after,
        change={"add": creative_id, "remove": replaced, "caption": caption},
        detail={"add": [after], "remove": [old]},
        queued_as=(added, removed),
    )


def keywords(layer: AdLayer, ad_set: AdSet, verb: Literal["add", "update", "remove"], args: dict[str, Any]) -> Write:
    """A bulk is one write and, where it waits, one action."""
    account = ad_set.campaign.account
    currency = "USD" if account is None else account.currency
    native: dict[str, Any] = dict(args)
    if "keywords" in args:
        native["keywords"] = [_native_keyword(layer, item, currency) for item in args["keywords"]]
    return _write(layer, ad_set, f"{verb}_keywords", before=None, after=args, change=args, detail=native)


def _native_keyword(layer: AdLayer, item: dict[str, Any], currency: str) -> dict[str, Any]:
    bid = item.get("bidAmountCents")
    rest = {name: value for name, value in item.items() if name != "bidAmountCents"}
    return rest if bid is None else {**rest, "bidAmount": platforms.money(layer, bid, currency)}


def create(actor: Actor, layer: AdLayer, args: dict[str, Any], currency: str) -> Write:
    """`args`: the body as it was sent. The campaign gets its id now, so that a waiting one can be spoken of."""
    wanted = args["budget"]
    organization_id = actor.organization_of(layer)
    by = {
        "actorType": actor.kind,
        "organizationId": None if organization_id is None else str(organization_id),
        "apiKeyId": None if actor.key is None else str(actor.key.pk),
    }
    asked = authority_of(args)
    return Write(
        layer=layer,
        campaign=None,
        action_type="create_campaign",
        entity_type="campaign",
        entity_id=ids.show("campaign", ids.new_ulid()),
        entity_name=args["name"],
        axis=axis_of("create_campaign"),
        before=None,
        after={"name": args["name"], "outcome": args["outcome"], **wanted, "authority": asked},
        change={**args, "by": by},
        detail={
            **platforms.objective(layer, args["outcome"]),
            **platforms.budget(layer, wanted.get(DAILY), wanted.get(LIFETIME), currency),
        },
        refusal=lambda: "authority_escalation" if raises(layer, None, asked) else None,
    )
