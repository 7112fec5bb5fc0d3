"""Organizations, their keys and their projects."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sandbox import ids
from sandbox.models import ApiKey, Organization, Project
from sandbox.rules.keys import hash_secret
from sandbox.world import keys
from sandbox.world.chance import Chance
from sandbox.world.plan import Customer, Plan, Status
from sandbox.world.texts import Trade, trade

PARENT_NAME = "Larkspur"
#: The parent's id is as constant as its key.
PARENT_ID = uuid.UUID("1a4b5c0e-7d2f-4e6a-9b83-5c2d8f7e6a10")
SUSPENDED_DAYS_AGO = 5.0
ARCHIVED_DAYS_AGO = 34.0


@dataclass(frozen=True)
class Tenant:
    """A customer with its rows."""

    customer: Customer
    text: Trade
    organization: Organization
    key: ApiKey
    projects: list[Project]


@dataclass(frozen=True)
class People:
    parent: Organization
    parent_key: ApiKey
    other_keys: list[ApiKey]
    tenants: list[Tenant]


def build(chance: Chance, plan: Plan) -> People:
    born = chance.ago(days=210).replace(microsecond=0)
    parent = Organization(
        id=PARENT_ID,
        name=PARENT_NAME,
        billing_email="billing@larkspur.example",
        created_at=born,
        updated_at=born,
    )
    main = _key(chance, parent, "Partner desk", keys.PARENT_KEY, keys.PARENT_SCOPES, tier="partner")
    if not plan.customers:
        return People(parent, main, [], [])
    reader = _key(chance, parent, "Reporting", keys.derived_key("reader"), keys.READER_SCOPES)
    star = _key(chance, parent, "Before scopes", keys.derived_key("star"), ("*",))
    killed = _key(chance, parent, "Lost laptop", keys.derived_key("killed"), keys.READER_SCOPES)
    # The real service stamps a killed key revoked as well; it still answers 503.
    killed.killed_at = killed.revoked_at = chance.ago(days=19)
    revoked = _key(chance, parent, "Pilot", keys.derived_key("revoked"), keys.READER_SCOPES)
    revoked.revoked_at = chance.ago(days=61)
    sandbox = _key(chance, parent, "Tests", keys.derived_key("sandbox", "test"), keys.PARENT_SCOPES, tier="sandbox")
    tenants = [_tenant(chance, parent, customer, number) for number, customer in enumerate(plan.customers)]
    return People(parent, main, [reader, star, killed, revoked, sandbox], tenants)


def _key(
    chance: Chance,
    organization: Organization,
    name: str,
    text: str,
    scopes: tuple[str, ...],
    *,
    tier: str = "standard",
) -> ApiKey:
    env, key_id, secret = keys.parts(text)
    return ApiKey(
        id=chance.uuid(),
        organization=organization,
        name=name,
        env=env,
        key_id=key_id,
        secret_sha256=hash_secret(secret),
        scopes=list(scopes),
        rate_limit_tier=tier,
        return_hosts=list(keys.RETURN_HOSTS),
        created_at=Chance.cut(organization.created_at + timedelta(hours=1)),
    )


def _tenant(chance: Chance, parent: Organization, customer: Customer, number: int) -> Tenant:
    text = trade(customer.trade)
    # Microseconds on purpose: organizations print them.
    born = chance.now - timedelta(days=96 + chance.random.random() * 80, microseconds=chance.whole(0, 999))
    slug = f"{text.app} {customer.town}".strip().lower().replace(" ", "-").replace("&", "and")
    organization = Organization(
        id=chance.uuid(),
        parent=parent,
        name=f"{text.name} {customer.town}".strip(),
        status=customer.status,
        metadata={
            "crmId": f"c-{1041 + number * 7}",
            "plan": chance.pick(("starter", "growth", "scale")),
            "region": text.projects[0].timezone.split("/", maxsplit=1)[0].lower(),
            "owner": chance.pick(("mara", "jonas", "priya", "aiko")),
        },
        billing_email=f"billing@{slug}.example",
        created_at=born,
        updated_at=born,
    )
    key = _key(chance, organization, "App", keys.derived_key(customer.key_name), keys.CHILD_SCOPES)
    if customer.status == Status.SUSPENDED:
        organization.updated_at = chance.ago(days=SUSPENDED_DAYS_AGO)
    elif customer.status == Status.ARCHIVED:
        organization.archived_at = organization.updated_at = key.revoked_at = chance.ago(days=ARCHIVED_DAYS_AGO)
    projects = [_project(chance, organization, text, slug, position) for position in range(len(text.projects))]
    return Tenant(customer, text, organization, key, projects)


def _project(chance: Chance, organization: Organization, text: Trade, slug: str, position: int) -> Project:
    words = text.projects[position]
    born = chance.soon_after(organization.created_at, 20, 3_000)
    handle = slug if position == 0 else f"{slug}-{position + 1}"
    project = Project(
        id=chance.uuid(),
        organization=organization,
        name=words.name,
        customer_external_id=handle,
        timezone=words.timezone,
        primary_language=words.language,
        owner_email=f"social@{slug}.example",
        app_name=words.app_name,
        app_description=text.description,
        tagline=words.tagline,
        brand_voice=text.voice,
        keywords=list(text.keywords),
        ios_bundle_id=f"example.{slug.replace('-', '')}.app",
        web_domain=f"{slug}.example",
        trade=text.key,
        palette_seed=chance.whole(1, 2**31 - 1),
        created_at=born,
        updated_at=born,
    )
    if organization.status == Status.ARCHIVED:
        project.status = Project.Status.ARCHIVED
        project.archived_at = project.updated_at = Chance.cut(organization.updated_at)
    _choose_policy(chance, project, position)
    return project


def _choose_policy(chance: Chance, project: Project, position: int) -> None:
    """A customer's first project is always reviewed, so every customer has something to decide."""
    roll = chance.random.random()
    if position == 0 or roll < 0.55:
        project.review_policy = Project.Policy.REVIEW_ALL
    elif roll < 0.8:
        project.review_policy = Project.Policy.REVIEW_FIRST_N
        project.review_first_n = chance.pick((5, 8, 12, 20))
    else:
        return
    project.review_policy_updated_at = chance.soon_after(project.created_at, 5, 600)


def decided_by(key: ApiKey) -> str:
    return f"api_key_{key.pk}"


def show_org(organization: Organization) -> str:
    return ids.show("organization", organization.pk)
