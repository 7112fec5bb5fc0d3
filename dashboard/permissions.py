"""Every route and who may use it. A route that is not in this table is closed."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

log = logging.getLogger(__name__)

PUBLIC = "public"
ANY_STAFF = "any staff"

ROUTES: dict[str, str] = {
    "healthz": PUBLIC,
    "login": PUBLIC,
    "logout": ANY_STAFF,
    "home": ANY_STAFF,
    "search": ANY_STAFF,
    "go": ANY_STAFF,
    "preferences": ANY_STAFF,
    "freshness": ANY_STAFF,
    "commands:list": ANY_STAFF,
    "commands:detail": ANY_STAFF,
    # Each also needs what the command's kind needs, and who minds it: dashboard/commands/rows.py.
    "commands:act": ANY_STAFF,
    "commands:hurry": ANY_STAFF,
    "commands:cancel": ANY_STAFF,
    "commands:retry": ANY_STAFF,
    "commands:settle": ANY_STAFF,
    "commands:hand_over": ANY_STAFF,
    "approvals:list": "dashboard.view_customers",
    "approvals:detail": "dashboard.view_customers",
    "approvals:decide": "dashboard.view_customers",  # and what the request needs: layers/outbox/approving.py
    "approvals:withdraw": "dashboard.view_customers",  # and to be who asked
    "approvals:rules": "dashboard.manage_staff",
    "orgs:list": "dashboard.view_customers",
    "orgs:columns": "dashboard.view_customers",
    "orgs:pin": "dashboard.view_customers",
    "orgs:save_view": "dashboard.view_customers",
    "orgs:view": "dashboard.view_customers",  # and to have made it: orgs/customers/saved.py
    "orgs:update_view": "dashboard.view_customers",
    "orgs:remove_view": "dashboard.view_customers",
    "orgs:open_on_view": "dashboard.view_customers",
    "orgs:detail": "dashboard.view_customers",
    "orgs:ledger": "dashboard.view_customers",
    "orgs:statement": "dashboard.view_customers",
    "orgs:rebilling": "dashboard.view_customers",
    "orgs:project": "dashboard.view_customers",
    "orgs:allocate": "dashboard.allocate_credits",
    "orgs:give": "dashboard.allocate_credits",
    "orgs:allocation_batches": "dashboard.view_customers",
    "orgs:allocation_batch": "dashboard.view_customers",
    "orgs:stop_allocation_batch": "dashboard.allocate_credits",
    "orgs:resume_allocation_batch": "dashboard.allocate_credits",
    "orgs:caps": "dashboard.set_caps",
    "orgs:bulk_caps": "dashboard.set_caps",
    "orgs:cap_batch": "dashboard.set_caps",
    "orgs:stop_cap_batch": "dashboard.set_caps",
    "orgs:refills": "dashboard.view_customers",
    "orgs:audit": "dashboard.view_ads",
    "orgs:event": "dashboard.view_ads",
    "orgs:refresh": "dashboard.view_customers",
    "orgs:create": "dashboard.manage_customers",
    "orgs:edit": "dashboard.manage_customers",
    "orgs:migrate": "dashboard.manage_customers",
    "orgs:suspend": "dashboard.manage_customers",
    "orgs:resume": "dashboard.manage_customers",
    "orgs:archive": "dashboard.manage_customers",
    "orgs:keys": "dashboard.view_customers",
    "orgs:mint_key": "dashboard.manage_keys",
    "orgs:rotate_key": "dashboard.manage_keys",
    "orgs:revoke_key": "dashboard.manage_keys",
    "orgs:key_secret": "dashboard.manage_keys",
    "books:tie_out": "dashboard.view_customers",
    "books:transfer": "dashboard.view_customers",
    "books:accept": "dashboard.close_books",
    "books:withdraw": "dashboard.close_books",
    "books:read_again": "dashboard.view_customers",
    "books:days": "dashboard.view_customers",
    "books:day": "dashboard.view_customers",
    "books:sign": "dashboard.close_books",
    "orgs:note": "dashboard.view_customers",
    "orgs:remove_note": "dashboard.view_customers",
    "content:desk": "dashboard.view_content",
    "content:gallery": "dashboard.view_content",
    "content:container": "dashboard.view_content",
    "content:decide": "dashboard.review_content",
    "content:decide_many": "dashboard.review_content",
    "content:undo": "dashboard.review_content",
    "content:undo_many": "dashboard.review_content",
    "ads:queue": "dashboard.view_ads",
    "ads:action": "dashboard.view_ads",
    "ads:decide": "dashboard.decide_ads",
    "ads:undo": "dashboard.decide_ads",
    "ads:verdict": "dashboard.view_ads",
}


class ClosedByDefaultMiddleware:
    """Lets a request reach its view only when the table says so: sign-in for strangers, 403 for the rest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        rule = ROUTES.get(route)
        if rule == PUBLIC:
            return None
        if not request.user.is_authenticated:
            if request.headers.get("HX-Request") == "true":
                # htmx would paint the sign-in form into a fragment; send the whole page there instead.
                return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
            return redirect_to_login(request.get_full_path())
        if rule is None:
            log.error("route %r has no row in dashboard.permissions.ROUTES and stays closed", route)
            raise PermissionDenied("This page has no permission rule yet, so nobody may open it.")
        if rule == ANY_STAFF or request.user.has_perm(rule):
            return None
        raise PermissionDenied("Your role does not include this. An administrator can change that.")
