"""From settings to pieces: which servers are embedded, which API is asked, with which addresses and keys."""

import os
from collections.abc import Mapping
from functools import cached_property

from stack.datadir import DataDir
from stack.environment import Settings, plain_environment
from stack.product import Product
from stack.sandbox import Sandbox
from stack.servers import Servers

DASHBOARD, SANDBOX = "dashboard", "sandbox"


class Plan:
    """What `settings` ask for on the data folder `data`. Raises StackError where an embedded server cannot run."""

    def __init__(self, settings: Settings, data: DataDir, environ: Mapping[str, str] = os.environ) -> None:
        self.settings = settings
        self.data = data
        self._environ = environ

    @property
    def databases(self) -> list[str]:
        """The names of the databases that the embedded PostgreSQL has to have."""
        names = [] if self.settings.database_url else [DASHBOARD]
        return names if self.settings.api_url else [*names, SANDBOX]

    @cached_property
    def servers(self) -> Servers:
        """The embedded servers."""
        return Servers.of(self.data, postgres=bool(self.databases), valkey=not self.settings.redis_url)

    @cached_property
    def sandbox(self) -> Sandbox | None:
        """The stand-in API; None when a real one is named."""
        if self.settings.api_url or not self.servers.postgres:
            return None
        url = self.servers.postgres.url(SANDBOX)
        return Sandbox(self.data.folder("sandbox"), self.settings.sandbox_port, url, plain_environment())

    @cached_property
    def product(self) -> Product:
        """The dashboard."""
        postgres, valkey = self.servers.postgres, self.servers.valkey
        return Product(
            data=self.data.path,
            port=self.settings.port,
            database_url=self.settings.database_url or (postgres.url(DASHBOARD) if postgres else ""),
            redis_url=self.settings.redis_url or (valkey.url if valkey else ""),
            api_url=self.settings.api_url or (self.sandbox.url if self.sandbox else ""),
            api_key=self.settings.api_key or (self.sandbox.key() if self.sandbox else ""),
            secret_key=self._environ.get("SECRET_KEY", "").strip() or self.data.secret_key(),
            sandbox=self.sandbox,
            base=plain_environment(),
        )
