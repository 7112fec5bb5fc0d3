from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        from orgs import commands, sync  # noqa: F401  registers what this desk sends and fetches
