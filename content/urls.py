from django.urls import path

from content import gallery, views
from orgs import opaque as opaque  # registers the converter

app_name = "content"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/decide/", gallery.decide_many, name="decide_many"),
    path("gallery/undo/", gallery.undo_many, name="undo_many"),
    path("<uuid:command_id>/undo/", views.undo, name="undo"),
    path("<opaque:container_id>/", views.container, name="container"),
    path("<opaque:container_id>/decide/", views.decide, name="decide"),
]
