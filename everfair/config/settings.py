"""Every setting of everfair, read from the environment. Each name is explained in docs/operate/settings.md."""

import os
import sys
from pathlib import Path

from everfair.config import environment as env

PACKAGE_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = PACKAGE_DIR.parent
TESTING = "pytest" in sys.modules

# Where everything is kept -------------------------------------------------------------------------------------------
DATA_DIR = Path(env.text("EVERFAIR_DATA_DIR", "var")).resolve()
if TESTING:  # test processes side by side share no files
    DATA_DIR /= os.environ.get("PYTEST_XDIST_WORKER", "tests")
DEMO = env.boolean("EVERFAIR_DEMO", False)
DEBUG = env.boolean("EVERFAIR_DEBUG", False)
DEFAULT_BASE_URL = "http://127.0.0.1:8000"
BASE_URL = env.text("EVERFAIR_BASE_URL", DEFAULT_BASE_URL).rstrip("/")
ALLOWED_HOSTS = env.words("EVERFAIR_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]") + (
    ["testserver"] if TESTING else []
)
IS_HTTPS = BASE_URL.startswith("https://")


def _secret_key() -> str:
    """EVERFAIR_SECRET_KEY, else one made once and kept in the data folder, readable by its owner only."""
    given = env.text("EVERFAIR_SECRET_KEY", "")
    if given:
        return given
    if TESTING:
        return "tests-only"
    return env.kept_secret(DATA_DIR / "secret-key")


SECRET_KEY = _secret_key()

INSTALLED_APPS = [
    "everfair.web",
    "everfair.search",
    "everfair.programme",
    "everfair.leads",
    "everfair.gate",
    "everfair.outcomes",
    "everfair.agreements",
    "everfair.deals",
    "everfair.calls",
    "everfair.conversations",
    "everfair.presence",
    "everfair.meetings",
    "everfair.matchmaking",
    "everfair.exhibition",
    "everfair.registration",
    "everfair.fair",
    "everfair.people",
    "everfair.base",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "everfair.web.middleware.SafeHeaders",
    "everfair.web.middleware.DatabasePatience",
    "everfair.web.middleware.KeepUp",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "everfair.web.middleware.LanguageFromAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "everfair.web.middleware.UploadLimit",
    "everfair.web.middleware.PersonTimeZone",
]

ROOT_URLCONF = "everfair.config.urls"
WSGI_APPLICATION = None
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "everfair.web.context.page",
            ],
        },
    }
]

# Database -----------------------------------------------------------------------------------------------------------
_address = env.database("EVERFAIR_DATABASE_URL", f"sqlite:///{DATA_DIR}/everfair.sqlite3")
DATABASES: dict[str, dict[str, object]]
if _address.engine == "sqlite":
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": _address.name,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; "
                    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
                ),
            },
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _address.name,
            "USER": _address.user,
            "PASSWORD": _address.password,
            "HOST": _address.host,
            "PORT": _address.port,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            # Compiling a query takes half a second and is tried where a table is young and its size not known yet.
            "OPTIONS": {"connect_timeout": 5, "options": "-c jit=off"},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"

REDIS_URL = env.text("EVERFAIR_REDIS_URL", "")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20000}}
    )
}

# Search -------------------------------------------------------------------------------------------------------------
SEARCH_ENGINE = env.text(
    "EVERFAIR_SEARCH_ENGINE",
    "tantivy",
    among=("tantivy", "postgres", "null"),
)
SEARCH_DIR = DATA_DIR / "search"

# Embeddings: an encoder outside, where the operator has one ---------------------------------------------------------
EMBEDDING_URL = env.text("EVERFAIR_EMBEDDING_URL", "")  # whole, such as http://127.0.0.1:8080/v1/embeddings
EMBEDDING_MODEL = env.text("EVERFAIR_EMBEDDING_MODEL", "default")
EMBEDDING_KEY = env.text("EVERFAIR_EMBEDDING_KEY", "")
EMBEDDING_DIMENSIONS = env.number("EVERFAIR_EMBEDDING_DIMENSIONS", 0, least=0, most=8192)
EMBEDDING_TIMEOUT = env.number("EVERFAIR_EMBEDDING_TIMEOUT", 30, least=1, most=600)
EMBEDDING_BATCH = env.number("EVERFAIR_EMBEDDING_BATCH", 32, least=1, most=2048)
EMBEDDING_LONGEST = env.number("EVERFAIR_EMBEDDING_LONGEST", 4000, least=100, most=6000)
EMBEDDING_INSIDE = env.boolean("EVERFAIR_EMBEDDING_INSIDE", False)
EMBEDDING_PRIVATE = env.boolean("EVERFAIR_EMBEDDING_PRIVATE", False)

# Files --------------------------------------------------------------------------------------------------------------
MEDIA_ROOT = DATA_DIR / "media"
MAX_IMAGE_MB = env.number("EVERFAIR_MAX_IMAGE_MB", 15, least=1, most=100)
MAX_DOCUMENT_MB = env.number("EVERFAIR_MAX_DOCUMENT_MB", 20, least=1, most=200)
MAX_LIST_MB = env.number("EVERFAIR_MAX_LIST_MB", 100, least=1, most=1000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_TEMP_DIR = None
STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE_DIR / "web" / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "everfair.config.static_files.StaticFiles"
    },
}

# Languages and time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Mail ---------------------------------------------------------------------------------------------------------------
MAIL_HOST = env.text("EVERFAIR_MAIL_HOST", "")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if MAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"  # without a mail server, letters are kept here to be read
EMAIL_HOST = MAIL_HOST
EMAIL_PORT = env.number("EVERFAIR_MAIL_PORT", 587, least=1, most=65535)
EMAIL_HOST_USER = env.text("EVERFAIR_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("EVERFAIR_MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("EVERFAIR_MAIL_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EVERFAIR_MAIL_FROM", "everfair <fair@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
INBOUND_ADDRESS = env.text(
    "EVERFAIR_INBOUND_ADDRESS", ""
)  # "talk@fair.example": letters are answered to talk+…@

# Background work ----------------------------------------------------------------------------------------------------
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if TESTING
        else "django_tasks_db.DatabaseBackend"
    }
}

# Accounts -----------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "everfair.people.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "visitor:people.my_fair"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "everfair.people.forms.SignupFields"  # name and time zone of a new person
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # letters may be slow across a border
ACCOUNT_CHANGE_EMAIL = True  # one address for each person; a new one counts once its code was typed
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a letter whenever a password, an address or a second factor changes
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "everfair.web.visitor.account_adapter.AccountAdapter"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "everfair.web.visitor.account_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "everfair"
MFA_TOTP_TOLERANCE = 1  # the code just before and after: clocks differ, typing takes time (RFC 6238, 5.2)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS  # passkeys on http://localhost while developing
USERSESSIONS_TRACK_ACTIVITY = False  # no write to the database for each page read

# Safety -------------------------------------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "everfair_session"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "everfair_csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [BASE_URL] if IS_HTTPS else []
SECURE_HSTS_SECONDS = 31536000 if IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.boolean("EVERFAIR_BEHIND_PROXY", False) else None
)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0  # whose X-Forwarded-For names the visitor
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "everfair.web.public.errors.stale_form"
RATE_LIMITS_ON = env.boolean("EVERFAIR_RATE_LIMITS", True)
# allauth's own limits: 30 sign-ins a minute and address, 5 wrong passwords in 5 minutes and person, 3 codes a minute …
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {} if RATE_LIMITS_ON else False
MFA_RATE_LIMITS: dict[str, str] | bool = {} if RATE_LIMITS_ON else False
SILENCED_SYSTEM_CHECKS: list[str] = []

# Leads --------------------------------------------------------------------------------------------------------------
LEAD_DAYS = env.number("EVERFAIR_LEAD_DAYS", 365, least=1, most=3650)  # after the last scan
LEAD_LETTERS = env.boolean("EVERFAIR_LEAD_LETTERS", True)

# Calls --------------------------------------------------------------------------------------------------------------
STUN_URLS = env.words("EVERFAIR_STUN_URLS", "")
TURN_URLS = env.words("EVERFAIR_TURN_URLS", "")
TURN_SECRET = env.text("EVERFAIR_TURN_SECRET", "")
TURN_SECONDS = env.number("EVERFAIR_TURN_SECONDS", 43200, least=600, most=604800)
env.all_or_none("TURN", {"EVERFAIR_TURN_URLS": TURN_URLS, "EVERFAIR_TURN_SECRET": TURN_SECRET})
env.addresses("EVERFAIR_STUN_URLS", STUN_URLS, "stuns?:", env.RELAY, "stun:host:3478")
env.addresses("EVERFAIR_TURN_URLS", TURN_URLS, "turns?:", env.RELAY, "turn:host:3478?transport=udp")
JANUS_URL = env.text("EVERFAIR_JANUS_URL", "").rstrip("/")
JANUS_PUBLIC_URL = env.text("EVERFAIR_JANUS_PUBLIC_URL", "")
JANUS_TOKEN_SECRET = env.text("EVERFAIR_JANUS_TOKEN_SECRET", "")
JANUS_ADMIN_KEY = env.text("EVERFAIR_JANUS_ADMIN_KEY", "")
env.all_or_none(
    "Janus",
    {
        "EVERFAIR_JANUS_URL": JANUS_URL,
        "EVERFAIR_JANUS_PUBLIC_URL": JANUS_PUBLIC_URL,
        "EVERFAIR_JANUS_TOKEN_SECRET": JANUS_TOKEN_SECRET,
        "EVERFAIR_JANUS_ADMIN_KEY": JANUS_ADMIN_KEY,
    },
)
env.addresses("EVERFAIR_JANUS_URL", [JANUS_URL], "https?://", env.WEB, "http://127.0.0.1:8088/janus")
env.addresses(
    "EVERFAIR_JANUS_PUBLIC_URL", [JANUS_PUBLIC_URL], "wss?://", env.WEB, "wss://fair.example.org/janus"
)
LIVEKIT_URL = env.text("EVERFAIR_LIVEKIT_URL", "").rstrip("/")
LIVEKIT_PUBLIC_URL = env.text("EVERFAIR_LIVEKIT_PUBLIC_URL", "")
LIVEKIT_KEY = env.text("EVERFAIR_LIVEKIT_KEY", "")
LIVEKIT_SECRET = env.text("EVERFAIR_LIVEKIT_SECRET", "")
env.all_or_none(
    "LiveKit",
    {
        "EVERFAIR_LIVEKIT_URL": LIVEKIT_URL,
        "EVERFAIR_LIVEKIT_PUBLIC_URL": LIVEKIT_PUBLIC_URL,
        "EVERFAIR_LIVEKIT_KEY": LIVEKIT_KEY,
        "EVERFAIR_LIVEKIT_SECRET": LIVEKIT_SECRET,
    },
)
env.addresses("EVERFAIR_LIVEKIT_URL", [LIVEKIT_URL], "https?://", env.WEB, "http://127.0.0.1:7880")
env.addresses(
    "EVERFAIR_LIVEKIT_PUBLIC_URL", [LIVEKIT_PUBLIC_URL], "wss?://", env.WEB, "wss://calls.example.org"
)

# The process --------------------------------------------------------------------------------------------------------
HOST = env.text("EVERFAIR_HOST", "127.0.0.1")
PORT = env.number("EVERFAIR_PORT", 8000, least=1, most=65535)
THREADS = env.number("EVERFAIR_THREADS", 4, least=1, most=64)
WORKER_IN_PROCESS = env.boolean("EVERFAIR_WORKER_IN_PROCESS", True)
CATALOGUE_PAUSE = 0.0 if TESTING else 0.4  # seconds between two looks at the change table
PAGE_CACHE_SECONDS = env.number("EVERFAIR_PAGE_CACHE_SECONDS", 60, least=0, most=3600)
PAGE_CACHE_MB = env.number("EVERFAIR_PAGE_CACHE_MB", 48, least=1, most=4096)

LIVE_PER_ADDRESS = (
    env.number("EVERFAIR_LIVE_PER_ADDRESS", 3000, least=1, most=1000000) if RATE_LIMITS_ON else sys.maxsize
)
LIVE_MOST = env.number("EVERFAIR_LIVE_MOST", 10000, least=1, most=1000000)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("EVERFAIR_LOG_LEVEL", "WARNING")},
}
