"""Addresses of the books, under /books/. Permissions stand in dashboard/permissions.py."""

from django.urls import path

from orgs import opaque as opaque  # registers the converter
from orgs.books.closing import views as closing
from orgs.books.tieout import views as tieout

app_name = "books"
urlpatterns = [
    path("tie-out/", tieout.tie_out, name="tie_out"),
    path("tie-out/accept/", tieout.accept, name="accept"),
    path("tie-out/<opaque:key>/", tieout.transfer, name="transfer"),
    path("tie-out/<opaque:key>/withdraw/", tieout.withdraw, name="withdraw"),
    path("tie-out/<opaque:key>/read/", tieout.read_again, name="read_again"),
    path("days/", closing.days, name="days"),
    path("days/<str:on>/", closing.day, name="day"),
    path("days/<str:on>/sign/", closing.sign, name="sign"),
]
