from django.apps import AppConfig
from django.db.backends.signals import connection_created


class SandboxConfig(AppConfig):
    name = "sandbox"
    verbose_name = "Partner API sandbox"

    def ready(self) -> None:
        from sandbox import statements

        connection_created.connect(statements.tune)
