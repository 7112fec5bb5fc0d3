"""Fetches everything once, with a progress bar, so that the first page somebody opens is full.

Does nothing when the mirror is complete already: from then on the sweeps keep it fresh.
"""

import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import QuerySet

from layers.mirror import scopes
from layers.mirror.link import layers
from layers.mirror.models import Scope
from layers.mirror.resources import REGISTRY

THREADS = 6
ROUNDS = 5  # customers bring wallets and projects, projects bring content and ads: three rounds, and two to heal


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if sys.stderr.isatty():
            # A line for each call would break the bar; the workers write them from here on.
            logging.getLogger("layers.client").setLevel(logging.WARNING)
        scopes.follow("organizations", [""])
        done: set[str] = set()
        for _ in range(ROUNDS):
            waiting = self._waiting().exclude(id__in=done).order_by("resource", "id")
            ids = list(waiting.values_list("id", flat=True))
            if not ids:
                break
            with ThreadPoolExecutor(THREADS) as pool:
                for identifier in pool.map(self._fetch, ids):
                    done.add(identifier)
                    self._show(len(done))
        scopes.sum_up()
        if done and sys.stderr.isatty():
            self.stderr.write("")
        failed = self._waiting().exclude(error="").order_by("id")
        if failed.count() == Scope.objects.count():
            raise CommandError(f"Nothing could be fetched: {failed[0].error}")
        for scope in failed[:5]:
            self.stderr.write(f"not fetched yet, will be tried again: {scope.id}: {scope.error}")

    def _waiting(self) -> QuerySet[Scope]:
        return Scope.objects.filter(synced_at__isnull=True, resource__in=REGISTRY)

    def _fetch(self, identifier: str) -> str:
        try:
            scopes.fetch(layers(), identifier)
        finally:
            connection.close()  # back to the pool: these threads are not requests, so nobody else does it
        return identifier

    def _show(self, done: int) -> None:
        total = Scope.objects.count()
        if sys.stderr.isatty():
            bar = "█" * (30 * done // max(total, 1))
            self.stderr.write(f"\rFirst sync  {bar:<30} {done} of {total}", ending="")
        elif done == total or done % 50 == 0:
            self.stderr.write(f"First sync: {done} of {total}")
