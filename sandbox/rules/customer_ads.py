"""What only a customer or a platform can do to ads. No key of a partner reaches any of it (contract/ads.md, 2, 5, 10).

Each function is one transaction with its audit rows and events. What is already so is left as it is, without a trace.
Decisions on a pending action raise 409 CONFLICT when it is decided, as they do for a partner.
"""

from django.db import transaction

from sandbox.models import AdAccount, AdLayer, AdReview, Campaign, Container, PendingAction, Project


@transaction.atomic
def trip_kill_switch(layer: AdLayer, comment: str | None = None) -> None: ...


@transaction.atomic
def release_kill_switch(layer: AdLayer, comment: str | None = None) -> None: ...


@transaction.atomic
def give_consent(project: Project, platform: str) -> AdLayer:
    """Partners may write to this platform of the project. Makes the layer when there is none. `platform`: meta, ..."""
    ...


@transaction.atomic
def withdraw_consent(layer: AdLayer) -> None: ...


@transaction.atomic
def allow_partner_policy(layer: AdLayer, allowed: bool) -> None:
    """Whether partners may change the defaults of this layer."""
    ...


@transaction.atomic
def set_authority(
    owner: AdLayer | Campaign,
    *,
    creative: str | None = None,
    tactical: str | None = None,
    structural: str | None = None,
) -> None:
    """The customer changes a layer's defaults or pins a campaign; axes left out stay."""
    ...


@transaction.atomic
def approve(action: PendingAction, comment: str | None = None) -> None: ...


@transaction.atomic
def reject(action: PendingAction, reason: str) -> None: ...


@transaction.atomic
def connect_account(project: Project, platform: str) -> AdAccount:
    """The layer's account becomes usable again, or a new one is connected."""
    ...


@transaction.atomic
def disconnect_account(account: AdAccount) -> None: ...


@transaction.atomic
def expire_token(account: AdAccount) -> None: ...


@transaction.atomic
def decide_review(review: AdReview, *, approved: bool, reason: str | None = None) -> None:
    """The platform's verdict on an ad. `reason` goes with a disapproval."""
    ...


@transaction.atomic
def flag_creative(layer: AdLayer, creative: Container, reason: str) -> None:
    """Layers' reviewers lock a creative on one layer."""
    ...


@transaction.atomic
def unlock_creative(layer: AdLayer, creative: Container, comment: str | None = None) -> None: ...


@transaction.atomic
def report_violation(layer: AdLayer, entity_id: str | None, reason: str) -> None:
    """The platform tells of a breach of its policy. `entity_id` as the API prints it."""
    ...


@transaction.atomic
def report_budget_cap(layer: AdLayer, campaign: Campaign, cap_cents: int, attempted_cents: int) -> None: ...
