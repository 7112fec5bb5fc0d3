# Imported here so that tasks are bound to our application in every process, the web one included.
from dashboard.celery import app as celery_app

__all__ = ["celery_app"]
