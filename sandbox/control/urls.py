"""Every path under `/_sandbox/`."""

from django.urls import path

from sandbox.control import clock
from sandbox.control.views import control

urlpatterns = [
    path("clock", control(GET=clock.get_clock, POST=clock.post_clock)),
]
