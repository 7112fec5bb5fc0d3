"""Ad accounts of a project and the address that connects one (contract/ads.md, 8)."""

from typing import Annotated, Any, Literal

import msgspec

from sandbox.api import query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import missing
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import PROJECT_LOCKED, project_of
from sandbox.models import AdAccount, AdLayer
from sandbox.resources.campaigns import LONG_NAMES
from sandbox.rules import ad_accounts, return_urls

_PLATFORM = {f"{platform}_ads": platform for platform in AdLayer.Platform.values}


def show(account: AdAccount) -> dict[str, Any]:
    return {
        "adAccountId": str(account.pk),
        "platform": account.layer.long_name,
        "externalId": account.external_id,
        "name": account.name,
        "currency": account.currency,
        "timezone": account.timezone,
        "tokenStatus": account.token_status,
        "tokenLastValidatedAt": stamp_or_none(account.token_validated_at),
        "connectedAt": stamp(account.connected_at),
    }


@read(scope="ads:read")
def list_ad_accounts(call: Call) -> dict[str, Any]:
    """All of them, the newest connection first; a project has a handful. Disconnected ones are gone."""
    platforms = query.choices(call.query, "platforms", LONG_NAMES)
    healthy = query.flag(call.query, "healthy")
    accounts = AdAccount.objects.filter(layer__project=project_of(call), disconnected_at=None).select_related("layer")
    if platforms:
        accounts = accounts.filter(layer__platform__in=[_PLATFORM[name] for name in platforms])
    if healthy:
        accounts = accounts.filter(token_status=AdAccount.Token.VALID)
    elif healthy is False:
        accounts = accounts.exclude(token_status=AdAccount.Token.VALID)
    return {"items": [show(account) for account in accounts.order_by("-connected_at", "-id")], "nextCursor": None}


Url = Annotated[str, msgspec.Meta(min_length=1)]


class OauthBody(msgspec.Struct, rename="camel"):
    """`redirectUrl` is an older name of `returnUrl` and still counts where the newer one is not sent."""

    platform: Literal["meta_ads", "tiktok_ads", "apple_ads"]
    return_url: Url | msgspec.UnsetType = msgspec.UNSET
    redirect_url: Url | msgspec.UnsetType = msgspec.UNSET
    state: Annotated[str, msgspec.Meta(max_length=1024)] | msgspec.UnsetType = msgspec.UNSET


@write(scope="ads:write:connect")
def oauth_url(call: Call) -> dict[str, Any]:
    """The page stands in for the platform's own; it works once and for ten minutes."""
    asked = call.body(OauthBody)
    return_url = asked.return_url or asked.redirect_url
    if return_url is msgspec.UNSET:
        raise missing("returnUrl")
    project = project_of(call, PROJECT_LOCKED)
    return_urls.check(return_url, call.key.return_hosts)
    consent = ad_accounts.begin(call.key, project, _PLATFORM[asked.platform], return_url, asked.state or None)
    call.record("ads.account.oauth_started", {"platform": asked.platform}, project_id=project.pk)
    return {"url": f"{call.origin}/_sandbox/ads-oauth/{consent.token}", "expiresAt": stamp(consent.expires_at)}
