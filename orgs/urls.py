"""Addresses of the customer pages, under /customers/. Permissions stand in dashboard/permissions.py."""

from django.urls import path

from orgs import allocating, audit, ledger, views
from orgs import opaque as opaque  # registers the converter

app_name = "orgs"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("audit/", audit.log, name="audit"),
    path("audit/<opaque:event_id>/", audit.event, name="event"),
    path("projects/<opaque:project_id>/", views.project, name="project"),
    path("<opaque:organization_id>/", views.detail, name="detail"),
    path("<opaque:organization_id>/ledger/", ledger.ledger, name="ledger"),
    path("<opaque:organization_id>/allocate/", allocating.allocate, name="allocate"),
    path("<opaque:organization_id>/refresh/", views.refresh, name="refresh"),
]
