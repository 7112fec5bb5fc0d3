"""Addresses of the customer pages, under /customers/. Permissions stand in dashboard/permissions.py."""

from django.urls import include, path

from orgs import audit, caps_bulk, caps_views, ledger, notes, stress, views
from orgs import opaque as opaque  # registers the converter
from orgs.lifecycle import creating, moving
from orgs.lifecycle import views as lifecycle

app_name = "orgs"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("", include("orgs.giving.urls")),
    path("audit/", audit.log, name="audit"),
    path("audit/<opaque:event_id>/", audit.event, name="event"),
    path("caps/", caps_bulk.bulk, name="bulk_caps"),
    path("caps/<uuid:batch_id>/", caps_bulk.batch, name="cap_batch"),
    path("caps/<uuid:batch_id>/stop/", caps_bulk.stop_batch, name="stop_cap_batch"),
    path("refills/", stress.refills, name="refills"),
    path("new/", creating.create, name="create"),
    path("migrate/", moving.migrate, name="migrate"),
    path("projects/<opaque:project_id>/", views.project, name="project"),
    path("<opaque:organization_id>/", views.detail, name="detail"),
    path("<opaque:organization_id>/ledger/", ledger.ledger, name="ledger"),
    path("<opaque:organization_id>/allocate/", allocating.allocate, name="allocate"),
    path("<opaque:organization_id>/caps/", caps_views.caps, name="caps"),
    path("<opaque:organization_id>/refresh/", views.refresh, name="refresh"),
    path("<opaque:organization_id>/edit/", lifecycle.edit, name="edit"),
    path("<opaque:organization_id>/suspend/", lifecycle.suspend, name="suspend"),
    path("<opaque:organization_id>/resume/", lifecycle.resume, name="resume"),
    path("<opaque:organization_id>/archive/", lifecycle.archive, name="archive"),
    path("<opaque:organization_id>/notes/", notes.add, name="note"),
    path("<opaque:organization_id>/notes/<uuid:note_id>/remove/", notes.remove, name="remove_note"),
]
