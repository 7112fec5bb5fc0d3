"""The platform's consent page, played by the sandbox: `/_sandbox/oauth/<state>` (contract/content.md, 11)."""

from html import escape

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from sandbox.api.envelope import error_response
from sandbox.api.errors import ApiError
from sandbox.control.views import refuse_other_sites
from sandbox.models import OauthState
from sandbox.rules import accounts, oauth

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:4rem auto;padding:0 1rem}}
button{{font:inherit;padding:.5rem 1.25rem;margin-right:.5rem}}</style>
<h1>{title}</h1>
{body}
</html>
"""


def consent(request: HttpRequest, state: str) -> HttpResponse:
    """GET shows what is asked, POST `answer=allow` or `answer=refuse` decides and leads back to the partner. A state
    that is completed, as a test key's is from the start, leads back at once."""
    if request.method == "POST":
        try:
            refuse_other_sites(request)
        except ApiError as refusal:
            return error_response(refusal, request.request_id)  # type: ignore[attr-defined]
        found = oauth.answer(state.replace("\x00", ""), request.POST.get("answer") == "allow")
        return page("No such request", "", 404) if found is None else HttpResponseRedirect(oauth.way_back(found))
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET", "POST"])
    found = OauthState.objects.select_related("project", "social_account").filter(pk=state.replace("\x00", "")).first()
    if found is None:
        return page("No such request", "<p>This link was never given out.</p>", 404)
    status, _ = oauth.standing(found)
    if status == OauthState.Status.COMPLETED:
        return HttpResponseRedirect(oauth.way_back(found))
    if status == OauthState.Status.FAILED:
        back = escape(oauth.way_back(found))
        return page("Nothing left to decide", f'<p>This request is over. <a href="{back}">Go back</a>.</p>', 410)
    return _ask(found)


def _ask(state: OauthState) -> HttpResponse:
    again = state.social_account
    handle = again.handle if again is not None else accounts.handle_of(state.project)
    platform = state.get_platform_display()
    body = (
        f"<p><b>{escape(state.project.name)}</b> asks to post as <b>@{escape(handle)}</b> on {escape(platform)}.</p>"
        "<p>This page stands in for the platform's own. Nobody's real account is touched.</p>"
        '<form method="post"><button name="answer" value="allow">Allow</button>'
        '<button name="answer" value="refuse">Refuse</button></form>'
    )
    return page(f"Connect {escape(platform)}", body, 200)


def page(title: str, body: str, status: int) -> HttpResponse:
    return HttpResponse(_PAGE.format(title=title, body=body), status=status)
