"""Django's settings for the desk. All that differs between installations comes from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from config import database, environment
from config.environment import ROOT, ConfigurationError

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What differs between installations -----------------------------------------------------------------------------
SECRET_KEY = environment.secret("DESK_SECRET_KEY", 32)
SERVICE_TOKEN = environment.secret("DESK_SERVICE_TOKEN", 32)
DEBUG = environment.flag("DESK_DEBUG")
PUBLIC_URL = environment.address("DESK_PUBLIC_URL", "http://127.0.0.1:8000")
# Its own name; the other parts on this machine (the action server among them), who use none; and further names.
ALLOWED_HOSTS = [
    environment.host(PUBLIC_URL),
    *environment.LOOPBACK,
    *environment.names("DESK_ALLOWED_HOSTS"),
]
EMBED_ORIGINS = environment.names("DESK_EMBED_ORIGINS")
# What the sites that embed the chat sign their customers' tokens with, by the origin of the site.
SITE_SECRETS = environment.secrets_by_site("DESK_SITE_SECRETS", 32)
VAR_DIR = environment.directory("DESK_VAR", ROOT / "var")
ORGANISATION_FILE = Path(environment.text("ORGANISATION_FILE", str(ROOT / "organisation.yml")))
# How the desk works: times and limits that the organisation sets.
SERVICE_FILE = Path(environment.text("DESK_SERVICE_FILE", str(ROOT / "desk.yml")))
# One address, or one for each of several Rasa servers.
RASA_URLS = environment.addresses("RASA_URL", "http://127.0.0.1:5005")
RASA_TOKEN = environment.text("RASA_TOKEN", "")
# The assistant's intents: their titles and fixed answers (docs/contracts.md, section 6).
DOMAIN_FILE = Path(environment.text("DOMAIN_FILE", str(ROOT / "domain.yml")))
# Where Rasa keeps what it remembers, so that it can be erased in time; empty: an SQLite file beside the desk's.
RASA_DATABASE_URL = environment.text("RASA_DATABASE_URL", "")
RASA_TIMEOUT_SECONDS = environment.seconds("RASA_TIMEOUT_SECONDS", 8)
# More than keeps its one processor busy; see `turns.assistant`.
RASA_TURNS_AT_ONCE = environment.count("RASA_TURNS_AT_ONCE", 8)
# Only asked whether it works; it is the assistant that talks to it.
ACTIONS_URL = environment.address("ACTIONS_URL", "http://127.0.0.1:5055")
# Opens /metrics to who has it; empty: there is no such page.
METRICS_TOKEN = (
    environment.secret("DESK_METRICS_TOKEN", 32) if environment.text("DESK_METRICS_TOKEN", "") else ""
)
WORKER_METRICS_PORT = environment.port("DESK_WORKER_METRICS_PORT")
# Through Redis the desk's processes tell each other what is new, and Rasa's servers keep one turn per conversation.
REDIS_URL = environment.text("REDIS_URL", "")
# Where rate limits are counted; several web processes share a count through Redis (`redis://…`).
RATE_LIMIT_STORE = environment.text("DESK_RATE_LIMIT_STORE", REDIS_URL or "memory://")
# RabbitMQ, through which the assistant tells what it made of each message; empty: it does not.
BROKER_URL = environment.text("BROKER_URL", "")

# --- Where tickets are delivered, besides this desk (docs/outbox.md) --------------------------------------------------
# Read as they are: `outbox.checks` says what is wrong with them, all at once.
OUTBOX_TIMEOUT_SECONDS = environment.seconds("DESK_OUTBOX_TIMEOUT_SECONDS", 10)
OUTBOX_ZAMMAD_URL = environment.text("DESK_ZAMMAD_URL", "").rstrip("/")
OUTBOX_ZAMMAD_TOKEN = environment.text("DESK_ZAMMAD_TOKEN", "")
OUTBOX_ZAMMAD_GROUP = environment.text("DESK_ZAMMAD_GROUP", "Users")
OUTBOX_ZAMMAD_UNKNOWN_CUSTOMER = environment.text("DESK_ZAMMAD_UNKNOWN_CUSTOMER", "")
OUTBOX_WEBHOOK_URL = environment.text("DESK_WEBHOOK_URL", "")
OUTBOX_WEBHOOK_SECRET = environment.text("DESK_WEBHOOK_SECRET", "")
OUTBOX_TICKET_MAIL_TO = environment.text("DESK_TICKET_MAIL_TO", "")
OUTBOX_SMTP_HOST = environment.text("DESK_SMTP_HOST", "")
OUTBOX_SMTP_PORT = environment.text("DESK_SMTP_PORT", "")
OUTBOX_SMTP_SECURITY = environment.text("DESK_SMTP_SECURITY", "starttls")
OUTBOX_SMTP_USER = environment.text("DESK_SMTP_USER", "")
OUTBOX_SMTP_PASSWORD = environment.text("DESK_SMTP_PASSWORD", "")
OUTBOX_MAIL_FROM = environment.text("DESK_MAIL_FROM", "")

# --- Messaging channels (docs/contracts.md, section 8) -----------------------------------------------------------------
# Read as they are: `channels.checks` says what is wrong with them, all at once.
CHANNEL_TELEGRAM_TOKEN = environment.text("DESK_TELEGRAM_TOKEN", "")
CHANNEL_TELEGRAM_SECRET = environment.text("DESK_TELEGRAM_WEBHOOK_SECRET", "")
CHANNEL_TELEGRAM_API_URL = environment.text("DESK_TELEGRAM_API_URL", "https://api.telegram.org").rstrip("/")

CHANNEL_META_APP_SECRET = environment.text("DESK_META_APP_SECRET", "")
CHANNEL_META_VERIFY_TOKEN = environment.text("DESK_META_VERIFY_TOKEN", "")
CHANNEL_META_API_URL = environment.text("DESK_META_API_URL", "https://graph.facebook.com/v24.0").rstrip("/")
CHANNEL_WHATSAPP_NUMBER_ID = environment.text("DESK_WHATSAPP_NUMBER_ID", "")
CHANNEL_WHATSAPP_TOKEN = environment.text("DESK_WHATSAPP_TOKEN", "")
CHANNEL_WHATSAPP_TEMPLATE = environment.text("DESK_WHATSAPP_TEMPLATE", "")
CHANNEL_WHATSAPP_TEMPLATE_LANGUAGE = environment.text("DESK_WHATSAPP_TEMPLATE_LANGUAGE", "nl")
CHANNEL_TWILIO_ACCOUNT_SID = environment.text("DESK_TWILIO_ACCOUNT_SID", "")
CHANNEL_TWILIO_AUTH_TOKEN = environment.text("DESK_TWILIO_AUTH_TOKEN", "")
CHANNEL_TWILIO_API_URL = environment.text("DESK_TWILIO_API_URL", "https://api.twilio.com").rstrip("/")
CHANNEL_TWILIO_SMS_FROM = environment.text("DESK_TWILIO_SMS_FROM", "")
CHANNEL_TWILIO_WHATSAPP_FROM = environment.text("DESK_TWILIO_WHATSAPP_FROM", "")
CHANNEL_TWILIO_WHATSAPP_TEMPLATE = environment.text("DESK_TWILIO_WHATSAPP_TEMPLATE", "")
CHANNEL_MESSENGER_PAGE_ID = environment.text("DESK_MESSENGER_PAGE_ID", "")
CHANNEL_MESSENGER_TOKEN = environment.text("DESK_MESSENGER_TOKEN", "")
CHANNEL_INSTAGRAM_ACCOUNT_ID = environment.text("DESK_INSTAGRAM_ACCOUNT_ID", "")
CHANNEL_INSTAGRAM_TOKEN = environment.text("DESK_INSTAGRAM_TOKEN", "")

# --- Mail that comes in (docs/kanaal-e-mail.md) -------------------------------------------------------------------------
# Read as they are: `mail_in.checks` says what is wrong with them, all at once.
MAIL_IN_ADDRESS = environment.text("DESK_MAIL_IN_ADDRESS", "")
MAIL_IN_IMAP_HOST = environment.text("DESK_IMAP_HOST", "")
MAIL_IN_IMAP_PORT = environment.text("DESK_IMAP_PORT", "")
MAIL_IN_IMAP_SECURITY = environment.text("DESK_IMAP_SECURITY", "tls")
MAIL_IN_IMAP_USER = environment.text("DESK_IMAP_USER", "")
MAIL_IN_IMAP_PASSWORD = environment.text("DESK_IMAP_PASSWORD", "")
MAIL_IN_IMAP_FOLDER = environment.text("DESK_IMAP_FOLDER", "INBOX")

IS_HTTPS = PUBLIC_URL.startswith("https://")
if not (IS_HTTPS or DEBUG or environment.is_loopback(PUBLIC_URL)):
    raise ConfigurationError(
        f"DESK_PUBLIC_URL is {PUBLIC_URL}: use https, because customers' messages would cross the network unencrypted."
    )

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "organisation",
    "api",
    "jobs",
    "privacy",
    "employees",
    "audit",
    "lists",
    "conversations",
    "tickets",
    "notes",
    "tags",
    "deadlines",
    "presence",
    "callbacks",
    "assignment",
    "closing",
    "satisfaction",
    "figures",
    "feedback",
    "retention",
    "turns",
    "outbox",
    "channels",
    "canned",
    "understanding",
    "turnlog",
    "summary",
    "suggestions",
    "waiting",
    "away",
    "identity",
    "mail_in",
    "console",
    "website",
    "health",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "auditlog",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "corsheaders",
    "csp",
    "django_filters",
]
MIDDLEWARE = [
    "config.middleware.a_few_at_a_time",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "console.middleware.back_to_the_page",
    "config.middleware.in_one_thread",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

_CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "organisation.context.organisation",
    "console.context.console",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "html",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT_PROCESSORS},
    },
    {
        # What the desk says to customers is plain text: an apostrophe must not become `&#x27;`.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "text",
        "APP_DIRS": True,
        "OPTIONS": {"autoescape": False},
    },
]

# --- Database -------------------------------------------------------------------------------------------------------
# Of one process; with the threads of `config.threads` that is at most 28 connections with the database.
REQUESTS_AT_ONCE = environment.count("DESK_REQUESTS_AT_ONCE", 20)
DATABASES = {"default": database.settings(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Employees and their sessions -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "employees.Employee"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "console:login"
LOGIN_REDIRECT_URL = "console:tickets"
LOGOUT_REDIRECT_URL = "console:login"
SESSION_COOKIE_AGE = 10 * 60 * 60  # one working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script of ours reads the cookie
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
# The pair, so that a stranger elsewhere cannot lock an employee out by guessing.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "console/locked_out.html"
AXES_VERBOSE = False

# --- What browsers may do -------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_HTTPS else 0
SECURE_SSL_REDIRECT = False  # the proxy that ends TLS does that; behind it the desk speaks http
X_FRAME_OPTIONS = "DENY"

# The web chat carries its token in a header and uses no cookie, so another site can read only what its own visitor may.
CORS_ALLOWED_ORIGINS = EMBED_ORIGINS
CORS_URLS_REGEX = r"^/api/webchat/"
CORS_ALLOW_METHODS = ["GET", "POST", "OPTIONS"]
CORS_ALLOW_HEADERS = ["authorization", "content-type", "last-event-id"]
CORS_EXPOSE_HEADERS = ["retry-after"]

# Larger than the largest body that `config.body_limit` lets through, so that one place decides.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
APPEND_SLASH = True

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
# Straight from the applications' folders: the files are few and small, and a fresh clone runs without a build step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- Language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

# --- Logging --------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "masked": {
            "()": "privacy.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "masked"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # The server's own loggers come with handlers that do not mask.
        "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn.access": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # httpx logs every request at INFO.
        "httpx": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        # pika logs every connection, and a failure ten times over; the caller says it once.
        "pika": {"level": "CRITICAL"},
    },
}
