from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        # These register what this desk sends, asks a second person about, and fetches.
        from orgs import commands, four_eyes_rules, sync  # noqa: F401
        from orgs.caps import batch as caps_batch  # noqa: F401
        from orgs.caps import commands as caps_commands  # noqa: F401
        from orgs.giving import batch  # noqa: F401
        from orgs.keys import mint, revoke, rotate  # noqa: F401
        from orgs.keys import sync as keys_sync  # noqa: F401
        from orgs.lifecycle import archive, create, edit, migrate, status  # noqa: F401
