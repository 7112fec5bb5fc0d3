"""Keywords of an Apple ad group, in bulk: every item has its own outcome (contract/ads.md, 8)."""

from typing import Any

from sandbox import clock, ids
from sandbox.models import AdSet, Keyword
from sandbox.models.ads import EntityStatus


def add(ad_set: AdSet, args: dict[str, Any]) -> list[dict[str, Any]]:
    """`args["keywords"]`: text, matchType, bidAmountCents, status. One that the group has already fails."""
    taken = {(word.text.casefold(), word.match_type) for word in _of(ad_set)}
    made: list[Keyword] = []
    results: list[dict[str, Any]] = []
    for item in args["keywords"]:
        name = (item["text"].strip().casefold(), item["matchType"])
        if name in taken:
            results.append(_failed(None, "This ad group has this keyword already."))
            continue
        taken.add(name)
        word = Keyword(
            id=ids.new_ulid(),
            ad_set=ad_set,
            text=item["text"].strip(),
            match_type=item["matchType"],
            bid_cents=item["bidAmountCents"],
            status=item.get("status") or EntityStatus.ACTIVE,
            created_at=clock.now(),
        )
        made.append(word)
        results.append(_done(word, "added"))
    Keyword.objects.bulk_create(made)
    return results


def update(ad_set: AdSet, args: dict[str, Any]) -> list[dict[str, Any]]:
    """`args["keywords"]`: keywordId with bidAmountCents, status or both."""
    words = {word.pk: word for word in _of(ad_set).select_for_update()}
    changed: dict[str, Keyword] = {}
    results: list[dict[str, Any]] = []
    for item in args["keywords"]:
        word = words.get(ids.parse_ulid("keyword", item["keywordId"]) or "")
        if word is None:
            results.append(_failed(item["keywordId"], "This ad group has no such keyword."))
            continue
        word.bid_cents = item.get("bidAmountCents") or word.bid_cents
        word.status = item.get("status") or word.status
        changed[word.pk] = word
        results.append(_done(word, "updated"))
    Keyword.objects.bulk_update(changed.values(), ["bid_cents", "status"])
    return results


def remove(ad_set: AdSet, args: dict[str, Any]) -> list[dict[str, Any]]:
    """`args["keywordIds"]`. A removed keyword is kept as deleted, out of reach."""
    words = {word.pk: word for word in _of(ad_set).select_for_update()}
    results: list[dict[str, Any]] = []
    for keyword_id in args["keywordIds"]:
        word = words.pop(ids.parse_ulid("keyword", keyword_id) or "", None)
        if word is None:
            results.append(_failed(keyword_id, "This ad group has no such keyword."))
            continue
        word.status = EntityStatus.DELETED
        word.save(update_fields=["status"])
        results.append(_done(word, "removed"))
    return results


def _of(ad_set: AdSet) -> Any:
    return Keyword.objects.filter(ad_set=ad_set).exclude(status=EntityStatus.DELETED)


def _done(word: Keyword, status: str) -> dict[str, Any]:
    return {"keywordId": ids.show("keyword", word.pk), "status": status, "reason": None}


def _failed(keyword_id: str | None, reason: str) -> dict[str, Any]:
    return {"keywordId": keyword_id, "status": "failed", "reason": reason}
