"""A gate decision always leaves exactly one verdict: every write, in every mode, under every switch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import httpx
import psycopg
import pytest

from tests.sandbox.ads import DAILY, MODES, Layer, new_layer
from tests.sandbox.api import Api, bare

Case = tuple[str, str, str]
SWITCHES = ("none", "kill", "consent", "policy")
REASON = {"kill": "kill_switch_active", "consent": "partner_consent_missing", "policy": "partner_policy_refused"}
ALLOWED = {"off": "deny", "draft": "queue_for_approval", "auto": "allow"}


@dataclass
class Stage:
    """A layer with one of everything, put back before each case."""

    layer: Layer
    campaign: str
    ad_set: str
    ad: str
    shown: str
    spare: str

    @cached_property
    def database(self) -> psycopg.Connection[tuple[Any, ...]]:
        """One connection for the hundreds of cases."""
        return psycopg.connect(self.layer.api.database_url, autocommit=True)

    def sql(self, statement: str, *params: Any) -> list[tuple[Any, ...]]:
        cursor = self.database.execute(statement.encode(), params)
        return cursor.fetchall() if cursor.description else []

    def set(self, mode: str, switch: str) -> None:
        self.sql(
            "update sandbox_adlayer set creative = %s, tactical = %s, structural = %s, kill_switch = %s, "
            "partner_consent = %s, partner_may_set_policy = %s where id = %s",
            *(mode, mode, mode, switch == "kill", switch != "consent", switch != "policy", bare(self.layer.id)),
        )
        self.sql(
            "update sandbox_campaign set creative = %s, tactical = %s, structural = %s, status = 'active', "
            "budget_mode = null where id = %s",
            *(mode, mode, mode, bare(self.campaign)),
        )
        self.sql("update sandbox_adset set status = 'active' where id = %s", bare(self.ad_set))
        if self.ad:
            self.sql("update sandbox_ad set status = 'active' where id = %s", bare(self.ad))
            self.sql("delete from sandbox_rotation where ad_id = %s", bare(self.ad))
            for creative in (self.shown, self.spare):
                self.sql(
                    "insert into sandbox_rotation (ad_id, creative_id, added_at) values (%s, %s, now())",
                    *(bare(self.ad), bare(creative)),
                )

    def verdicts(self) -> dict[str, dict[str, Any]]:
        """By id; a second row with the same one would be an error of its own."""
        rows = self.sql(
            "select data from sandbox_auditevent where organization_id = %s and data ? 'verdictId'",
            bare(self.layer.child),
        )
        found = {row[0]["verdictId"]: row[0] for row in rows}
        assert len(found) == len(rows)
        return found


def stage(api: Api, platform: str) -> Stage:
    layer = new_layer(api, platform)
    campaign = layer.campaign()
    apple = platform == "apple"
    return Stage(
        layer,
        campaign,
        layer.ad_set(campaign)["adsetId"],
        "" if apple else layer.ad(campaign)["adId"],
        layer.creative(),
        layer.creative(),
    )


def _create(at: Stage) -> httpx.Response:
    modes = {"campaignManagementMode": "manual", "creativeMode": "manual"}
    sent = {"adAccountId": at.layer.account, "name": "One more", "outcome": "traffic", **DAILY, **modes}
    return at.layer.write("POST", "campaigns", json=sent)


def _on(kind: str, method: str, path: str, **rest: Any) -> Callable[[Stage], httpx.Response]:
    return lambda at: at.layer.write(
        method, path.format(at.campaign if kind == "campaigns" else at.ad_set if kind == "adsets" else at.ad), **rest
    )


def _creative(method: str, which: str) -> Callable[[Stage], httpx.Response]:
    return lambda at: at.layer.write(method, f"ads/{at.ad}/creative", json={"adsContentId": getattr(at, which)})


def _start(path: str) -> Callable[[Stage], httpx.Response]:
    return lambda at: at.layer.write("POST", path, json={"layerId": at.layer.id})


def _keywords(method: str, sent: dict[str, Any]) -> Callable[[Stage], httpx.Response]:
    return lambda at: at.layer.call(method, f"apple/adgroups/{at.ad_set}/keywords", json=sent)


def _lifecycle(kind: str) -> Iterator[tuple[str, tuple[str, Callable[[Stage], httpx.Response]]]]:
    for verb, method, tail in (("pause", "POST", "/pause"), ("resume", "POST", "/resume"), ("delete", "DELETE", "")):
        yield f"{verb} {kind}", ("structural", _on(kind, method, f"{kind}/{{}}{tail}"))


WORD = {"text": "tea", "matchType": "exact", "bidAmountCents": 90}
NOBODY = f"kw_{'0' * 26}"
#: What is written: (axis that judges it, how).
WRITES: dict[str, tuple[str, Callable[[Stage], httpx.Response]]] = {
    "create": ("structural", _create),
    "campaign budget": ("tactical", _on("campaigns", "PATCH", "campaigns/{}/budget", json=DAILY)),
    "ad set budget": ("tactical", _on("adsets", "PATCH", "adsets/{}/budget", json=DAILY)),
    "targeting": ("tactical", _on("adsets", "PATCH", "adsets/{}/targeting", json={"geo": ["DE"]})),
    "schedule": ("tactical", _on("adsets", "PATCH", "adsets/{}/schedule", json={"endTime": "2098-01-01T00:00:00Z"})),
    **dict(entry for kind in ("campaigns", "adsets", "ads") for entry in _lifecycle(kind)),
    "push": ("creative", _creative("POST", "spare")),
    "replace": ("creative", _creative("PUT", "spare")),
    "prune": ("creative", _creative("DELETE", "spare")),
    "authority": (
        "policy",
        _on("campaigns", "PATCH", "campaigns/{}/authority", json={"authority": {"creative": "off"}}),
    ),
    "defaults": ("defaults", lambda at: at.layer.write("PATCH", "defaults", json={"defaults": {"creative": "off"}})),
    "refresh": ("start", _start("content-refresh")),
    "disable": ("start", _start("disable-underperforming")),
    "write classes": (
        "defaults",
        lambda at: at.layer.call(
            "PATCH", f"/v1/layers/{at.layer.id}/optimizer/write-classes", json={"writeClasses": {"budget": True}}
        ),
    ),
}
#: What no axis judges, and the status of its success.
NO_AXIS = {"policy": 200, "defaults": 200, "start": 202}
KEYWORDS = {
    "add keywords": ("creative", _keywords("POST", {"keywords": [WORD]})),
    "update keywords": ("creative", _keywords("PUT", {"keywords": [{"keywordId": NOBODY, "status": "paused"}]})),
    "remove keywords": ("creative", _keywords("DELETE", {"keywordIds": [NOBODY]})),
}


def expected(axis: str, mode: str, switch: str) -> tuple[str, str | None]:
    """(decision, reason of a denial)."""
    if switch in {"kill", "consent"} or (switch == "policy" and axis == "defaults"):
        return "deny", REASON[switch]
    if axis in NO_AXIS:
        return "allow", None
    return ALLOWED[mode], "authority_axis_off" if mode == "off" else None


@pytest.mark.parametrize(
    ("platform", "writes"), [("meta", WRITES), ("apple", KEYWORDS)], ids=["campaigns and ads", "keywords"]
)
def test_every_write_leaves_exactly_one(api: Api, platform: str, writes: dict[str, Any]) -> None:
    at = stage(api, platform)
    seen = len(at.verdicts())
    for name, mode, switch in product(writes, MODES, SWITCHES):
        axis, call = writes[name]
        at.set(mode, switch)
        answer = call(at)
        decision, reason = expected(axis, mode, switch)
        case: Case = (name, mode, switch)
        denied = decision == "deny"
        assert answer.status_code == (403 if denied else NO_AXIS.get(axis, 202)), (case, answer.text)
        given = answer.json()["error"]["details"] if denied else answer.json()
        verdicts = at.verdicts()
        assert len(verdicts) == seen + 1, case
        seen = len(verdicts)
        row = verdicts[given["verdictId"]]
        assert (row["decision"], given.get("reason")) == (decision, reason), case
        assert row["axis"] == (None if axis in NO_AXIS else axis), case
