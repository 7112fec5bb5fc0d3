from django.apps import AppConfig


class MirrorConfig(AppConfig):
    name = "layers.mirror"
    label = "mirror"
