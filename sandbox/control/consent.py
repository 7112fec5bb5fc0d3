"""The platform's consent page, played by the sandbox: `/_sandbox/oauth/<state>` (contract/content.md, 11)."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from sandbox.api.envelope import error_response
from sandbox.api.errors import ApiError
from sandbox.control import consent_page
from sandbox.control.views import refuse_other_sites
from sandbox.models import OauthState
from sandbox.rules import accounts, oauth


def consent(request: HttpRequest, state: str) -> HttpResponse:
    """GET shows what is asked, POST `answer=allow` or `answer=refuse` decides and leads back to the partner. A state
    that is completed, as a test key's is from the start, leads back at once."""
    if request.method == "POST":
        try:
            refuse_other_sites(request)
        except ApiError as refusal:
            return error_response(refusal, request.request_id)  # type: ignore[attr-defined]
        found = oauth.answer(state.replace("\x00", ""), request.POST.get("answer") == "allow")
        return consent_page.unknown(request) if found is None else HttpResponseRedirect(oauth.way_back(found))
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET", "POST"])
    found = OauthState.objects.select_related("project", "social_account").filter(pk=state.replace("\x00", "")).first()
    if found is None:
        return consent_page.unknown(request)
    status, _ = oauth.standing(found)
    if status == OauthState.Status.COMPLETED:
        return HttpResponseRedirect(oauth.way_back(found))
    if status == OauthState.Status.FAILED:
        return consent_page.over(request, oauth.way_back(found))
    again = found.social_account
    handle = again.handle if again is not None else accounts.handle_of(found.project)
    platform = found.get_platform_display()
    asked = f"{found.project.name} asks to post as @{handle} on {platform}."
    return consent_page.ask(request, f"Connect {platform}", asked)
