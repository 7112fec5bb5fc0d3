"""`/media/<container uuid>/<name>`: slide-1.jpg, slide-1-s.jpg, poster.jpg, poster-s.jpg, video.mp4."""

from django.urls import path

from sandbox.media.views import media

urlpatterns = [path("<uuid:container>/<str:name>", media, name="media")]
