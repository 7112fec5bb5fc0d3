"""Addresses of the customer pages, under /customers/. Permissions stand in dashboard/permissions.py."""

from django.urls import include, path

from orgs import audit, notes, stress, views
from orgs import opaque as opaque  # registers the converter
from orgs.caps import batch_views as caps_of_many
from orgs.caps import views as caps
from orgs.customers import view_pages
from orgs.customers import views as customers
from orgs.keys import secret as key_secret
from orgs.keys import views as keys
from orgs.lifecycle import creating, moving
from orgs.lifecycle import views as lifecycle

app_name = "orgs"
urlpatterns = [
    path("", customers.customer_list, name="list"),
    path("columns/", customers.choose_columns, name="columns"),
    path("views/", view_pages.save, name="save_view"),
    path("views/<uuid:view_id>/", view_pages.settings, name="view"),
    path("views/<uuid:view_id>/update/", view_pages.update, name="update_view"),
    path("views/<uuid:view_id>/remove/", view_pages.remove, name="remove_view"),
    path("views/<uuid:view_id>/open/", view_pages.open_on, name="open_on_view"),
    path("", include("orgs.books.customer_urls")),
    path("", include("orgs.giving.urls")),
    path("audit/", audit.log, name="audit"),
    path("audit/<opaque:event_id>/", audit.event, name="event"),
    path("caps/", caps_of_many.bulk, name="bulk_caps"),
    path("caps/<uuid:batch_id>/", caps_of_many.batch, name="cap_batch"),
    path("caps/<uuid:batch_id>/stop/", caps_of_many.stop_batch, name="stop_cap_batch"),
    path("refills/", stress.refills, name="refills"),
    path("new/", creating.create, name="create"),
    path("migrate/", moving.migrate, name="migrate"),
    path("projects/<opaque:project_id>/", views.project, name="project"),
    path("<opaque:organization_id>/", views.detail, name="detail"),
    path("<opaque:organization_id>/pin/", customers.pin, name="pin"),
    path("<opaque:organization_id>/caps/", caps.caps, name="caps"),
    path("<opaque:organization_id>/refresh/", views.refresh, name="refresh"),
    path("<opaque:organization_id>/edit/", lifecycle.edit, name="edit"),
    path("<opaque:organization_id>/suspend/", lifecycle.suspend, name="suspend"),
    path("<opaque:organization_id>/resume/", lifecycle.resume, name="resume"),
    path("<opaque:organization_id>/archive/", lifecycle.archive, name="archive"),
    path("<opaque:organization_id>/keys/", keys.keys, name="keys"),
    path("<opaque:organization_id>/keys/new/", keys.mint, name="mint_key"),
    path("<opaque:organization_id>/keys/secret/<uuid:command_id>/", key_secret.secret, name="key_secret"),
    path("<opaque:organization_id>/keys/<opaque:key_id>/rotate/", keys.rotate, name="rotate_key"),
    path("<opaque:organization_id>/keys/<opaque:key_id>/revoke/", keys.revoke, name="revoke_key"),
    path("<opaque:organization_id>/notes/", notes.add, name="note"),
    path("<opaque:organization_id>/notes/<uuid:note_id>/remove/", notes.remove, name="remove_note"),
]
