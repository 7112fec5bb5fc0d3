"""Every address of the dashboard. A new route also needs a row in dashboard/permissions.py, or it stays closed."""

from django.contrib.auth import views as auth
from django.urls import include, path

from dashboard import approval_rules, approvals, search, views
from dashboard.commands import acting, one
from dashboard.commands.views import command_list
from dashboard.forms import SignInForm

commands = (
    [
        path("", command_list, name="list"),
        path("act/", acting.act, name="act"),
        path("<uuid:command_id>/", one.detail, name="detail"),
        path("<uuid:command_id>/now/", acting.hurry, name="hurry"),
        path("<uuid:command_id>/cancel/", acting.cancel, name="cancel"),
        path("<uuid:command_id>/retry/", acting.retry, name="retry"),
        path("<uuid:command_id>/settle/", acting.settle, name="settle"),
        path("<uuid:command_id>/hand-over/", acting.hand_over, name="hand_over"),
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
    path("books/", include("orgs.books.urls")),
    path("review/", include("content.urls")),
    path("ads/", include("ads.urls")),
]
