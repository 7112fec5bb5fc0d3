"""What is suggested to a project, how it takes part in comments, which creatives somebody has pinned."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox import ids
from sandbox.models import AdsContentOverride, Container, Engagement, Project, Recommendation
from sandbox.world.chance import Chance
from sandbox.world.creations import Creations
from sandbox.world.people import People, Tenant
from sandbox.world.plan import Plan, Status

#: Added to the world's seed: this part draws from a stream of its own.
STREAM: Final = 1_200
STATUSES: Final = ("open", "acknowledged", "dismissed", "acted_on")
NOTES: Final = ("Music licence ends on Friday.", "Best of the month.", "Competitor's name on slide 4.", None)


@dataclass
class Advice:
    recommendations: list[Recommendation] = field(default_factory=list)
    engagements: list[Engagement] = field(default_factory=list)
    overrides: list[AdsContentOverride] = field(default_factory=list)


def build(plan: Plan, now: datetime, folk: People, made: Creations) -> Advice:
    chance = Chance(plan.seed + STREAM, now)
    advice = Advice()
    finished: dict[Any, list[Container]] = defaultdict(list)
    for container in made.containers:
        if container.status == Container.Status.COMPLETED:
            finished[container.project_id].append(container)
    for tenant in folk.tenants:
        for project in tenant.projects:
            own = finished[project.pk]
            if tenant.customer.status != Status.ARCHIVED:
                _suggest(chance, advice, tenant, project, own)
            if chance.happens(0.6):
                advice.engagements.append(_engagement(chance, tenant, project))
            for container in chance.some(own, 1 if chance.happens(0.4) else 0):
                advice.overrides.append(
                    AdsContentOverride(
                        container=container,
                        override=chance.weighted(("exclude", "include"), (70, 30)),
                        note=chance.pick(NOTES),
                        updated_at=chance.between(container.completed_at or container.created_at, chance.now),
                    )
                )
    return advice


def _suggest(chance: Chance, advice: Advice, tenant: Tenant, project: Project, own: list[Container]) -> None:
    advice.recommendations.append(_value_propositions(chance, tenant, project))
    tired = [container for container in own if container.created_at < chance.ago(days=18)]
    for container in chance.some(tired, chance.whole(0, 3)):
        advice.recommendations.append(_refresh(chance, project, container))


def _value_propositions(chance: Chance, tenant: Tenant, project: Project) -> Recommendation:
    words = chance.some(tenant.text.keywords, 3)
    return _row(
        chance,
        project,
        "value_propositions",
        subject={"projectId": ids.show("project", project.pk)},
        rationale=f"Posts that speak of {words[0]} hold viewers longer. The description does not name it.",
        evidence={"keywords": words, "posts": chance.whole(8, 40)},
        action={
            "endpoint": f"PATCH /v1/projects/{ids.show('project', project.pk)}",
            "body": {"tagline": tenant.text.actions[0]},
        },
    )


def _refresh(chance: Chance, project: Project, container: Container) -> Recommendation:
    age = (chance.now - container.created_at).days
    return _row(
        chance,
        project,
        "refresh_fatigued",
        subject={"containerId": ids.show("container", container.pk)},
        rationale=f"This creative is {age} days old and its views have fallen for {chance.whole(5, 12)} days.",
        evidence={"ageDays": age, "viewsChangePercent": -chance.whole(35, 80)},
        action={
            "endpoint": f"POST /v1/projects/{ids.show('project', project.pk)}/content",
            "body": {"format": "slideshow-builder", "hook": container.hook or "A fresh look"},
        },
    )


def _row(
    chance: Chance,
    project: Project,
    kind: str,
    *,
    subject: dict[str, Any],
    rationale: str,
    evidence: dict[str, Any],
    action: dict[str, Any],
) -> Recommendation:
    created = chance.ago(days=chance.random.uniform(0.2, 20))
    status = chance.weighted(STATUSES, (64, 14, 12, 10))
    return Recommendation(
        id=chance.uuid(),
        project=project,
        kind=kind,
        status=status,
        confidence=chance.whole(420, 970),
        subject=subject,
        rationale=rationale,
        evidence=evidence,
        suggested_action=action,
        created_at=created,
        updated_at=created if status == "open" else chance.between(created, chance.now),
    )


def _engagement(chance: Chance, tenant: Tenant, project: Project) -> Engagement:
    literal = chance.happens(0.4)
    first: dict[str, Any] = {"targets": ["tiktok"], "strategy": "literal" if literal else "generated"}
    if literal:
        first["commentTemplate"] = tenant.text.actions[0]
    return Engagement(
        project=project,
        enabled=chance.happens(0.8),
        first_comment=first,
        reply_to_comments={
            "targets": chance.pick((["tiktok"], ["tiktok", "instagram"], [])),
            "autoReplyDelay": chance.pick(("PT3M", "PT5M", "PT15M", "PT45S")),
            "tone": tenant.text.voice,
            "maxPerPostPerHour": chance.pick((5, 10, 20)),
        },
        updated_at=chance.soon_after(project.created_at + timedelta(days=1), 10, 20_000),
    )
