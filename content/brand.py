"""The brand a container speaks for, in words (contract/content.md, 2 Projects and 3 Approval policy)."""

from dataclasses import dataclass

from django.conf.locale import LANG_INFO

from content.models import ReviewPolicy
from orgs.models import Project

AUDIENCES = {"all": "Everyone", "female": "Women", "male": "Men"}


@dataclass(frozen=True)
class Fact:
    name: str
    value: str


def facts(project: Project | None, policy: ReviewPolicy | None) -> list[Fact]:
    """What a reviewer has to know, without the parts that the project does not say. Empty before its first fetch."""
    if project is None:
        return []
    known = [
        Fact("App", project.app_name or project.name),
        Fact("Tagline", project.tagline),
        Fact("Voice", project.brand_voice.replace("_", " ").capitalize()),
        Fact("Audience", AUDIENCES.get(project.audience, project.audience.replace("_", " ").capitalize())),
        Fact("Language", language(project.language)),
        Fact("Review", policy_words(policy)),
        Fact("About", project.app_description),
    ]
    return [fact for fact in known if fact.value]


def language(code: str) -> str:
    """en -> English; en-US -> English (en-US); an unknown code stands for itself."""
    known = LANG_INFO.get(code.lower()) or LANG_INFO.get(code.lower().split("-")[0], {})
    name = str(known.get("name", ""))
    if not name:
        return code
    return name if code.lower() in LANG_INFO else f"{name} ({code})"


def policy_words(policy: ReviewPolicy | None) -> str:
    if policy is None:
        return ""
    if policy.policy == "auto_approve":
        return "New pieces are approved by themselves."
    if policy.policy == "review_all":
        return "Every piece needs a person."
    if policy.policy == "review_first_n" and policy.first_n:
        return f"The first {policy.first_n} pieces need a person."
    if policy.policy == "review_first_n":
        return "The first pieces need a person."
    return policy.policy.replace("_", " ").capitalize()
