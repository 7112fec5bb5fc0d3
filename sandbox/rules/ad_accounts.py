"""Ad accounts of a customer: connected by consent, in need of a new one, taken away (contract/ads.md, 5)."""

import hashlib
from datetime import timedelta
from typing import Final

from django.db import transaction

from sandbox import clock, ids
from sandbox.models import AdAccount, AdConsent, AdLayer, ApiKey, Project
from sandbox.rules.actors import CUSTOMER
from sandbox.rules.events import emit
from sandbox.rules.return_urls import with_answer

#: How long an address for connecting works.
LIFETIME: Final = timedelta(minutes=10)
#: How a platform writes its account numbers: what they begin with, and how many digits follow.
_SHAPES: Final[dict[str, tuple[str, int]]] = {
    AdLayer.Platform.META: ("act_", 15),
    AdLayer.Platform.TIKTOK: ("7", 18),
    AdLayer.Platform.APPLE: ("", 7),
}


def layer_for(project: Project, platform: str) -> AdLayer:
    """The project's layer on a platform, made when there is none: every axis on draft, no consent to partners yet."""
    layer, _ = AdLayer.objects.select_for_update().get_or_create(project=project, platform=platform)
    return layer


def connect(project: Project, platform: str) -> AdAccount:
    """Connects again the account whose token is no longer good, or a new one, inside the caller's transaction."""
    layer = layer_for(project, platform)
    moment = clock.now()
    account = layer.accounts.exclude(token_status=AdAccount.Token.VALID).order_by("-connected_at", "-id").first()
    if account is None:
        number = layer.accounts.count() + 1
        account = AdAccount(
            layer=layer,
            external_id=_external(layer, number),
            name=f"{project.name}, {layer.get_platform_display()}{'' if number == 1 else f' {number}'}",
            timezone=project.timezone,
        )
    account.token_status = AdAccount.Token.VALID
    account.token_validated_at = account.connected_at = moment
    account.disconnected_at = None
    account.save()
    _tell(account, "connected")
    return account


def disconnect(account: AdAccount) -> None:
    if account.disconnected_at is None:
        account.disconnected_at = clock.now()
        account.token_status = AdAccount.Token.REVOKED
        account.save(update_fields=["disconnected_at", "token_status"])
        _tell(account, "disconnected")


def expire_token(account: AdAccount) -> None:
    if account.usable:
        account.token_status = AdAccount.Token.EXPIRED
        account.save(update_fields=["token_status"])
        _tell(account, "token_expired")


def _tell(account: AdAccount, what: str) -> None:
    layer = account.layer
    said = {"adAccountId": str(account.pk), "platform": layer.long_name}
    CUSTOMER.record(layer, f"ads.account.{what}", said)
    told = {"projectId": ids.show("project", layer.project_id), **said}
    emit(layer.project.organization_id, f"ads.account.{what}", told, layer.project_id)


def _external(layer: AdLayer, number: int) -> str:
    """A number as that platform writes them; it follows from the layer."""
    drawn = int.from_bytes(hashlib.sha256(f"{layer.project_id} {layer.platform} {number}".encode()).digest()[:8])
    begins, digits = _SHAPES[layer.platform]
    return f"{begins}{drawn % 10**digits:0{digits}}"


# --- the consent


def begin(key: ApiKey, project: Project, platform: str, return_url: str, echo: str | None) -> AdConsent:
    """An address for connecting, inside the caller's transaction. A test key has no platform to ask: its account is
    connected at once, and the address only leads back."""
    consent = AdConsent(
        token=f"ac_{ids.new_ulid()}",
        api_key=key,
        project=project,
        platform=platform,
        return_url=return_url,
        echo=echo,
        expires_at=clock.now() + LIFETIME,
    )
    if key.env == ApiKey.Env.TEST:
        consent.account = connect(project, platform)
        consent.used_at = clock.now()
    consent.save()
    return consent


def is_open(consent: AdConsent) -> bool:
    return consent.used_at is None and clock.now() < consent.expires_at


@transaction.atomic
def answer(token: str, agreed: bool) -> AdConsent | None:
    """What the customer said, once; a consent that is used or too old stays as it is."""
    consent = AdConsent.objects.select_for_update(of=("self",)).select_related("project").filter(pk=token).first()
    if consent is not None and is_open(consent):
        consent.used_at = clock.now()
        if agreed:
            consent.account = connect(consent.project, consent.platform)
        consent.save(update_fields=["used_at", "account"])
    return consent


def way_back(consent: AdConsent) -> str:
    """The partner's page with status and accountId, and the caller's own state when it sent one."""
    answered = {"status": "connected", "accountId": str(consent.account_id)}
    if consent.account_id is None:
        answered = {"status": "error"}
    echo = {} if consent.echo is None else {"state": consent.echo}
    return with_answer(consent.return_url, {**answered, **echo})
