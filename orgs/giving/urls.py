"""Addresses of giving credits, under /customers/."""

from django.urls import path

from orgs.giving import single, views

urlpatterns = [
    path("allocate/batch/", views.give, name="give"),
    path("allocate/batches/", views.batches, name="allocation_batches"),
    path("allocate/batches/<uuid:batch_id>/", views.batch, name="allocation_batch"),
    path("allocate/batches/<uuid:batch_id>/stop/", views.stop_batch, name="stop_allocation_batch"),
    path("allocate/batches/<uuid:batch_id>/resume/", views.resume_batch, name="resume_allocation_batch"),
    path("<opaque:organization_id>/allocate/", single.allocate, name="allocate"),
]
