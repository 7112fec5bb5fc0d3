"""Accounts, what was and will be posted on them, and what is parked until a container is approved."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox import ids
from sandbox.models import Container, LeaseRequest, ParkedSchedule, Project, ScheduledPost, SocialAccount
from sandbox.models.social import Platform
from sandbox.rules.accounts import handle_of, token_expiry
from sandbox.rules.publishing import UPLOAD, external_id_of
from sandbox.world.chance import Chance
from sandbox.world.creations import Creations
from sandbox.world.people import ARCHIVED_DAYS_AGO, People, Tenant
from sandbox.world.plan import Plan, Status

#: Added to the world's seed: this part draws from a stream of its own.
STREAM: Final = 1_100
FAILURES: Final = (
    {
        "code": "PLATFORM_ERROR",
        "message": "TikTok answered 503 three times.",
        "platformCode": "spam_risk_too_many_posts",
    },
    {"code": "PLATFORM_ERROR", "message": "The platform took longer than ten minutes.", "platformCode": "timeout"},
    {"code": "PLATFORM_REJECTED", "message": "The sound is not licensed for business accounts."},
)
NO_CONSENT: Final = {"code": "CREDENTIAL_INVALID", "message": "The account is reauth_required."}
#: Of every so many customers one has asked for leased accounts.
LEASING_ONE_IN: Final = 5
LEASE_STATES: Final = ("assigned", "requested", "partial", "rejected")


@dataclass
class Published:
    leases: list[LeaseRequest] = field(default_factory=list)
    accounts: list[SocialAccount] = field(default_factory=list)
    posts: list[ScheduledPost] = field(default_factory=list)
    parked: list[ParkedSchedule] = field(default_factory=list)


def build(plan: Plan, now: datetime, folk: People, made: Creations) -> Published:
    return _Desk(Chance(plan.seed + STREAM, now), folk).build(made)


class _Desk:
    """One instance per seeding."""

    def __init__(self, chance: Chance, folk: People) -> None:
        self.chance = chance
        self.folk = folk
        self.done = Published()
        self.of_project: dict[uuid.UUID, list[SocialAccount]] = defaultdict(list)

    def build(self, made: Creations) -> Published:
        tenant_of: dict[uuid.UUID, Tenant] = {}
        for number, tenant in enumerate(self.folk.tenants):
            for project in tenant.projects:
                tenant_of[project.pk] = tenant
                self._connect(tenant, project)
            if number % LEASING_ONE_IN == 0 and tenant.customer.status == Status.ACTIVE:
                state = LEASE_STATES[number // LEASING_ONE_IN % len(LEASE_STATES)]
                self._lease(tenant, tenant.projects[0], LeaseRequest.Status(state))
        for container in made.containers:
            self._post(tenant_of[container.project_id], container)
        return self.done

    # --- accounts

    def _connect(self, tenant: Tenant, project: Project) -> None:
        platforms = [Platform.TIKTOK]
        if self.chance.happens(0.65):
            platforms.append(Platform.INSTAGRAM)
        for platform in platforms:
            self._account(tenant, project, platform)

    def _account(self, tenant: Tenant, project: Project, platform: Platform) -> None:
        chance = self.chance
        # The last consent, not the first: Instagram's has to be renewed.
        age = chance.random.uniform(2, 50) if platform == Platform.INSTAGRAM else chance.random.uniform(30, 90)
        account = SocialAccount(
            id=chance.uuid(),
            project=project,
            platform=platform,
            handle=handle_of(project),
            connected_at=chance.ago(days=age),
        )
        account.token_expires_at = token_expiry(platform, account.connected_at)
        if tenant.customer.status == Status.ARCHIVED:
            self._end(account, chance.ago(days=ARCHIVED_DAYS_AGO))
        elif platform == Platform.INSTAGRAM and chance.happens(0.18):
            account.connected_at = chance.ago(days=chance.random.uniform(61, 74))
            account.token_expires_at = token_expiry(platform, account.connected_at)
            account.status = SocialAccount.Status.REAUTH_REQUIRED
        elif chance.happens(0.04):
            self._end(account, chance.ago(days=chance.random.uniform(1, 25)))
        self._keep(account)

    def _end(self, account: SocialAccount, moment: datetime) -> None:
        account.status = SocialAccount.Status.DISCONNECTED
        account.disconnected_at = max(moment, account.connected_at)
        account.disconnected_reason = SocialAccount.Reason.REVOKED
        account.token_expires_at = None

    def _keep(self, account: SocialAccount) -> None:
        self.done.accounts.append(account)
        self.of_project[account.project_id].append(account)

    def _lease(self, tenant: Tenant, project: Project, status: LeaseRequest.Status) -> None:
        chance = self.chance
        submitted = chance.ago(
            days=chance.random.uniform(1, 3) if status == "requested" else chance.random.uniform(33, 58)
        )
        request = LeaseRequest(
            id=chance.ulid(submitted),
            project=project,
            status=status,
            count=3 if status == LeaseRequest.Status.PARTIAL else 2,
            niche={"vertical": tenant.text.key, "language": project.primary_language},
            note="No warmed account fits this niche." if status == LeaseRequest.Status.REJECTED else None,
            submitted_at=submitted,
        )
        self.done.leases.append(request)
        if status not in {LeaseRequest.Status.ASSIGNED, LeaseRequest.Status.PARTIAL}:
            return
        request.assigned_at = chance.soon_after(submitted, 600, 2_800)
        for number in range(2):
            self._keep(
                SocialAccount(
                    id=chance.uuid(),
                    project=project,
                    platform=Platform.TIKTOK,
                    handle=f"{handle_of(project)}.daily{number + 1}",
                    lease_request=request,
                    leased=True,
                    connected_at=request.assigned_at,
                )
            )

    # --- posts

    def _post(self, tenant: Tenant, container: Container) -> None:
        chance = self.chance
        if container.status != Container.Status.COMPLETED or container.completed_at is None:
            return
        if container.approval_status == Container.Approval.PENDING:
            if chance.happens(0.12) and tenant.customer.status == Status.ACTIVE:
                self._park(container)
            return
        if container.approval_status == Container.Approval.REJECTED or not chance.happens(0.6):
            return
        ready = container.decided_at or container.completed_at
        wait = chance.random.uniform(2, 40) if chance.happens(0.7) else chance.random.uniform(40, 200)
        moment = _quarter(ready + timedelta(hours=wait))
        accounts = [account for account in self.of_project[container.project_id] if self._reachable(account, moment)]
        for account in chance.some(accounts, 1 if chance.happens(0.65) else 2):
            self._schedule(tenant, container, account, ready, moment)

    def _reachable(self, account: SocialAccount, moment: datetime) -> bool:
        if account.leased and account.connected_at > moment - timedelta(hours=1):
            return False
        return account.disconnected_at is None or moment < account.disconnected_at

    def _schedule(
        self, tenant: Tenant, container: Container, account: SocialAccount, ready: datetime, moment: datetime
    ) -> None:
        chance = self.chance
        asked = chance.between(ready, moment - timedelta(minutes=45))
        post = ScheduledPost(
            id=chance.uuid(),
            project_id=container.project_id,
            container=container,
            social_account=account,
            mode=chance.weighted(("publish", "draft", "managed"), (86, 9, 5)),
            scheduled_for=moment,
            due_at=moment,
            created_at=asked,
            updated_at=asked,
        )
        if chance.happens(0.08):
            post.options = {"captionOverride": f"{container.caption or ''} Link in bio.".strip()}
        roll = chance.random.random()
        held = tenant.customer.status == Status.SUSPENDED and moment > tenant.organization.updated_at
        if roll < 0.03:
            post.status, post.due_at = ScheduledPost.Status.CANCELED, None
            post.canceled_at = post.updated_at = chance.between(asked, min(moment, chance.now))
        elif not held and moment + UPLOAD < chance.now:
            self._finish(post, account, roll)
        self.done.posts.append(post)

    def _finish(self, post: ScheduledPost, account: SocialAccount, roll: float) -> None:
        post.attempted_at, post.due_at = post.scheduled_for, None
        post.updated_at = post.scheduled_for + UPLOAD
        if account.token_expires_at is not None and account.token_expires_at < post.scheduled_for:
            post.status, post.last_error, post.updated_at = ScheduledPost.Status.FAILED, NO_CONSENT, post.attempted_at
        elif roll > 0.95:
            post.status, post.last_error = ScheduledPost.Status.FAILED, self.chance.pick(FAILURES)
        elif post.mode == ScheduledPost.Mode.DRAFT:
            post.status = ScheduledPost.Status.DRAFT
        else:
            post.status, post.published_at = ScheduledPost.Status.PUBLISHED, post.updated_at
            post.external_id = external_id_of(post)

    def _park(self, container: Container) -> None:
        connected = [
            account
            for account in self.of_project[container.project_id]
            if account.status == SocialAccount.Status.CONNECTED
        ]
        moment = _quarter(self.chance.now + timedelta(hours=self.chance.random.uniform(20, 140)))
        if not connected or container.completed_at is None:
            return
        account = self.chance.pick(connected)
        self.done.parked.append(
            ParkedSchedule(
                container=container,
                scheduled_for=moment,
                targets=[{"socialAccountId": ids.show("social_account", account.pk), "mode": "publish"}],
                created_at=self.chance.between(container.completed_at, self.chance.now),
            )
        )


def _quarter(moment: datetime) -> datetime:
    """People schedule at quarters of an hour."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
