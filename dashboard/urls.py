"""Every address of the dashboard. A new route also needs a row in dashboard/permissions.py, or it stays closed."""

from django.contrib.auth import views as auth
from django.urls import include, path

from dashboard import activity, approval_rules, approvals, search, views
from dashboard.forms import SignInForm

commands = (
    [
        path("", activity.command_list, name="list"),
        path("<uuid:command_id>/", activity.detail, name="detail"),
        path("<uuid:command_id>/cancel/", activity.cancel, name="cancel"),
        path("<uuid:command_id>/retry/", activity.retry, name="retry"),
        path("<uuid:command_id>/settle/", activity.settle, name="settle"),
    ],
    "commands",
)

approval_pages = (
    [
        path("", approvals.approval_list, name="list"),
        path("rules/", approval_rules.rules, name="rules"),
        path("<uuid:approval_id>/", approvals.detail, name="detail"),
        path("<uuid:approval_id>/decide/", approvals.decide, name="decide"),
        path("<uuid:approval_id>/withdraw/", approvals.withdraw, name="withdraw"),
    ],
    "approvals",
)

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path(
        "login/",
        auth.LoginView.as_view(
            template_name="dashboard/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
        ),
        name="login",
    ),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("preferences/", views.preferences, name="preferences"),
    path("freshness/", views.freshness, name="freshness"),
    path("search/", search.results, name="search"),
    path("go/<path:identifier>", search.go, name="go"),
    path("commands/", include(commands)),
    path("approvals/", include(approval_pages)),
    path("customers/", include("orgs.urls")),
    path("review/", include("content.urls")),
    path("ads/", include("ads.urls")),
]
