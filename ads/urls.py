"""Addresses of the ads desk, under /ads/. Permissions stand in dashboard/permissions.py."""

from django.urls import path

from ads import verdicts, views
from orgs import opaque as opaque  # registers the converter

app_name = "ads"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("decide/", views.decide, name="decide"),
    path("actions/<opaque:action_id>/", views.action, name="action"),
    path("actions/<opaque:action_id>/undo/", views.undo, name="undo"),
    path("verdicts/<opaque:verdict_id>/", verdicts.verdict, name="verdict"),
]
