"""Addresses of the books, under /books/. Permissions stand in dashboard/permissions.py."""

from django.urls import path

from orgs import opaque as opaque  # registers the converter
from orgs.books import closing_pages, tieout_pages

app_name = "books"
urlpatterns = [
    path("tie-out/", tieout_pages.tie_out, name="tie_out"),
    path("tie-out/accept/", tieout_pages.accept, name="accept"),
    path("tie-out/<opaque:key>/", tieout_pages.transfer, name="transfer"),
    path("tie-out/<opaque:key>/withdraw/", tieout_pages.withdraw, name="withdraw"),
    path("tie-out/<opaque:key>/read/", tieout_pages.read_again, name="read_again"),
    path("days/", closing_pages.days, name="days"),
    path("days/<str:on>/", closing_pages.day, name="day"),
    path("days/<str:on>/sign/", closing_pages.sign, name="sign"),
]
