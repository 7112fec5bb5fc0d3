from django.apps import AppConfig


class AdsConfig(AppConfig):
    name = "ads"

    def ready(self) -> None:
        from ads import commands, sync  # noqa: F401  registers what this desk sends and fetches
