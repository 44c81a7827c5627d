"""Mails: the server that the settings name, what a notice's mail says, and sending one."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from trialwright.web.catalogue import render_text
from trialwright.web.guards import LANGUAGES

_SECONDS = 10
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go out, and in whose name."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str


def parse_mail_url(url: str) -> MailServer | None:
    """The server that ``TRIALWRIGHT_MAIL`` names; None for ''; ValueError for an address that is none.

    >>> parse_mail_url("smtp://ann:pass@mail.example/?from=trial@hospital.example").port
    587
    """
    if not url:
        return None
    parts = urlsplit(url)
    sender = parse_qs(parts.query).get("from", [""])[0]
    if parts.scheme not in _PORTS or not parts.hostname or not sender:
        raise ValueError("TRIALWRIGHT_MAIL is not like smtp://user:password@host:587/?from=trial@hospital.example")
    return MailServer(
        parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], unquote(parts.username or ""),
        unquote(parts.password or ""), sender,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail may say: the study, its purpose, the kind of notice, the site, when; and the way to the page."""

    study: str
    purpose: str
    kind: str
    site: str
    at: str
    number: int
    address: str
    is_escalated: bool


def render_mail(told: Told) -> tuple[str, str]:
    """Subject and body, in both languages; nothing of a participant, not even the code."""
    kinds = [render_text(f"kind.notice.{told.kind}", language) for language in LANGUAGES]
    subject = f"[{told.study} {told.purpose}] {' / '.join(kinds)} · {told.site or '—'} · #{told.number}"
    lines = []
    for language, kind in zip(LANGUAGES, kinds, strict=True):
        text = render_text("notices.mail", language, kind=kind, site=told.site or "—", at=told.at)
        lines += [text, *([render_text("notices.mail_escalated", language)] if told.is_escalated else []), ""]
    way = f"{told.address}/notices/#n{told.number}" if told.address else ""
    return subject, "\n".join([*lines, way])


def send_mail(server: MailServer, address: str, subject: str, body: str) -> str:
    """Send one mail; '' when the server took it, else why not."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, address, subject
    message.set_content(body)
    try:
        with _connect(server) as session:
            if server.user:
                session.login(server.user, server.password)
            session.send_message(message)
    except OSError as error:  # SMTPException is one
        return f"{type(error).__name__}: {error}"[:300]
    return ""


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=ssl.create_default_context())
    session = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    if server.scheme == "smtp":
        session.starttls(context=ssl.create_default_context())
    return session
