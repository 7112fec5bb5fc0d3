"""Every path under `/_sandbox/`."""

from django.urls import path

from sandbox.control import clock, worlds
from sandbox.control import fault_switches as faults
from sandbox.control.consent import consent
from sandbox.control.views import control

urlpatterns = [
    path(
        "faults",
        control(GET=faults.get_faults, POST=faults.post_faults, DELETE=faults.delete_faults),
    ),
    path("faults/<str:fault_id>", control(DELETE=faults.delete_fault)),
    path("world", control(GET=worlds.get_world, POST=worlds.post_world)),
    path("clock", control(GET=clock.get_clock, POST=clock.post_clock)),
    path("oauth/<str:state>", consent),
]
