"""SDK apps of the customers who advertise, what their users did lately, and whom Apple sent."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.api.envelope import stamp
from sandbox.models import AdLayer, AppleAttribution, Project, SdkApp, SdkEvent
from sandbox.rules.sdk_apps import key_hash
from sandbox.world.advertising import Advertising
from sandbox.world.chance import Chance
from sandbox.world.people import People
from sandbox.world.plan import Plan, Status

#: Added to the world's seed: this part draws from a stream of its own.
STREAM: Final = 2_600
#: Customers with an app, at most.
MOST_APPS: Final = 9
DAYS: Final = 21
#: What a user does after the first start, how likely, and what it is worth.
STEPS: Final = (
    ("sign_up", 0.6, None),
    ("trial_start", 0.35, None),
    ("purchase_success", 0.18, (4.99, 9.99, 9.99, 29.99)),
)
COUNTRIES: Final = ("US", "GB", "DE", "CA", "AU")


@dataclass
class Telemetry:
    apps: list[SdkApp] = field(default_factory=list)
    events: list[SdkEvent] = field(default_factory=list)
    attributions: list[AppleAttribution] = field(default_factory=list)


def build(plan: Plan, now: datetime, folk: People, ads: Advertising) -> Telemetry:
    chance = Chance(plan.seed + STREAM, now)
    made = Telemetry()
    platforms: dict[uuid.UUID, set[str]] = {}
    for layer in ads.layers:
        platforms.setdefault(layer.project_id, set()).add(layer.platform)
    living = [tenant for tenant in folk.tenants if tenant.customer.status == Status.ACTIVE]
    for tenant in living[:MOST_APPS]:
        project = tenant.projects[0]
        app = _app(chance, project, SdkApp.Platform.IOS, platforms.get(project.pk, set()))
        made.apps.append(app)
        _users(chance, made, app, apple=AdLayer.Platform.APPLE in platforms.get(project.pk, set()))
        if chance.happens(0.3):
            made.apps.append(_app(chance, project, SdkApp.Platform.NEXTJS, set()))
    return made


def _app(chance: Chance, project: Project, platform: SdkApp.Platform, advertised: set[str]) -> SdkApp:
    web = platform != SdkApp.Platform.IOS
    number = f"{chance.random.getrandbits(96):024x}"
    return SdkApp(
        id=number,
        project=project,
        name=f"{project.app_name} {'website' if web else 'iOS'}",
        platform=platform,
        bundle_id=None if web else project.ios_bundle_id,
        web_domain=project.web_domain if web else None,
        # Nobody has its key; a rotation gives a new one.
        key_sha256=key_hash(number),
        capi={name: {"enabled": True, "lastForwardAt": None} for name in sorted(advertised)},
        created_at=chance.soon_after(project.created_at, 60, 5_000),
    )


def _users(chance: Chance, made: Telemetry, app: SdkApp, *, apple: bool) -> None:
    events: list[SdkEvent] = []
    for number in range(chance.whole(10, 22)):
        user = f"u_{chance.random.getrandbits(40):010x}"
        installed = chance.between(chance.ago(days=DAYS), chance.ago(hours=1))
        country = chance.pick(COUNTRIES)
        person = {"email": f"{user[2:8]}@mail.example", "country": country}
        if apple and chance.happens(0.4):
            made.attributions.append(_attribution(chance, app, user, installed, country))
        moment = installed
        events.append(_event(chance, app, user, "app_install", moment, person))
        for name, likely, prices in STEPS:
            if not chance.happens(likely):
                break
            moment = chance.soon_after(moment, 2, 900)
            paid = {} if prices is None else {"value": chance.pick(prices), "currency": "USD"}
            events.append(_event(chance, app, user, name, moment, {**person, **paid}))
        for day in range(DAYS):
            opened = chance.soon_after(installed + timedelta(days=day), 1, 600)
            if chance.happens(0.5 / (1 + day)):
                events.append(_event(chance, app, user, "app_open", opened, {"session": number * 100 + day}))
    past = [event for event in events if event.occurred_at <= chance.now]
    made.events.extend(past)
    app.last_event_at = max(event.occurred_at for event in past)
    for relay in app.capi.values():
        relay["lastForwardAt"] = stamp(app.last_event_at)


def _event(chance: Chance, app: SdkApp, user: str, name: str, moment: datetime, properties: dict[str, Any]) -> SdkEvent:
    return SdkEvent(
        id=chance.uuid(),
        project_id=app.project_id,
        app=app,
        event_id=str(chance.uuid()),
        name=name,
        app_user_id=user,
        occurred_at=moment,
        properties=properties,
        value=properties.get("value"),
        currency=properties.get("currency"),
    )


def _attribution(chance: Chance, app: SdkApp, user: str, installed: datetime, country: str) -> AppleAttribution:
    """Of one of four campaigns, each with two ad groups."""
    campaign = 540_370_530 + chance.whole(0, 3)
    group = campaign * 2 + chance.whole(0, 1)
    return AppleAttribution(
        id=chance.uuid(),
        project_id=app.project_id,
        app=app,
        app_user_id=user,
        org_id=40_669_820,
        campaign_id=campaign,
        ad_group_id=group,
        keyword_id=group + chance.whole(1, 5),
        creative_set_id=group + 100,
        country=country,
        installed_at=installed,
    )
