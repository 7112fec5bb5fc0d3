"""Addresses of the books, part of orgs/urls.py. Permissions stand in dashboard/permissions.py."""

from django.urls import path

from orgs import opaque as opaque  # registers the converter
from orgs.books import ledger_views, rebilling_views, statement_views

urlpatterns = [
    path("rebilling/", rebilling_views.rebilling, name="rebilling"),
    path("<opaque:organization_id>/ledger/", ledger_views.ledger, name="ledger"),
    path("<opaque:organization_id>/statement/", statement_views.show, name="statement"),
]
