"""The audit log of the last thirty days: what people and keys did in this world, verdicts above all."""

from datetime import datetime, timedelta
from typing import Any

from sandbox import ids
from sandbox.models import ApiKey, AuditEvent, Campaign, Container, Organization, PendingAction
from sandbox.rules.gate import Axis, Verdict, authority, axis_of, subject
from sandbox.world.advertising import KILLED_HOURS_AGO, Advertising
from sandbox.world.chance import Chance
from sandbox.world.creations import Creations
from sandbox.world.ledgers import Books
from sandbox.world.people import People, Tenant, decided_by, show_org
from sandbox.world.plan import Plan, Status

DAYS = 30
#: A blocked or allowed write: (axis, what was asked, from, to).
WRITES: tuple[tuple[Axis, str, dict[str, Any], dict[str, Any]], ...] = (
    ("tactical", "update_budget", {"dailyBudgetCents": 4_000}, {"dailyBudgetCents": 5_500}),
    ("tactical", "update_budget", {"dailyBudgetCents": 12_000}, {"dailyBudgetCents": 15_000}),
    ("tactical", "update_targeting", {"ageMin": 18}, {"ageMin": 25}),
    ("tactical", "update_schedule", {"hours": "00:00-24:00"}, {"hours": "17:00-23:00"}),
    ("creative", "push_creative", {"creatives": 3}, {"creatives": 4}),
    ("creative", "replace_creative", {"creatives": 4}, {"creatives": 4}),
    ("structural", "pause_campaign", {"status": "active"}, {"status": "paused"}),
    ("structural", "pause_adset", {"status": "active"}, {"status": "paused"}),
    ("structural", "delete_campaign", {"status": "paused"}, {"status": "deleted"}),
)
READS = (
    "/v1/projects",
    "/v1/credits",
    "/v1/credits/events",
    "/v1/projects/{project}",
    "/v1/projects/{project}/content",
    "/v1/projects/{project}/content-review-policy",
    "/v1/projects/{project}/ads/campaigns",
)


class Diary:
    def __init__(self, chance: Chance, people: People) -> None:
        self.chance = chance
        self.people = people
        self.events: list[AuditEvent] = []
        self.tenant_by_org: dict[Any, Tenant] = {tenant.organization.pk: tenant for tenant in people.tenants}
        self.since = chance.ago(days=DAYS)

    # --- ways to write a row

    def _row(
        self,
        organization: Organization,
        moment: datetime,
        event_type: str,
        data: dict[str, Any],
        project_id: Any = None,
        key: ApiKey | None = None,
        actor: str = "partner_api",
    ) -> None:
        """A row by a key, or by the customer or the system when there is none. Older than thirty days: left out."""
        if not self.since <= moment <= self.chance.now:
            return
        by_key = key is not None
        self.events.append(
            AuditEvent(
                event_id=self.chance.uuid(),
                organization=organization,
                event_type=event_type,
                occurred_at=Chance.cut(moment),
                request_id=f"req_{self.chance.ulid(moment)}" if by_key else None,
                project_id=project_id,
                api_key_id=key.pk if key else None,
                actor=actor,
                actor_type="partner" if by_key else {"customer": "user"}.get(actor, actor),
                actor_organization_id=key.organization_id if key else None,
                actor_api_key_id=key.pk if key else None,
                data=data,
            )
        )

    def _key_for(self, tenant: Tenant) -> ApiKey:
        """Mostly the partner's own key, acting for the child; sometimes the child's."""
        return self.people.parent_key if self.chance.happens(0.8) else tenant.key

    # --- what happened

    def decisions(self, made: Creations) -> None:
        by_parent = decided_by(self.people.parent_key)
        for container in made.containers:
            if container.decided_at is None:
                continue
            tenant = self.tenant_by_org[container.project.organization_id]
            rejected = container.approval_status == Container.Approval.REJECTED
            self._row(
                tenant.organization,
                container.decided_at,
                f"content.{container.approval_status}",
                {
                    "containerId": ids.show("container", container.pk),
                    "approvalStatus": container.approval_status,
                    ("reason" if rejected else "note"): container.decision_note,
                },
                container.project_id,
                self.people.parent_key if container.decided_by == by_parent else tenant.key,
            )

    def money(self, books: Books) -> None:
        for moment, child, amount, transfer_id in books.transfers:
            kind = "credits.allocated" if amount > 0 else "credits.reclaimed"
            data = {
                "transferId": ids.show("transfer", transfer_id),
                "credits": abs(amount),
                "organizationId": show_org(child),
            }
            for organization in (self.people.parent, child):
                self._row(organization, moment, kind, data, key=self.people.parent_key)
        for wallet in books.wallets:
            if wallet.organization.parent_id is not None and (wallet.monthly_credit_cap or wallet.refill_amount):
                after = {
                    "monthlyCreditCap": wallet.monthly_credit_cap,
                    "refillThreshold": wallet.refill_threshold,
                    "refillAmount": wallet.refill_amount,
                    "autoRefillEnabled": wallet.auto_refill_enabled,
                }
                before = {**after, "monthlyCreditCap": None}
                moment = self.chance.ago(days=self.chance.random.uniform(1, 60))
                self._row(
                    wallet.organization,
                    moment,
                    "credit_config.updated",
                    {"from": before, "to": after},
                    key=self.people.parent_key,
                )

    def organizations(self) -> None:
        for tenant in self.people.tenants:
            organization = tenant.organization
            if tenant.customer.status == Status.SUSPENDED:
                data = {"from": "active", "to": "suspended"}
                self._row(
                    organization, organization.updated_at, "organization.suspended", data, key=self.people.parent_key
                )

    def verdicts(self, ads: Advertising, count: int) -> None:
        """Gate decisions that follow from each campaign's own authority."""
        for _ in range(count):
            campaign = self.chance.pick(ads.campaigns)
            axis, action_type, before, after = self.chance.pick(WRITES)
            moment = self.chance.between(self.since, self.chance.ago(hours=KILLED_HOURS_AGO + 1))
            mode = authority(campaign.layer, campaign)[axis]
            verdict = {
                "off": Verdict(self.chance.uuid(), "deny", axis, "authority_axis_off"),
                "draft": Verdict(self.chance.uuid(), "queue_for_approval", axis, "authority_axis_draft"),
                "auto": Verdict(self.chance.uuid(), "allow", axis, None),
            }[mode]
            self._verdict(campaign, verdict, moment, {"actionType": action_type, "from": before, "to": after})

    def _verdict(
        self,
        campaign: Campaign,
        verdict: Verdict,
        moment: datetime,
        change: dict[str, Any],
        pending_id: str | None = None,
    ) -> None:
        layer = campaign.layer
        tenant = self.tenant_by_org[layer.project.organization_id]
        data = verdict.data(layer, campaign, change)
        if pending_id is not None:
            data["pendingId"] = pending_id
        self._row(tenant.organization, moment, verdict.event_type, data, layer.project_id, self._key_for(tenant))

    def kill_switch(self, ads: Advertising) -> None:
        """Pulled by the customer; every write since then was denied, whatever its axis."""
        if ads.killed is None:
            return
        layer = ads.killed
        tenant = self.tenant_by_org[layer.project.organization_id]
        tripped = self.chance.ago(hours=KILLED_HOURS_AGO)
        self._row(
            tenant.organization,
            tripped,
            "kill_switch.tripped",
            {**subject(layer, None), "comment": "Wrong price in the new creative. Stop everything."},
            layer.project_id,
            actor="customer",
        )
        campaigns = [campaign for campaign in ads.campaigns if campaign.layer is layer]
        for _ in range(9):
            axis, action_type, before, after = self.chance.pick(WRITES)
            self._verdict(
                self.chance.pick(campaigns),
                Verdict(self.chance.uuid(), "deny", axis, "kill_switch_active"),
                self.chance.between(tripped, self.chance.now),
                {"actionType": action_type, "from": before, "to": after},
            )
        # And an older alarm that is over.
        past = self.chance.pick([other for other in ads.layers if other is not layer])
        owner = self.tenant_by_org[past.project.organization_id].organization
        pulled = self.chance.ago(days=self.chance.random.uniform(8, 20))
        for moment, kind in ((pulled, "tripped"), (pulled + timedelta(hours=19), "released")):
            self._row(owner, moment, f"kill_switch.{kind}", subject(past, None), past.project_id, actor="customer")

    def queue(self, actions: list[PendingAction]) -> None:
        """What put an action into the queue, and what was decided about it."""
        for action in actions:
            campaign = action.campaign
            if campaign is None:
                continue
            pending_id = ids.show("pending", action.pk)
            change = {"actionType": action.action_type, "from": action.current_value, "to": action.new_value}
            if self.chance.happens(0.5):
                axis = axis_of(action.action_type)
                verdict = Verdict(self.chance.uuid(), "queue_for_approval", axis, "authority_axis_draft")
                self._verdict(campaign, verdict, action.created_at, change, pending_id)
            if action.decided_at is not None:
                self._decision(action, campaign, pending_id, change)

    def _decision(self, action: PendingAction, campaign: Campaign, pending_id: str, change: dict[str, Any]) -> None:
        layer = campaign.layer
        tenant = self.tenant_by_org[layer.project.organization_id]
        rejected = action.status == PendingAction.Status.REJECTED
        words = (
            {"reason": self.chance.pick(("Client froze budgets until next month.", "Too big a step.", "Wrong market."))}
            if rejected
            else {"comment": self.chance.pick((None, "Fits the plan.", "Agreed with the client."))}
        )
        self._row(
            tenant.organization,
            action.decided_at or action.created_at,
            "ads.pending.rejected" if rejected else "ads.pending.approved",
            {
                "verdictId": str(self.chance.uuid()),
                "decision": "allow",
                "pendingId": pending_id,
                "actionType": action.action_type,
                **subject(layer, campaign),
                "change": {"from": change["from"], "to": change["to"]},
                **words,
            },
            layer.project_id,
            self._key_for(tenant),
        )

    def requests(self, count: int) -> None:
        """Reads and the refusals among them, until the log has the size the plan asks for."""
        for _ in range(max(0, count)):
            tenant = self.chance.pick(self.people.tenants)
            project = self.chance.pick(tenant.projects)
            moment = self.chance.between(self.since, self.chance.now)
            path = self.chance.pick(READS).format(project=ids.show("project", project.pk))
            key = self._key_for(tenant)
            attempt = {"path": path, "method": "GET"}
            if self.chance.happens(0.02):
                data = {**attempt, "requiredScope": "ads:write:budgets"}
                self._row(tenant.organization, moment, "auth.scope_denied", data, key=tenant.key)
            elif self.chance.happens(0.01):
                data = {**attempt, "reason": "This key was revoked."}
                self._row(tenant.organization, moment, "auth.key_rejected", data, key=tenant.key)
            else:
                project_id = project.pk if "/projects/" in path else None
                self._row(tenant.organization, moment, "api.request", {**attempt, "status": 200}, project_id, key)


def build(
    chance: Chance,
    plan: Plan,
    people: People,
    made: Creations,
    books: Books,
    ads: Advertising,
    actions: list[PendingAction],
) -> list[AuditEvent]:
    diary = Diary(chance, people)
    diary.organizations()
    diary.money(books)
    diary.verdicts(ads, plan.audit_rows // 7)
    diary.kill_switch(ads)
    diary.queue(actions)
    diary.decisions(made)
    diary.requests(plan.audit_rows - len(diary.events))
    return diary.events
