"""An ad platform's consent page, played by the sandbox: `/_sandbox/ads-oauth/<token>` (contract/ads.md, 8)."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from sandbox.api.envelope import error_response
from sandbox.api.errors import ApiError
from sandbox.control import consent_page
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
        return consent_page.unknown(request) if found is None else HttpResponseRedirect(ad_accounts.way_back(found))
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET", "POST"])
    found = AdConsent.objects.select_related("project").filter(pk=wanted).first()
    if found is None:
        return consent_page.unknown(request)
    if found.account_id is not None:
        return HttpResponseRedirect(ad_accounts.way_back(found))
    if not ad_accounts.is_open(found):
        return consent_page.over(request, ad_accounts.way_back(found))
    platform = found.get_platform_display()
    asked = f"Layers asks to manage the ads of {found.project.name} on {platform}."
    return consent_page.ask(request, f"Connect {platform} ads", asked)
