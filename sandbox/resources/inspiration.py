"""What to make content from: hooks, posts to remix (contract/content.md, 9)."""

from typing import Any, Final

from django.conf import settings

from sandbox.api import query
from sandbox.api.errors import invalid, missing
from sandbox.api.operations import Call, read
from sandbox.api.paths import project_of
from sandbox.models import Project
from sandbox.rules import hooks, tiktok

KINDS: Final[dict[str, set[tiktok.Kind]]] = {
    "video": {"video"},
    "slideshow": {"slideshow"},
    "mixed": {"video", "slideshow"},
}
LONGEST_KEYWORD: Final = 200


@read(scope="content:read")
def list_hooks(call: Call) -> dict[str, Any]:
    """422 with `missingFields` while the app is unknown."""
    project = project_of(call)
    absent = _absent(project)
    if absent:
        raise missing(*absent)
    return {"hooks": hooks.bank(project, project.pk if call.is_test else None)}


@read(scope="content:read")
def source_recommendations(call: Call) -> dict[str, Any]:
    """Live search with a keyword, else what research has found. A cursor is taken and does nothing."""
    kinds = KINDS[query.choice(call.query, "kind", tuple(KINDS)) or "mixed"]
    limit = query.limit(call.query, 20, 20)
    keyword = query.text(call.query, "keyword")
    if "keyword" in call.query and not (keyword and keyword.strip() and len(keyword) <= LONGEST_KEYWORD):
        raise invalid("keyword", f"keyword must be 1 to {LONGEST_KEYWORD} characters.")
    project = project_of(call)
    posts = tiktok.search(project, keyword, kinds, limit) if keyword else tiktok.portfolio(project, kinds, limit)
    base = f"{settings.PUBLIC_URL or call.origin}/media/sources"
    return {
        "items": [tiktok.show(post, f"{base}/{post.trade}/{post.id}.jpg") for post in posts],
        "source": "search" if keyword else "portfolio",
        "nextCursor": None,
    }


def _absent(project: Project) -> list[str]:
    needed = {"appName": project.app_name, "appDescription": project.app_description}
    return [name for name, value in needed.items() if not value]
