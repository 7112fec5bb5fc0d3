"""A Celery worker that is killed, with SIGKILL and for real, after Layers has answered and before we noted it."""

import os
import signal
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")

from dashboard.celery import app


def die(*args: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    import django

    django.setup()
    from layers.outbox import delivery

    setattr(delivery, "_succeed", die)  # noqa: B010  a function in the place of another
    app.worker_main(["worker", "-P", "threads", "-c", "1", "-Q", "commands", "--loglevel", "WARNING", *sys.argv[1:]])
