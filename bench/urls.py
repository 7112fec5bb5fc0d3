from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from dashboard.permissions import ANY_STAFF, PUBLIC, ROUTES


def bare(request: HttpRequest) -> HttpResponse:
    """The floor: the same middleware, no query, no template."""
    return HttpResponse("ok")


# The benchmark's own addresses exist in this process only, so their rows are added here and not to the table.
ROUTES |= {"bare": PUBLIC}
ROUTES |= {
    f"admin:{app}_{model}_changelist": ANY_STAFF
    for app, model in [
        ("orgs", "organization"),
        ("orgs", "ledgerevent"),
        ("orgs", "auditevent"),
        ("content", "container"),
        ("ads", "pendingaction"),
    ]
}

urlpatterns = [path("bare/", bare, name="bare"), path("admin/", admin.site.urls), path("", include("dashboard.urls"))]
