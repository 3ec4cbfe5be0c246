"""Settings, read from the environment (see ``.env.example``).

One file on purpose: what runs in production is what a developer reads here. ``LOCAL_MODE`` is set by
``make run`` and the tests only; it turns on the embedded mailbox and the demo accounts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from callcenter_jobs import env, schedule

BASE_DIR = Path(__file__).resolve().parent.parent

# --- how this process runs -------------------------------------------------------------------
LOCAL_MODE = env.flag("LOCAL_MODE")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", "local-only-key-that-protects-nothing-and-is-refused-elsewhere" if LOCAL_MODE else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set. Run `make run` for a local portal, or see .env.example.")
# Earlier keys: what was signed with one (private links in mails, sessions) stays good until it leaves this list.
SECRET_KEY_FALLBACKS = [key for key in env.secret("SECRET_KEY_FALLBACKS").replace(",", " ").split() if key]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if LOCAL_MODE else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
USES_TLS = BASE_URL.startswith("https://")
# Whoever sends it to /readyz as a bearer token reads which part is down; others read one word.
HEALTH_TOKEN = env.secret("HEALTH_TOKEN")
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0, high=10)

SITE_NAME = env.text("SITE_NAME", "Openline")
# The tag that starts every subject-independent mail header and domain of a Message-ID.
MAIL_DOMAIN = env.text("MAIL_DOMAIN", "openline.example")

WSGI_APPLICATION = "callcenter_jobs.wsgi.application"
ROOT_URLCONF = "callcenter_jobs.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "callcenter_jobs.apps.PortalConfig",
    "callcenter_jobs.accounts",
    "callcenter_jobs.outbox",
    "callcenter_jobs.ui",
    "postings",
    "applicants",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "lucide",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.forms",
]
if LOCAL_MODE:
    INSTALLED_APPS.append("callcenter_jobs.local")

MIDDLEWARE = [
    # Outermost, so that even a refused host or a crash leaves with every header.
    "callcenter_jobs.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "callcenter_jobs.middleware.PolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "callcenter_jobs.middleware.SharedAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "callcenter_jobs.middleware.PrivatePagesMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before anything that reads the body.
    "callcenter_jobs.uploads.RequestSizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "callcenter_jobs.accounts.middleware.SessionAgeMiddleware",
    "callcenter_jobs.accounts.middleware.TimeZoneMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "callcenter_jobs.accounts.middleware.ActivityMiddleware",
    "callcenter_jobs.accounts.middleware.RequireMFAMiddleware",
    "callcenter_jobs.accounts.middleware.InvalidFormMiddleware",
]

FORM_RENDERER = "callcenter_jobs.ui.forms.Renderer"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "callcenter_jobs.ui.context.site",
                "callcenter_jobs.accounts.context.suggested_language",
            ],
            "builtins": ["django.templatetags.i18n", "callcenter_jobs.ui.templatetags.ui"],
        },
    },
    # For the pages that are asked for most (docs/architecture.md); shares the functions behind the tags above.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "callcenter_jobs.ui.jinja.environment"},
    },
]

# --- data ------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/openline")}
# After so many seconds PostgreSQL gives up a statement of a web process (callcenter_jobs/database.py); 0: never.
WEB_STATEMENT_TIMEOUT_S = env.number("WEB_STATEMENT_TIMEOUT_S", 15, high=600)
REDIS_URL = env.secret("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "callcenter_jobs.cache.ForgivingRedisCache",
        "LOCATION": env.secret("CACHE_URL", REDIS_URL),
        "KEY_PREFIX": "openline",
        # A sick cache must cost a visitor a fraction of a second, never the page.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.3},
    }
}
# How long a process keeps what it has found out about places: they change with a release, the work offered there slowly.
PLACES_KEPT_SECONDS = 60
# Sessions in the database: signing in survives a lost or frozen Valkey.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60

# --- search (docs/search.md) -------------------------------------------------------------------
SEARCH_BACKEND = env.text("SEARCH_BACKEND", "postings.search.memory.MemoryBackend")
# Whether a thread of each web process reads what changed all the time; and how many milliseconds a search does without reading it.
SEARCH_KEEPER = env.flag("SEARCH_KEEPER", True)
SEARCH_LOOK_AGAIN_MS = env.number("SEARCH_LOOK_AGAIN_MS", 100, low=0, high=60_000)
# How many megabytes of searched words a process keeps.
SEARCH_WORD_CACHE_MB = env.number("SEARCH_WORD_CACHE_MB", 8, low=1, high=4096)

# --- mail: every message is an outbox row first (docs/notifications.md) ------------------------
EMAIL_BACKEND = "callcenter_jobs.outbox.backend.OutboxBackend"
_MAIL = env.email("EMAIL_URL", "smtp://127.0.0.1:25")
EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"], _MAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"], _MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL["EMAIL_USE_TLS"], _MAIL["EMAIL_USE_SSL"]
EMAIL_SUBJECT_PREFIX = ""
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"{SITE_NAME} <no-reply@{MAIL_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The folder of the local mailbox, which has a page only in a local run.
MAILBOX_DIR = env.text("MAILBOX_DIR")
# Where the relay answers "did you accept this Message-ID?" (GET ?message_id=…). Empty: it cannot be asked.
MAIL_LOOKUP_URL = env.secret("MAIL_LOOKUP_URL")
# One figure sets the clock of a delivery, so that the order below always holds:
# socket 10 s < task 30/45 s, relay's idle hang-up 30 s < lease 90 s < broker's redelivery 120 s.
OUTBOX_LEASE = env.number("OUTBOX_LEASE", 90, low=15, high=900)
OUTBOX_GRACE = OUTBOX_LEASE // 3
EMAIL_TIMEOUT = max(1, min(10, OUTBOX_LEASE // 9))
# Off only in the chaos proof, which must show what goes wrong without it; outside a local run it has no effect.
OUTBOX_FENCE = env.flag("OUTBOX_FENCE", True)

# --- Celery: messages are hints, rows are the truth ---------------------------------------------
PROCESS_ROLE = env.choice("PROCESS_ROLE", "web", {"web", "worker", "beat"})
CELERY_BROKER_URL = env.broker_url(env.secret("BROKER_URL", REDIS_URL))
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_QUEUES = [Queue("mail"), Queue("files"), Queue("default")]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"outbox.*": {"queue": "mail"}, "applicants.read_documents": {"queue": "files"}}
CELERY_TASK_ACKS_LATE = True
# Safe only because a message that kills its worker is counted in its row and parked after 8 attempts.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = OUTBOX_LEASE // 2
CELERY_TASK_SOFT_TIME_LIMIT = OUTBOX_LEASE // 3
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": OUTBOX_LEASE * 4 // 3,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 25,
    "global_keyprefix": "jobs:",
}
if PROCESS_ROLE == "web":
    # A dead broker costs a visitor 0.07 s and a frozen one 0.6 s; the row is swept up without it.
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"socket_timeout": 0.5, "socket_connect_timeout": 0.3, "max_retries": 0}
CELERY_BEAT_SCHEDULE = schedule.BEAT_SCHEDULE

# --- people who sign in ----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "callcenter_jobs.accounts.validators.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:after_login"
LOGOUT_REDIRECT_URL = "public:home"
# Nobody stays signed in longer than this after signing in, and nobody stays signed in while away.
SESSION_IDLE_SECONDS = 60 * env.number("SESSION_IDLE_MINUTES", 60, low=5, high=24 * 60)

ACCOUNT_ADAPTER = "callcenter_jobs.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "callcenter_jobs.accounts.adapter.display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "callcenter_jobs.accounts.forms.LoginForm",
    "signup": "callcenter_jobs.accounts.forms.SignupForm",
    "add_email": "callcenter_jobs.accounts.forms.AddEmailForm",
    "change_password": "callcenter_jobs.accounts.forms.ChangePasswordForm",
    "set_password": "callcenter_jobs.accounts.forms.SetPasswordForm",
    "reset_password": "callcenter_jobs.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "callcenter_jobs.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "callcenter_jobs.accounts.forms.ReauthenticateForm",
    "request_login_code": "callcenter_jobs.accounts.forms.RequestLoginCodeForm",
    "change_email": "callcenter_jobs.accounts.forms.ChangeEmailForm",
    "confirm_login_code": "callcenter_jobs.accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "callcenter_jobs.accounts.forms.ConfirmEmailForm",
}
# A code typed into the page that asked for it: nothing that a mail scanner can click, and the way back
# (an invitation, say) is still open in that window.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 3
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = 2
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 30 * 60
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_COOKIE_AGE = SESSION_COOKIE_AGE
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/m/ip,5/5m/key",
    "signup": "20/m/ip,60/h/ip",
    "reset_password": "20/m/ip,3/m/key,10/h/key",
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
}
# Without it every visitor behind a proxy shares one bucket, and one attacker locks out everybody.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

MFA_ADAPTER = "callcenter_jobs.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "callcenter_jobs.accounts.forms.ActivateTOTPForm",
    "authenticate": "callcenter_jobs.accounts.forms.AuthenticateForm",
    "reauthenticate": "callcenter_jobs.accounts.forms.ReauthenticateMFAForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL_MODE
# Operators always need a second factor outside a local run; members of hiring teams when the operator says so.
REQUIRE_MFA_FOR_STAFF = env.flag("REQUIRE_MFA_FOR_STAFF", default=not LOCAL_MODE)
REQUIRE_MFA_FOR_DESK = env.flag("REQUIRE_MFA_FOR_DESK")
# Whether a version of the role library is published by somebody else than who sent it to review.
LIBRARY_TWO_PEOPLE = env.flag("LIBRARY_TWO_PEOPLE")
USERSESSIONS_TRACK_ACTIVITY = True

# --- languages -------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nb", _("Norwegian")), ("sv", _("Swedish")), ("hr", _("Croatian")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    # Joins the style sheets of the components into one file.
    "callcenter_jobs.ui.bundle.BundleFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- what the browser is told ----------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Where people write to about their data and their account.
CONTACT_EMAIL = env.text("CONTACT_EMAIL", f"help@{MAIL_DOMAIN}")
# Where a finder of a hole writes to, shown in /.well-known/security.txt.
SECURITY_CONTACT = env.text("SECURITY_CONTACT", f"mailto:security@{MAIL_DOMAIN}")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "callcenter_jobs.edge.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
if USES_TLS:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    # A balancer asks from inside, without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Of a file no more than this is kept; a form with a larger one still arrives, to be answered beside the field.
# What declares more than the second figure is refused before it is read.
UPLOAD_MAX_BYTES = 5 * 1024 * 1024
REQUEST_MAX_BYTES = 64 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["callcenter_jobs.uploads.CappedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1500
DATA_UPLOAD_MAX_NUMBER_FILES = 3

# How old the figures of the front page may be.
FRONT_PAGE_SECONDS = 5

# How many applications one network may send in an hour: a job center sends many, a flood sends more.
APPLY_SENDS_PER_HOUR = env.number("APPLY_SENDS_PER_HOUR", 60, low=1)

# --- logs: one line a fact, no personal data --------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {
        "mask_private_links": {"()": "callcenter_jobs.logs.MaskPrivateLinks"},
        "refusals_on_one_line": {"()": "callcenter_jobs.logs.RefusalsOnOneLine"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask_private_links"]}},
    "loggers": {"django.request": {"filters": ["refusals_on_one_line"]}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
}
