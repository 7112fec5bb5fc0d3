from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DashboardConfig(AppConfig):
    name = "dashboard"

    def ready(self) -> None:
        from dashboard.roles import write_roles

        post_migrate.connect(write_roles, sender=self, dispatch_uid="roles")
