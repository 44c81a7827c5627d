"""Time-based one-time passwords, the second factor (RFC 6238 over RFC 4226, SHA-1, 6 digits, 30 seconds)."""

import base64
import hmac
import struct
from urllib.parse import quote

STEP = 30
DIGITS = 6


def compute_code(secret: str, counter: int) -> str:
    """The code of a base-32 secret for a counter (RFC 4226, section 5.3).

    The vector of RFC 6238, appendix B, at 59 seconds, cut to six digits:

    >>> compute_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59 // STEP)
    '287082'
    """
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def find_counter(secret: str, code: str, seconds: float, last: int) -> int | None:
    """The counter whose code was typed, one step early or late; None for a wrong code and for one used before.

    Parameters
    ----------
    seconds : float
        The time, in seconds since 1970.
    last : int
        The counter of the last code that was taken; a code counts once (RFC 6238, section 5.2).
    """
    typed = "".join(code.split())
    now = int(seconds) // STEP
    for counter in (now, now - 1, now + 1):
        if counter > last and hmac.compare_digest(compute_code(secret, counter).encode(), typed.encode()):
            return counter
    return None


def render_uri(secret: str, person: str, study: str) -> str:
    """The address that an authenticator takes in place of typing.

    >>> render_uri("GEZDGNBV", "ann", "NCT1")
    'otpauth://totp/NCT1:ann?secret=GEZDGNBV&issuer=NCT1&digits=6&period=30'
    """
    return f"otpauth://totp/{quote(study)}:{quote(person)}?secret={secret}&issuer={quote(study)}&digits={DIGITS}&period={STEP}"
