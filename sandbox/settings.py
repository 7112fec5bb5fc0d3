"""Settings of the sandbox: a JSON service with one page. No sessions, no admin, one middleware.

Environment: SANDBOX_DATABASE_URL (required), SANDBOX_DATA_DIR (media cache), SANDBOX_PUBLIC_URL (origin written into
media URLs; without it the request's own host is used), SANDBOX_MEDIA_ALLOW (comma list of
host:port that partners' media URLs may name although they are not public, over plain http too).
"""

import os
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

_database_url = os.environ.get("SANDBOX_DATABASE_URL", "")
if not _database_url:
    raise ImproperlyConfigured(
        "Set SANDBOX_DATABASE_URL to a PostgreSQL database of the sandbox's own, such as postgresql:///sandbox."
    )

DATA_DIR = Path(os.environ.get("SANDBOX_DATA_DIR") or BASE_DIR / ".data" / "sandbox")
PUBLIC_URL = os.environ.get("SANDBOX_PUBLIC_URL", "").rstrip("/")
MEDIA_ALLOW = frozenset(
    place.strip() for place in os.environ.get("SANDBOX_MEDIA_ALLOW", "").split(",") if place.strip()
)

# Nothing here is signed or encrypted: no sessions, no cookies, no forms. Django only wants the name to be set.
SECRET_KEY = "sandbox-signs-nothing"  # noqa: S105
DEBUG = False
# Reached as localhost, by name inside a container, behind a tunnel: the host is not what guards this service.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "sandbox.urls"
WSGI_APPLICATION = "sandbox.wsgi.application"
APPEND_SLASH = False

INSTALLED_APPS = ["sandbox"]
MIDDLEWARE = ["sandbox.api.middleware.RequestTrail"]
# Only for the page at /_sandbox/.
TEMPLATES: list[dict[str, object]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]

_database = dj_database_url.parse(_database_url)
_OPTIONS = {
    # Our fixed statements (sandbox/statements.py) are prepared at their first use.
    "prepare_threshold": 0,
    # Every call counts itself in its rate window, and would wait for the disk longer than for all the rest. If
    # PostgreSQL crashes, the last moments are gone; never a half of something.
    "options": "-c synchronous_commit=off",
}
DATABASES = {
    "default": _database | {"OPTIONS": _OPTIONS | {"pool": {"min_size": 1, "max_size": 12, "timeout": 10}}},
    # The same database on connections of their own: what must stay though the call around it is rolled back.
    "beside": _database | {"OPTIONS": _OPTIONS | {"pool": {"min_size": 0, "max_size": 4, "timeout": 10}}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stdout"}},
    "loggers": {
        "sandbox": {"handlers": ["out"], "level": "INFO", "propagate": False},
        # The request line already says 404 and 405; only tracebacks of a 500 are worth a second entry.
        "django.request": {"handlers": ["out"], "level": "ERROR", "propagate": False},
    },
}
