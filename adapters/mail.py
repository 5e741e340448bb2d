"""Mail to officers about their accounts. It says what happened and never anything of a register.

``SIDIK_SMTP_URL`` is ``smtp://user:password@host:587?from=sidik@instansi.go.id`` (STARTTLS
wherever the server offers it) or ``smtps://…`` (TLS from the start).
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

SECONDS_MAX = 20
PORTS = {"smtp": 25, "smtps": 465}
SENDER = "sidik@localhost"

log = logging.getLogger("sidik.mail")


class MailTrouble(Exception):
    """Why mail cannot be sent: one sentence, in Indonesian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    host: str
    port: int
    tls: bool
    user: str
    password: str
    sender: str


def server(url: str) -> Server:
    """What the setting says."""
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS[parts.scheme]
    except (KeyError, ValueError):
        port = 0
    sender = parse_qs(parts.query).get("from", [SENDER])[0]
    if not port or not parts.hostname or "@" not in sender:
        raise MailTrouble(
            "SIDIK_SMTP_URL tidak terbaca; tulis seperti "
            "smtp://pengguna:sandi@host:587?from=sidik@instansi.go.id."
        )
    return Server(
        host=parts.hostname,
        port=port,
        tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
    )


class Outbox:
    """Takes mail and sends it behind one's back: how long that takes tells nobody anything."""

    def __init__(self, url: str) -> None:
        self._server = server(url)
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="mail")

    def send(self, to: str, subject: str, text: str) -> Future[bool]:
        """True once the server has taken it. A failure is logged without address or text."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._server.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="sidik")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return self._hand.submit(self._send, message)

    def _send(self, message: EmailMessage) -> bool:
        try:
            with self._connected() as connection:
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
                connection.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("a mail could not be sent: %s", type(error).__name__)
            return False
        return True

    def _connected(self) -> smtplib.SMTP:
        at = self._server
        if at.tls:
            return smtplib.SMTP_SSL(
                at.host, at.port, timeout=SECONDS_MAX, context=ssl.create_default_context()
            )
        connection = smtplib.SMTP(at.host, at.port, timeout=SECONDS_MAX)
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        elif at.user:
            connection.close()
            raise smtplib.SMTPException("no password over a line in the clear")
        return connection

    def close(self) -> None:
        self._hand.shutdown(wait=True)
