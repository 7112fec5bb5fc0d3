"""An ad platform's consent page, played by the sandbox: `/_sandbox/ads-oauth/<token>` (contract/ads.md, 8)."""

from html import escape

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from sandbox.api.envelope import error_response
from sandbox.api.errors import ApiError
from sandbox.control.consent import page
from sandbox.control.views import refuse_other_sites
from sandbox.models import AdConsent
from sandbox.rules import ad_accounts


def consent(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what is asked, POST `answer=allow` or `answer=refuse` decides and leads back to the partner. The
    address works once; a test key's is answered from the start and leads back at once."""
    wanted = token.replace("\x00", "")
    if request.method == "POST":
        try:
            refuse_other_sites(request)
        except ApiError as refusal:
            return error_response(refusal, request.request_id)  # type: ignore[attr-defined]
        found = ad_accounts.answer(wanted, request.POST.get("answer") == "allow")
        return page("No such request", "", 404) if found is None else HttpResponseRedirect(ad_accounts.way_back(found))
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET", "POST"])
    found = AdConsent.objects.select_related("project").filter(pk=wanted).first()
    if found is None:
        return page("No such request", "<p>This link was never given out.</p>", 404)
    if found.account_id is not None:
        return HttpResponseRedirect(ad_accounts.way_back(found))
    if not ad_accounts.is_open(found):
        back = escape(ad_accounts.way_back(found))
        return page("Nothing left to decide", f'<p>This request is over. <a href="{back}">Go back</a>.</p>', 410)
    platform = found.get_platform_display()
    body = (
        f"<p>Layers asks to manage the ads of <b>{escape(found.project.name)}</b> on {escape(platform)}.</p>"
        "<p>This page stands in for the platform's own. Nobody's real account is touched.</p>"
        '<form method="post"><button name="answer" value="allow">Allow</button>'
        '<button name="answer" value="refuse">Refuse</button></form>'
    )
    return page(f"Connect {escape(platform)} ads", body, 200)
