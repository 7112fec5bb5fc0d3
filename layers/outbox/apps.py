from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "layers.outbox"
    label = "outbox"
