"""Settings of the dashboard. Everything that differs between machines comes from the environment (see README)."""

from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from dashboard.env import Env, broker_url

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".data")))

# --- the process
SECRET_KEY = env.text("SECRET_KEY")
DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
BEHIND_TLS = env.flag("BEHIND_TLS", False)
ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "dashboard",  # after auth, whose post_migrate writes the permissions that ours puts into roles
    "orgs",
    "content",
    "ads",
    "layers.mirror",
    "layers.outbox",
    "django_htmx",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dashboard.permissions.ClosedByDefaultMiddleware",
    "dashboard.zone.ReaderZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.shell.context",
            ],
            "builtins": ["django.templatetags.static", "dashboard.templatetags.desk"],
        },
    }
]

# --- storage: one engine, one broker, one code path
DATABASES = {
    "default": dj_database_url.parse(env.text("DATABASE_URL"))
    | {
        "CONN_HEALTH_CHECKS": True,
        # One pool a process: web threads and Celery threads share it.
        "OPTIONS": {"pool": {"min_size": 0, "max_size": env.number("DB_POOL", 12, 1, 200), "timeout": 10}},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")

# --- people
AUTH_USER_MODEL = "dashboard.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 12 * 60 * 60
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "dashboard/locked_out.html"
AXES_CLIENT_IP_CALLABLE = "dashboard.address.client_address"
AXES_VERBOSE = False

# --- safety
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MEDIA_ORIGINS = env.words("LAYERS_MEDIA_ORIGINS", "https://media.layers.com")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:", *MEDIA_ORIGINS],
        "media-src": [SELF, *MEDIA_ORIGINS],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- words, times, files
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
USE_THOUSAND_SEPARATOR = False
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "dashboard.bundle.BundledStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# --- the link to Layers
LAYERS_API_URL = env.origin("LAYERS_API_URL")
LAYERS_API_KEY = env.secret("LAYERS_API_KEY")
UNDO_SECONDS = env.number("UNDO_SECONDS", 8, 0, 30)
# Seconds; layers/outbox and layers/mirror say what for. Only chaos/settings.py has others: it has not got a day.
OUTBOX_LEASE = 120
OUTBOX_KEY_WINDOW = 23 * 3600
OUTBOX_QUIET = 600
MIRROR_LONGEST_FETCH = 600

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"queue_order_strategy": "priority", "visibility_timeout": 600}
CELERY_TASK_DEFAULT_QUEUE = "refresh"
CELERY_TASK_ROUTES = {
    # Before the sweeps: in one queue with them it would wait behind hundreds, and its time would be over.
    "layers.outbox.tasks.work_batches": {"queue": "batches"},
    "layers.outbox.*": {"queue": "commands"},
    "layers.mirror.tasks.refresh": {"queue": "refresh"},
    "layers.mirror.tasks.sync_scope": {"queue": "backfill"},
    "orgs.tasks.*": {"queue": "backfill"},
}
CELERY_BEAT_SCHEDULE = {
    "sweep-commands": {"task": "layers.outbox.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "weigh-customers": {"task": "orgs.tasks.weigh_all", "schedule": 60.0, "options": {"expires": 60}},
    "erase-secrets": {"task": "orgs.tasks.erase_secrets", "schedule": 60.0, "options": {"expires": 60}},
    "tie-out": {"task": "orgs.tasks.tie_out", "schedule": 5.0, "options": {"expires": 5}},
    "start-due-syncs": {"task": "layers.mirror.tasks.start_due", "schedule": 3.0, "options": {"expires": 3}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{", "datefmt": "%H:%M:%S"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        # httpx logs whole addresses at INFO; our client writes its own line with the requestId.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        # A line for every message would bury those of the calls.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
