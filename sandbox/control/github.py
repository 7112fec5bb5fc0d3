"""GitHub's install page, played by the sandbox: `/_sandbox/github/install/<number>` (contract/content.md, 11)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_safe

from sandbox.models import GithubState
from sandbox.rules import github
from sandbox.rules.return_urls import with_answer


@require_safe
def install(request: HttpRequest, number: int) -> HttpResponseBase:
    """Leads straight back to the partner, as GitHub does after "Install": with the installation's id and the state."""
    state = GithubState.objects.filter(pk=number).first()
    if state is None:
        return HttpResponse("This link was never given out.\n", status=404, content_type="text/plain; charset=utf-8")
    answer = {
        "installation_id": str(github.installation_behind(state)),
        "setup_action": "install",
        "state": state.state,
    }
    return HttpResponseRedirect(with_answer(state.return_url, answer))
