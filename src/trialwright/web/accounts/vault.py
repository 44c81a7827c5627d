"""Secrets at rest: what second factors are computed from is kept encrypted, and a stolen copy of the database tells none.

The key comes from the server's secret key, which stands outside the database (HKDF with SHA-256, RFC 5869); the secrets
are Fernet tokens (AES-128-CBC with HMAC-SHA-256). A key that was followed by another is named among Django's
``SECRET_KEY_FALLBACKS`` for as long as tokens of it are about.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_USE = b"trialwright second factor"


class Unreadable(Exception):
    """The secret was encrypted with another key, or altered."""


def encrypt(secret: str) -> str:
    """The secret as it is kept."""
    return _open_vault().encrypt(secret.encode()).decode()


def decrypt(kept: str) -> str:
    """The secret itself; Unreadable where this server's keys do not open it."""
    try:
        return _open_vault().decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("a second factor was kept under another secret key, or altered") from error


def _open_vault() -> MultiFernet:
    return MultiFernet([Fernet(_derive(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derive(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_USE).derive(key.encode())
    return base64.urlsafe_b64encode(derived)
