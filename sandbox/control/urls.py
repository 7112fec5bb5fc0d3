"""Every path under `/_sandbox/`."""

from django.urls import path

from sandbox.control import ad_consent, clock, doing, worlds
from sandbox.control import fault_switches as faults
from sandbox.control.consent import consent
from sandbox.control.github import install
from sandbox.control.page import forms
from sandbox.control.page.forms import form
from sandbox.control.page.index import index
from sandbox.control.page.static import serve
from sandbox.control.views import control

urlpatterns = [
    path("", index),
    path("static/<str:name>", serve),
    path("page/clock", form(forms.move_clock)),
    path("page/world", form(forms.make_world)),
    path("page/fault", form(forms.add_fault)),
    path("page/fault/remove", form(forms.remove_fault)),
    path("page/do/<str:who>/<str:name>", form(forms.do_deed)),
    path(
        "faults",
        control(GET=faults.get_faults, POST=faults.post_faults, DELETE=faults.delete_faults),
    ),
    path("faults/<str:fault_id>", control(DELETE=faults.delete_fault)),
    path("world", control(GET=worlds.get_world, POST=worlds.post_world)),
    path("clock", control(GET=clock.get_clock, POST=clock.post_clock)),
    path("customer", control(GET=doing.get_deeds), {"who": "customer"}),
    path("customer/<str:name>", control(POST=doing.post_deed), {"who": "customer"}),
    path("staff", control(GET=doing.get_deeds), {"who": "staff"}),
    path("staff/<str:name>", control(POST=doing.post_deed), {"who": "staff"}),
    path("oauth/<str:state>", consent),
    path("ads-oauth/<str:token>", ad_consent.consent),
    path("github/install/<int:number>", install),
]
