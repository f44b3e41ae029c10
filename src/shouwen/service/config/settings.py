"""The settings of the service.

Everything that differs between one installation and another comes from the environment; secrets
come from nowhere else.

| variable | meaning |
|---|---|
| `DATABASE_URL` | the server, as the service's role |
| `DATABASE_OWNER_URL` | the same database as the owner of its tables; for migrations only |
| `SHOUWEN_SECRET_KEY` | signs sessions; required unless `SHOUWEN_DEMO` or `SHOUWEN_DEBUG` is set |
| `SHOUWEN_HOSTS` | the host names that are answered, with commas |
| `SHOUWEN_HTTPS` | `1` when people come by HTTPS: cookies are then sent only so |
| `SHOUWEN_PROXIES` | how many proxies of our own stand before it; each adds to X-Forwarded-For |
| `SHOUWEN_DATA` | a folder for uploads and the embedded server |
| `SHOUWEN_TRIAL_MEMORY` | what a trial of another measure may take of memory: `1GB` |
| `SHOUWEN_TRIAL_DISK` | and of the disk, in GB: `10` |
| `SHOUWEN_DEMO` | `1`: a demonstration, with the time machine and logins on the first page |
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

from shouwen.service.database.addresses import data_folder
from shouwen.service.database.roles import SERVICE

SERVICE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "") in ("1", "true", "yes")


DEMO = _flag("SHOUWEN_DEMO")
DEBUG = _flag("SHOUWEN_DEBUG")
SECRET_KEY = os.environ.get("SHOUWEN_SECRET_KEY", "")
if not SECRET_KEY and (DEMO or DEBUG or not os.environ.get("DATABASE_URL")):
    # Sessions of a demonstration end with it.
    SECRET_KEY = secrets.token_urlsafe(50)
ALLOWED_HOSTS = [
    h for h in os.environ.get("SHOUWEN_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h
]
DATA_FOLDER = data_folder()

INSTALLED_APPS = [
    "shouwen.service.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "pgtrigger",
    "shouwen.service.tenancy",
    "shouwen.service.limits",
    "shouwen.service.organisations",
    "shouwen.service.access",
    "shouwen.service.audit",
    "shouwen.service.enactment",
    "shouwen.service.signin",
    "shouwen.service.logins",
    "shouwen.service.house",
    "shouwen.service.measurebook",
    "shouwen.service.contacts",
    "shouwen.service.cases",
    "shouwen.service.workorders",
    "shouwen.service.failures",
    "shouwen.service.customers",
    "shouwen.service.intake",
    "shouwen.service.counter",
    "shouwen.service.aftercare",
    "shouwen.service.fieldwork",
    "shouwen.service.notices",
    "shouwen.service.complaints",
    "shouwen.service.inspections",
    "shouwen.service.conduct",
    "shouwen.service.assessment",
    "shouwen.service.drafting",
    "shouwen.service.publication",
    "shouwen.service.desk",
    "shouwen.service.demo",
    "shouwen.service.ui",
    # After ours, whose words come first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "shouwen.service.demo.timemachine.TimeMachineMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shouwen.service.ui.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shouwen.service.limits.incoming.IncomingMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shouwen.service.access.middleware.ActorMiddleware",
    "shouwen.service.signin.middleware.SignInMiddleware",
    "shouwen.service.ui.taken.TakenMiddleware",
    "shouwen.service.enactment.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "shouwen.service.config.urls"
WSGI_APPLICATION = "shouwen.service.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shouwen.service.ui.context.page",
            ],
        },
    },
]


def _database(variable: str, default: str) -> dict[str, Any]:
    address = os.environ.get(variable) or default
    found: dict[str, Any] = dict(dj_database_url.parse(address, conn_max_age=600))
    found["CONN_HEALTH_CHECKS"] = True
    return found


DATABASES = {
    "default": _database("DATABASE_URL", f"postgresql://{SERVICE}@localhost/shouwen"),
    # Used by `migrate` alone; no request ever runs as the owner.
    "owner": _database("DATABASE_OWNER_URL", "postgresql://localhost/shouwen"),
}
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
SERVICE_ROLE = DATABASES["default"].get("USER") or SERVICE
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# How people sign in; `shouwen.service.signin` says what is ours. Its limits take the place of
# allauth's, which count in each cache and cannot say how long to wait.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "shouwen.service.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "shouwen.service.signin.adapters.FactorAdapter"
MFA_RATE_LIMITS = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
# Shared by all processes: a code that was used must be known as such to each of them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "limits_cache",
    }
}  # fmt: skip
PROXIES = int(os.environ.get("SHOUWEN_PROXIES", "0"))

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [SERVICE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "shouwen.service.ui.storage.VersionedStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA_FOLDER / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Nothing inline, nothing from elsewhere; icons of the style sheet are data addresses.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
# What goes wrong is told on the standard error, where systemd, containers and the terminal look for
# it: the address without what was asked for in it, the place in the code, and no data of anybody.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Refusals and pages that are not there are answers, no faults of the service.
        "django.request": {"level": "ERROR"},
        "django": {"handlers": [], "level": "WARNING"},
    },
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("SHOUWEN_HTTPS")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
