"""What an allowed or approved change does to campaigns, ad sets, ads, creatives and keywords.

One table: the kind of change to the function that makes it. `apply` is called at once on auto, by the optimizer's
tick after an approval. contract/ads.md, 1 and 4.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model

from sandbox import clock, ids
from sandbox.models import Ad, AdLayer, AdSet, Campaign, Keyword
from sandbox.models.ads import EntityStatus
from sandbox.rules import creatives, launching, platforms, wordlist
from sandbox.rules.platforms import Entity, PlatformRefused

MODELS: Final[dict[str, type[Campaign] | type[AdSet] | type[Ad] | type[Keyword]]] = {
    "campaign": Campaign,
    "adset": AdSet,
    "ad": Ad,
    "keyword": Keyword,
}
_KINDS: Final = {"campaign": "campaign", "adset": "ad_set", "ad": "ad", "keyword": "keyword"}
_PARENTS: Final = {
    "campaign": ("account",),
    "adset": ("campaign__account",),
    "ad": ("ad_set__campaign__account",),
    "keyword": ("ad_set__campaign__account",),
}
#: Keys of a budget change.
DAILY, LIFETIME = "dailyBudgetCents", "lifetimeBudgetCents"


@dataclass(frozen=True)
class Asked:
    """A change, whoever asked for it. `entity_id` has its prefix; `args` is what the action's function reads."""

    layer: AdLayer
    action_type: str
    entity_type: str
    entity_id: str
    args: dict[str, Any]
    #: By an lp_test_ key: no platform is called.
    is_test: bool = False


def show_id(entity_type: str, bare: str) -> str:
    return ids.show(_KINDS[entity_type], bare)


def check(asked: Asked) -> None:
    """The safety checks before anything happens or is queued. Raises creatives.UnsafeWrite."""
    added, removed = _creatives(asked.args)
    if added is not None:
        creatives.check_addable(asked.layer, added)
    elif removed is not None:
        creatives.check_removable(_ad(asked), removed)


def apply(asked: Asked) -> list[dict[str, Any]] | None:
    """Makes the change; outcomes of its items when it is about several. Raises PlatformRefused or UnsafeWrite."""
    if asked.action_type == "create_campaign":
        account = launching.account_of(asked.layer, asked.args)
        platforms.ask(asked.layer, account, None, asked.args, asked.is_test)
        launching.create(asked.layer, account, asked.entity_id, asked.args)
        return None
    entity = _locked(asked)
    platforms.ask(asked.layer, _account(entity), entity, asked.args, asked.is_test)
    check(asked)
    effect = _EFFECTS.get(asked.action_type)
    if effect is None:
        raise PlatformRefused("unknown_action", f"The platform knows no {asked.action_type}.")
    return effect(entity, asked.args)


def _creatives(args: dict[str, Any]) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """(added, removed)."""
    added, removed = args.get("add"), args.get("remove")
    return None if added is None else uuid.UUID(added), None if removed is None else uuid.UUID(removed)


def _locked(asked: Asked) -> Entity:
    """The row that is changed, held until the end of the transaction."""
    bare = ids.parse_ulid(_KINDS[asked.entity_type], asked.entity_id)
    parents = _PARENTS[asked.entity_type]
    rows = MODELS[asked.entity_type]._default_manager.select_for_update(of=("self",)).select_related(*parents)
    found = rows.filter(pk=bare).first()
    if found is None:
        raise PlatformRefused("entity_missing", f"The {asked.entity_type} no longer exists on the platform.")
    return found


def _ad(asked: Asked) -> Ad:
    entity = _locked(asked)
    if not isinstance(entity, Ad):
        raise PlatformRefused("no_ads", "Only ads have creatives.")
    return entity


def _account(entity: Entity) -> Any:
    if isinstance(entity, Campaign):
        return entity.account
    return entity.campaign.account if isinstance(entity, AdSet) else entity.ad_set.campaign.account


def _save(entity: Model, **values: Any) -> None:
    for name, value in values.items():
        setattr(entity, name, value)
    names = list(values)
    if hasattr(entity, "updated_at"):
        entity.updated_at = clock.now()
        names.append("updated_at")
    entity.save(update_fields=names)


# --- the effects


def _set_budget(entity: Entity, args: dict[str, Any]) -> None:
    """Exactly one of the two; the other one ends."""
    wanted = args["budget"]
    _save(entity, daily_budget_cents=wanted.get(DAILY), lifetime_budget_cents=wanted.get(LIFETIME))


def _set_status(wanted: EntityStatus) -> Callable[[Entity, dict[str, Any]], None]:
    return lambda entity, _args: _save(entity, status=wanted)


def _set_targeting(entity: Entity, args: dict[str, Any]) -> None:
    """Partial: what is not sent stays, an age range as a whole."""
    _save(entity, targeting={**(entity.targeting or {}), **args["targeting"]})  # type: ignore[union-attr]


def _set_schedule(entity: Entity, args: dict[str, Any]) -> None:
    wanted = launching.times(args["schedule"])
    if "dayparts" in args["schedule"]:
        wanted["dayparts"] = args["schedule"]["dayparts"]
    _save(entity, **wanted)


def _set_keyword_bid(entity: Entity, args: dict[str, Any]) -> None:
    _save(entity, bid_cents=args["bidCents"])


def _copy(entity: Entity, args: dict[str, Any]) -> None:
    """A second ad set like this one, under a name and a budget of its own."""
    entity.pk = ids.new_ulid()
    entity._state.adding = True
    moment = clock.now()
    _named = {"name": args["name"], "daily_budget_cents": args[DAILY], "created_at": moment, "updated_at": moment}
    for name, value in _named.items():
        setattr(entity, name, value)
    entity.save(force_insert=True)


def _change_creatives(entity: Entity, args: dict[str, Any]) -> None:
    """`add`, `remove` or both at once: one mutation."""
    if not isinstance(entity, Ad):
        raise PlatformRefused("no_ads", "Only ads have creatives.")
    added, removed = _creatives(args)
    if added is not None:
        creatives.add(entity, added, args.get("caption"))
    if removed is not None:
        creatives.remove(entity, removed)


Effect = Callable[[Any, dict[str, Any]], list[dict[str, Any]] | None]
_EFFECTS: Final[dict[str, Effect]] = {
    "update_budget": _set_budget,
    "update_targeting": _set_targeting,
    "update_schedule": _set_schedule,
    "update_keyword_bid": _set_keyword_bid,
    "duplicate_adset": _copy,
    "push_creative": _change_creatives,
    "replace_creative": _change_creatives,
    "prune_creative": _change_creatives,
    "add_keywords": wordlist.add,
    "update_keywords": wordlist.update,
    "remove_keywords": wordlist.remove,
    **{
        f"{verb}_{kind}": _set_status(wanted)
        for verb, wanted in (
            ("pause", EntityStatus.PAUSED),
            ("resume", EntityStatus.ACTIVE),
            ("delete", EntityStatus.DELETED),
        )
        for kind in ("campaign", "adset", "ad")
    },
}
