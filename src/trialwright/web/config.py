"""Django's settings for the web application, made from ours; no file of settings, no environment read here."""

from pathlib import Path
from typing import Any

from trialwright.web.folders import FOLDERS

_WEB = Path(__file__).parent


def make_settings(secret_key: str, hosts: tuple[str, ...] = (), *, is_plain: bool = False) -> dict[str, Any]:
    """The settings for ``store.connect.configure(url, extra)``.

    Parameters
    ----------
    secret_key : str
        Signs sessions; at least 50 characters.
    hosts : tuple of str
        The names under which the server is reached; this machine only when there are none.
    is_plain : bool
        Whether it is reached by HTTP without TLS, as a demonstration on one's own machine is.
    """
    templates = [_WEB / "templates", *(_WEB / name / "templates" for name in FOLDERS)]
    return {
        "SECRET_KEY": secret_key,
        "DEBUG": False,
        "ALLOWED_HOSTS": list(hosts) or ["localhost", "127.0.0.1", "[::1]", "testserver"],
        "INSTALLED_APPS": [
            "django.contrib.sessions",
            "django.contrib.messages",
            "django_htmx",
            "trialwright.web.accounts",
            "trialwright.web.imports",
            "trialwright.web.notices",
        ],
        "MIDDLEWARE": [
            "trialwright.web.logs.log_requests",
            "django.middleware.security.SecurityMiddleware",
            "trialwright.web.guards.protect",
            "trialwright.web.edge.refuse_malformed",
            "django.middleware.gzip.GZipMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "trialwright.web.guards.know_actor",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "django_htmx.middleware.HtmxMiddleware",
        ],
        "ROOT_URLCONF": "trialwright.web.urls",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": templates,
                "OPTIONS": {
                    "builtins": ["trialwright.web.tags"],
                    "context_processors": [
                        "django.template.context_processors.csrf",
                        "django.contrib.messages.context_processors.messages",
                        "trialwright.web.context.describe_page",
                    ],
                },
            }
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
            for name, options in (
                ("UserAttributeSimilarityValidator", {"user_attributes": ("person", "name")}),
                ("MinimumLengthValidator", {"min_length": 12}),
                ("CommonPasswordValidator", {}),
            )
        ],
        # scrypt is hard on memory and takes a tenth of a second; the others would only read old hashes.
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
        "SESSION_COOKIE_AGE": 12 * 3600,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_NAME": "tw_session",
        "SESSION_COOKIE_SECURE": not is_plain,
        "CSRF_COOKIE_NAME": "tw_csrf",
        "CSRF_COOKIE_SECURE": not is_plain,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_FAILURE_VIEW": "trialwright.web.errors.answer_csrf",
        "SECURE_SSL_REDIRECT": not is_plain,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_REDIRECT_EXEMPT": [r"^health(/ready)?$"],
        "SECURE_HSTS_SECONDS": 0 if is_plain else 31536000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": not is_plain,
        "SECURE_HSTS_PRELOAD": not is_plain,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "LANGUAGE_CODE": "en",
        "USE_I18N": False,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 5 * 2**20,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 5000,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 5 * 2**20,
        "FILE_UPLOAD_HANDLERS": ["trialwright.web.imports.upload.SmallFileHandler"],
        "LOGGING": _LOGGING,
    }


_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "trialwright.web.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "trialwright": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
