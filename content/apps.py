from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"

    def ready(self) -> None:
        from content import commands, sync  # noqa: F401  registers what this desk sends and fetches
