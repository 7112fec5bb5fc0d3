"""A customer's ads, made for one test through the API and the customer's own buttons."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx

from tests.sandbox.api import Api, bare
from tests.sandbox.making import made, new_child, new_project
from tests.sandbox.receiver import receiver

MODES = ("off", "draft", "auto")
EVENTS = [
    *(f"ads.account.{what}" for what in ("connected", "disconnected", "token_expired")),
    *("ads.optimizer.action", "ads.optimizer.run.completed", "ads.write.executed", "ads.write.denied"),
    *("ads.creative.flagged", "ads.creative.unlocked", "ads.policy.violation", "ads.budget.cap_exceeded"),
    *(f"approval.{what}" for what in ("dispatched", "dispatch_failed", "approved", "disapproved")),
]
DAILY = {"dailyBudgetCents": 5_000}


@dataclass
class Layer:
    """One platform of a project of a customer of its own. Consent given, an account connected, every axis on auto."""

    api: Api
    child: str
    project: str
    platform: str
    id: str = ""
    account: str = ""
    campaigns: int = field(default=0)

    @property
    def ads(self) -> str:
        return f"/v1/projects/{self.project}/ads"

    @property
    def path(self) -> str:
        return f"{self.ads}/{self.platform}"

    # --- calls

    def call(self, method: str, path: str, **rest: Any) -> httpx.Response:
        """`path` below the project's ads, or a whole one."""
        return self.api.call(method, path if path.startswith("/v1") else f"{self.ads}/{path}", child=self.child, **rest)

    def get(self, path: str, **rest: Any) -> Any:
        return made(self.call("GET", path, **rest), 200)

    def write(self, method: str, path: str, **rest: Any) -> httpx.Response:
        """A write below the platform."""
        return self.call(method, f"{self.platform}/{path}", **rest)

    def deed(self, name: str, **fields: Any) -> dict[str, Any]:
        return self.api.control(f"customer/{name}", **fields)

    def on_layer(self, name: str, **fields: Any) -> dict[str, Any]:
        return self.deed(name, layerId=self.id, **fields)

    def set_modes(self, campaign: str | None = None, **modes: str) -> None:
        """The customer's choice for the layer, or for one campaign."""
        owner = {"campaignId": campaign} if campaign else {"layerId": self.id}
        self.deed("set-authority", **owner, **modes)

    # --- things

    def campaign(self, mode: str = "autopilot", **more: Any) -> str:
        """Id of a campaign made through the API; its authority is the mode on every axis."""
        self.campaigns += 1
        body = {
            "adAccountId": self.account,
            "name": f"Campaign {self.campaigns}",
            "outcome": "conversions",
            "campaignManagementMode": mode,
            "creativeMode": mode,
            **({} if "lifetimeBudgetCents" in more else DAILY),
            **more,
        }
        read: str = made(self.write("POST", "campaigns", json=body), 202)["campaignId"]
        return read

    def show(self, campaign: str) -> Any:
        return self.get(f"{self.platform}/campaigns/{campaign}")

    def ad_set(self, campaign: str) -> Any:
        return self.get("adsets", params={"campaignId": campaign})["items"][0]

    def ad(self, campaign: str) -> Any:
        return self.get("ads", params={"campaignId": campaign})["items"][0]

    def creative(self) -> str:
        """An adc_ id: a finished container, copied from one of the world because making one takes minutes."""
        new = uuid.uuid4()
        now = self.api.client.get("/_sandbox/clock").json()["now"]
        self.api.sql(
            "insert into sandbox_container select (jsonb_populate_record(c, jsonb_build_object("
            "'id', %s::text, 'project_id', %s::text, 'job_id', null, 'status', 'completed', 'created_at', %s::text, "
            "'completed_at', %s::text, 'approval_status', 'approved', 'ads_enrollment', null))).* "
            "from sandbox_container c where status = 'completed' and creative_type = 'generated' limit 1",
            *(str(new), bare(self.project), now, now),
        )
        return f"adc_{new}"

    def to_tick(self) -> None:
        """On to the next of 00, 06, 12, 18 UTC, which has happened when this returns."""
        now = datetime.fromisoformat(self.api.client.get("/_sandbox/clock").json()["now"])
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self.api.advance(seconds=(day + timedelta(hours=now.hour // 6 * 6 + 6) - now).total_seconds() + 1)

    def pass_reviews(self) -> None:
        """The platform approves every creative it looks at; left alone it refuses one in twelve."""
        for row in self.get("meta/reviews", params={"status": "pending_review"})["items"]:
            self.deed("decide-review", reviewId=row["reviewId"], approved=True)

    def queued(self, campaign: str, cents: int = 6_000) -> str:
        """Id of an action that waits, made by a budget change on a draft axis."""
        self.set_modes(campaign, tactical="draft")
        answer = self.write("PATCH", f"campaigns/{campaign}/budget", json={"dailyBudgetCents": cents})
        read: str = made(answer, 202)["pendingId"]
        return read

    def action(self, pending_id: str) -> Any:
        rows = self.api.all(f"{self.path}/pending", child=self.child, params={"status": list(STATUSES)})
        return next(row for row in rows if row["pendingId"] == pending_id)

    # --- what happened

    def listen(self) -> None:
        """Events are kept from now on."""
        body = {"url": _ear(), "events": EVENTS}
        made(self.api.post("/v1/webhook-endpoints", child=self.child, json=body))

    def events(self, event_type: str) -> list[dict[str, Any]]:
        """The data of each, the oldest first."""
        rows = self.api.sql(
            "select payload->'data' from sandbox_webhookdelivery d join sandbox_webhookendpoint e on d.endpoint_id = "
            "e.id where e.organization_id = %s and d.event_type = %s order by d.created_at, d.event_id",
            bare(self.child),
            event_type,
        )
        return [row[0] for row in rows]

    def verdicts(self) -> list[dict[str, Any]]:
        """The `data` of every row of the log that holds a verdict."""
        rows = self.api.all("/v1/audit-log", child=self.child, params={"limit": 200})
        return [row["data"] for row in rows if "verdictId" in row["data"]]


#: Never left: a test that ends early must not close it for the others.
_EAR = receiver()


@cache
def _ear() -> str:
    """Somebody who takes every event: an endpoint that fails too often is paused."""
    return _EAR.__enter__().url


STATUSES = ("pending", "approved", "rejected", "dispatched", "dispatch_failed")


def new_layer(api: Api, platform: str = "meta", child: str | None = None, project: str | None = None) -> Layer:
    child = child or new_child(api)
    project = project or new_project(api, child, appDescription=None)
    layer = Layer(api, child, project, platform)
    layer.id = layer.deed("give-consent", projectId=project, platform=platform)["layerId"]
    layer.account = layer.deed("connect-account", projectId=project, platform=platform)["adAccountId"]
    layer.set_modes(creative="auto", tactical="auto", structural="auto")
    return layer


def body(answer: httpx.Response, status: int = 202) -> dict[str, Any]:
    return made(answer, status)


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    """(status, code, details.reason)."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("details", {}).get("reason", "")
