"""The dashboard's settings, and Django admin beside it for comparison. Never used to serve people."""

from dashboard.settings import *  # noqa: F403
from dashboard.settings import INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin", "bench"]
ROOT_URLCONF = "bench.urls"
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["django.template.context_processors.debug"]  # type: ignore[index]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING = {"version": 1, "disable_existing_loggers": False}
