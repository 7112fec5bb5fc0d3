"""`/media/<container uuid>/<name>`: slide-1.jpg, slide-1-s.jpg, poster.jpg, poster-s.jpg, video.mp4 where media are
drawn. `/media/<container uuid>/uploaded/<name>`: 1.png and so on, poster.jpg, where they were uploaded.
`/media/sources/<trade>/<post id>.jpg`: covers of posts to remix. `/media/incoming/<upl_ id>`: where files are PUT."""

from django.urls import path

from sandbox.media.assets import app_media, influencer
from sandbox.media.covers import cover
from sandbox.media.receiving import receive
from sandbox.media.uploaded import uploaded
from sandbox.media.views import media

urlpatterns = [
    path("<uuid:container>/<str:name>", media, name="media"),
    path("<uuid:container>/uploaded/<str:name>", uploaded, name="uploaded"),
    path("incoming/<str:upload_id>", receive, name="incoming"),
    path("app/<uuid:media>.<str:ending>", app_media, name="app-media"),
    path("influencers/<uuid:influencer>/<str:name>", influencer, name="influencer"),
    path("sources/<str:trade>/<str:name>", cover, name="cover"),
]
