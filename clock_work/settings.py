"""Settings of Clock Work. Every knob comes from the environment; `.env.example` lists them all."""

import re
import sys
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from decouple import AutoConfig, Csv
from django.core.exceptions import ImproperlyConfigured

from clock_work.broker import broker_settings

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
config = AutoConfig(search_path=BASE_DIR)


def required(name: str, value: Any, hint: str) -> Any:
    """Give `value` back, or say which setting a production start misses."""
    if value or DEBUG:
        return value
    raise ImproperlyConfigured(f"{name} is not set. {hint} (Or set DEBUG=true on a development machine.)")


def both(**values: str) -> None:
    """Say which of settings that only make sense together is missing."""
    for name, value in values.items():
        if not value:
            others = ", ".join(other for other in values if other != name)
            raise ImproperlyConfigured(f"{name} is not set. It goes with {others}.")


def content(path: str) -> str:
    return Path(path).read_text().strip() if path else ""


# --- the process -----------------------------------------------------------------------------------
DEBUG = config("DEBUG", default=False, cast=bool)
IS_CELERY = Path(sys.argv[0]).name == "celery"
IS_RUNSERVER = sys.argv[1:2] == ["runserver"]
IS_WEB = Path(sys.argv[0]).name in {"daphne", "gunicorn", "hypercorn", "uvicorn"}
PORT = config("PORT", default=8000, cast=int)
SITE_URL = str(config("SITE_URL", default=f"http://localhost:{PORT}")).rstrip("/")
SECRET_KEY = (
    required(
        "SECRET_KEY",
        config("SECRET_KEY", default="") or content(config("SECRET_KEY_FILE", default="")),
        "Give it 50 random characters that stay secret, or name a file with them in SECRET_KEY_FILE.",
    )
    or "development-only-and-therefore-not-secret-but-long-enough-for-the-check"
)
_site = urlsplit(SITE_URL)
ALLOWED_HOSTS = required(
    "ALLOWED_HOSTS",
    config("ALLOWED_HOSTS", default="", cast=Csv()),
    "List the host names that this site is reached by, separated by commas.",
) or ["localhost", "127.0.0.1", "[::1]", _site.hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

ROOT_URLCONF = "clock_work.urls"
ASGI_APPLICATION = "clock_work.asgi.application"
INSTALLED_APPS = [
    *(["daphne"] if IS_RUNSERVER else []),  # for its runserver; the others need not wait for its import
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_celery_beat",
    "django_celery_results",
    "heroicons",
    "accounts",
    "api",
    "tasks",
    "mail",
    "notifications",
    "reminders",
    "notes",
    "clock_work",
]
MIDDLEWARE = [
    "clock_work.middleware.ProbesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.SessionCookieMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionsMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "accounts.middleware.PrivatePagesMiddleware",
    "accounts.middleware.StaffSecondFactorMiddleware",
    "accounts.middleware.DeletedMeanwhileMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
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
                "csp.context_processors.nonce",
                "clock_work.context.development",
            ],
            "builtins": ["heroicons.templatetags.heroicons"],
        },
    }
]

# --- database --------------------------------------------------------------------------------------
SQLITE_URL = f"sqlite:///{VAR_DIR / 'clock_work.sqlite3'}"
DATABASE_URL = required(
    "DATABASE_URL", config("DATABASE_URL", default=""), "For example postgres://user:password@host/name."
)
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL or SQLITE_URL)}
_database = DATABASES["default"]
if not DATABASE_URL:
    VAR_DIR.mkdir(exist_ok=True)
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    _database["TEST"] = {"NAME": f"{_database['NAME']}.test"}
else:
    _database["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 10,  # a machine that went away without a word is noticed within half a minute
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
        **_database.get("OPTIONS", {}),
    }
    _pool_size = config("DATABASE_POOL_SIZE", default=10 if IS_WEB else 0, cast=int)
    if IS_CELERY:
        _database["CONN_MAX_AGE"] = 600
        _database["CONN_HEALTH_CHECKS"] = True
    elif _pool_size:  # under ASGI a request's thread ends with it, and a connection kept by it would leak
        _database["ENGINE"] = "dj_db_conn_pool.backends.postgresql"
        _database["POOL_OPTIONS"] = {
            "POOL_SIZE": _pool_size,
            "MAX_OVERFLOW": _pool_size,
            "RECYCLE": 600,
            "PRE_PING": True,
        }
DATABASE_IDLE_IN_TRANSACTION_SECONDS = 60 if IS_CELERY else 0  # 0: as long as the server allows
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: cache, sessions, channel layer -----------------------------------------------------------
REDIS_URL = str(
    required(
        "REDIS_URL",
        config("REDIS_URL", default="") or config("REDISCLOUD_URL", default=""),
        "For example redis://:password@host:6379/0.",
    )
    or "redis://127.0.0.1:6379/0"
)
CACHES = {
    "default": {
        "BACKEND": "clock_work.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "push"},
    }
}
PUSH_BEAT_SECONDS = config("PUSH_BEAT_SECONDS", default=25.0, cast=float)

# --- Celery ----------------------------------------------------------------------------------------
CELERY_BROKER_URL = str(
    config("CELERY_BROKER_URL", default="") or config("CLOUDAMQP_URL", default="") or REDIS_URL
)
BROKER_PATIENCE_SECONDS = 5.0 if IS_CELERY else 1.0  # people wait for web
for _name, _value in broker_settings(CELERY_BROKER_URL, BROKER_PATIENCE_SECONDS).items():
    globals()[f"CELERY_{_name.upper()}"] = _value
CELERY_RESULT_BACKEND = "django-db"
CELERY_CACHE_BACKEND = "default"
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "short"
CELERY_TASK_IGNORE_RESULT = True  # the Run row is the truth; fixed jobs opt in to keeping their results
CELERY_TASK_ACKS_LATE = False  # the lease recovers; late acknowledgement repeats
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = config("WORKER_CONCURRENCY", default=4, cast=int)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_DB_REUSE_MAX = 100_000  # tasks/tasks.py closes connections that have gone bad before each task
CELERY_BEAT_SCHEDULER = "tasks.scheduler:Scheduler"

# --- tasks: the engine -------------------------------------------------------------------------------
TASKS_LEASE_SECONDS = config("TASKS_LEASE_SECONDS", default=30.0, cast=float)
TASKS_SWEEP_SECONDS = config("TASKS_SWEEP_SECONDS", default=5.0, cast=float)
TASKS_RETRY_SECONDS = config("TASKS_RETRY_SECONDS", default=4.0, cast=float)
TASKS_REPUBLISH_SECONDS = config("TASKS_REPUBLISH_SECONDS", default=20.0, cast=float)
TASKS_MISSED_SECONDS = config("TASKS_MISSED_SECONDS", default=60.0, cast=float)
TASKS_WAITING_SECONDS = config("TASKS_WAITING_SECONDS", default=120.0, cast=float)
TASKS_SCHEDULER_SECONDS = 30.0  # a scheduler that has not looked for so long is not running
CELERY_BEAT_SCHEDULE = {
    "sweep runs": {
        "task": "tasks.sweep",
        "schedule": TASKS_SWEEP_SECONDS,
        "options": {"expires": 30.0},  # by the worker's clock, which may differ from Beat's by some seconds
    },
    "clear sessions": {"task": "accounts.clear_sessions", "schedule": 24 * 3600.0},
    "clean up avatars": {"task": "accounts.clean_up_avatars", "schedule": 24 * 3600.0},
    "clear what programs left": {"task": "api.clear_old", "schedule": 24 * 3600.0},
    "clean up exports": {"task": "notes.clean_up_exports", "schedule": 24 * 3600.0},
    "record who was seen": {
        "task": "notifications.record_last_seen",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
}

# --- notifications -----------------------------------------------------------------------------------
PRESENCE_SECONDS = config("PRESENCE_SECONDS", default=75.0, cast=float)
PRESENCE_GRACE_SECONDS = config("PRESENCE_GRACE_SECONDS", default=10.0, cast=float)

# --- mail ------------------------------------------------------------------------------------------
MAIL_JET_API_KEY = config("MAIL_JET_API_KEY", default="")
MAIL_JET_API_SECRET = config("MAIL_JET_API_SECRET", default="")
MAIL_JET_API_URL = config("MAIL_JET_API_URL", default="") or "https://api.mailjet.com"
MAIL_JET_SANDBOX = config("MAIL_JET_SANDBOX", default=False, cast=bool)
MAIL_BY_MAILJET = bool(MAIL_JET_API_KEY or MAIL_JET_API_SECRET)
if MAIL_BY_MAILJET:
    both(MAIL_JET_API_KEY=MAIL_JET_API_KEY, MAIL_JET_API_SECRET=MAIL_JET_API_SECRET)
EMAIL_HOST = config("EMAIL_HOST", default="")
EMAIL_PORT = config("EMAIL_PORT", default=587, cast=int)
EMAIL_HOST_USER = config("EMAIL_USER", default="")
EMAIL_HOST_PASSWORD = config("EMAIL_PASS", default="")
EMAIL_USE_SSL = config("EMAIL_USE_SSL", default=EMAIL_PORT == 465, cast=bool)
EMAIL_USE_TLS = config("EMAIL_USE_TLS", default=EMAIL_PORT == 587, cast=bool)
EMAIL_TIMEOUT = config("EMAIL_TIMEOUT", default=60.0, cast=float)
EMAIL_BACKEND = "mail.backend.QueuedEmailBackend"
if MAIL_BY_MAILJET:
    DIRECT_EMAIL_BACKEND = "mail.transports.mailjet.backend.EmailBackend"
elif required(
    "EMAIL_HOST", EMAIL_HOST, "Name the SMTP server, or set MAIL_JET_API_KEY and MAIL_JET_API_SECRET."
):
    DIRECT_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
else:
    DIRECT_EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = config("EMAIL_FILE_PATH", default=str(VAR_DIR / "mail"))
EMAIL_FILE_SECONDS = config("EMAIL_FILE_SECONDS", default=0.1, cast=float)
_mail_domain = (_site.hostname or "") if re.search("[a-z]$", _site.hostname or "") else "localhost"
DEFAULT_FROM_EMAIL = config("DEFAULT_FROM_EMAIL", default=f"Clock Work <clock-work@{_mail_domain}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_MAX_RECIPIENTS = config("MAIL_MAX_RECIPIENTS", default=200, cast=int)
MAIL_DAILY_LIMIT = config("MAIL_DAILY_LIMIT", default=1000, cast=int)
MAIL_DAILY_LIMIT_PER_ADDRESS = config("MAIL_DAILY_LIMIT_PER_ADDRESS", default=100, cast=int)
JOURNAL_DIR = config("JOURNAL_DIR", default=str(VAR_DIR / "journal") if DEBUG else "")

# --- browser push ------------------------------------------------------------------------------------
WEB_PUSH_PRIVATE_KEY = config("WEB_PUSH_PRIVATE_KEY", default="").strip()
WEB_PUSH_SUBJECT = config("WEB_PUSH_SUBJECT", default="") or f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}"
WEB_PUSH_SERVICES = config(
    "WEB_PUSH_SERVICES",
    default="fcm.googleapis.com,push.services.mozilla.com,notify.windows.com,push.apple.com",
    cast=Csv(),
)

# --- accounts --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_CHANGE_EMAIL = True  # one address per person; another one replaces it once it is verified
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # another address asks for the password once more
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger can have us write to nobody who is not here
ACCOUNT_EMAIL_NOTIFICATIONS = True  # who did not change it themselves hears of it
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Clock Work"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: telephones' clocks are not quite ours, and people type slowly
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody is let in without a verified one; this lets them replace it
MFA_FORMS = {
    "authenticate": "accounts.second_factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.second_factor_forms.ReauthenticateForm",
    "authenticate_webauthn": "accounts.second_factor_forms.AuthenticatePasskeyForm",
    "login_webauthn": "accounts.second_factor_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "accounts.second_factor_forms.ReauthenticatePasskeyForm",
    "activate_totp": "accounts.second_factor_forms.SwitchOnAppForm",
    "add_webauthn": "accounts.second_factor_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.second_factor_forms.RenamePasskeyForm",
}
STAFF_NEED_SECOND_FACTOR = config("STAFF_NEED_SECOND_FACTOR", default=not DEBUG, cast=bool)
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
LOGIN_URL = "account_login"

# --- the REST API ------------------------------------------------------------------------------------
API_REQUESTS_PER_MINUTE_PER_ADDRESS = config("API_REQUESTS_PER_MINUTE_PER_ADDRESS", default=120, cast=int)
API_REQUESTS_PER_MINUTE_PER_USER = config("API_REQUESTS_PER_MINUTE_PER_USER", default=600, cast=int)
API_REQUESTS_PER_MINUTE_PER_TOKEN = config("API_REQUESTS_PER_MINUTE_PER_TOKEN", default=300, cast=int)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.BearerAuthentication",
        "api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.IsAllowed"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.JSONAlone",
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "EXCEPTION_HANDLER": "api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "SIGNING_KEY": SECRET_KEY,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Clock Work",
    "DESCRIPTION": "Everything a page of Clock Work can do, a program can do.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "TaskStatusEnum": "tasks.models.STATUSES",
        "ReminderStatusEnum": "reminders.api.serializers.STATUSES",
        "MissedEnum": "tasks.models.Task.Missed",
        "RunStateEnum": "tasks.models.Run.State",
        "DeliveryStateEnum": "mail.models.Delivery.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema_extensions.complete",
    ],
}

# --- languages and time ------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = config("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "clock_work.storage.StaticStorage"
    },
}

# --- private files -----------------------------------------------------------------------------------
FILES_DIR = config("FILES_DIR", default=str(VAR_DIR / "files"))
S3_BUCKET = config("S3_BUCKET", default="")
_private_bucket = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": config("S3_ENDPOINT_URL", default="") or None,
    "public_url": config("S3_PUBLIC_URL", default=""),
    "region_name": config("S3_REGION", default="") or None,
    "access_key": config("S3_ACCESS_KEY", default="") or None,
    "secret_key": config("S3_SECRET_KEY", default="") or None,
    "querystring_expire": 60,
}
_private_disk = {"location": FILES_DIR, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
STORAGES["private"] = (
    {"BACKEND": "clock_work.private_bucket.PrivateBucket", "OPTIONS": _private_bucket}
    if S3_BUCKET
    else {"BACKEND": "clock_work.private_disk.PrivateDisk", "OPTIONS": _private_disk}
)

# --- security ----------------------------------------------------------------------------------------
_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz(/scheduler)?$"]
TRUST_PROXY = config("TRUST_PROXY", default=_https, cast=bool)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(TRUST_PROXY)  # whose X-Forwarded-For tells the address that limits count
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "clock_work_session"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "worker-src": [SELF],
    }
}

# --- logging -----------------------------------------------------------------------------------------
_naming_paths = "django.request", "django.security.csrf", "uvicorn.access", "uvicorn.error"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"discreet": {"()": "clock_work.access_log.Discreet"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {name: {"filters": ["discreet"], "propagate": True} for name in _naming_paths},
    "root": {"handlers": ["console"], "level": config("LOG_LEVEL", default="INFO")},
}
