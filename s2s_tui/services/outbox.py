"""Sending the outbox's e-mails: each once, with another try where the server asks for one (decision 17)."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from s2s_tui.base.errors import NotFound, Refused, Unreachable
from s2s_tui.rules.roles import SYSTEM, Actor
from s2s_tui.services import audit
from s2s_tui.services.letters import HIDDEN
from s2s_tui.services.sealing import unseal
from s2s_tui.services.site import Site
from s2s_tui.store.models import Mail

WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"

CLAIM = timedelta(minutes=10)
"""For how long a sender holds a mail; one that was killed leaves it to the next after that."""
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
MOST_ATTEMPTS = 20
TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of the outbox, as `mail list` and `mail show` give it."""

    id: int
    about: str
    recipient: str
    organisation: str
    language: str
    subject: str
    body: str
    created: datetime
    state: str
    sent: datetime | None
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of sending did."""

    sent: int
    retried: int
    failed: int
    to: str
    """The mail server, or the folder of `.eml` files."""


class _Deferred(Exception):
    """The server asks to try again later."""


class _Carrier(Protocol):
    def carry(self, mail: Any, message: EmailMessage, /) -> None: ...


def send(site: Site, actor: Actor = SYSTEM) -> Round:
    """Send all mails that are due, oldest first.

    A mail is claimed before it is sent, so that two senders never send the same. One whose outcome is
    unknown goes again under the same Message-ID.

    Raises:
        Unreachable: `mail-server`, it can't be reached or refuses us: the mails wait.
    """
    counts = {SENT: 0, WAITING: 0, FAILED: 0}
    try:
        _send_due(site, counts)
    finally:
        done = Round(counts[SENT], counts[WAITING], counts[FAILED], _target(site))
        if any(counts.values()):
            site.store.write(
                lambda: audit.record(
                    site, actor, "mail-send", sent=done.sent, retried=done.retried, failed=done.failed
                )
            )
    return done


def _send_due(site: Site, counts: dict[str, int]) -> None:
    with site.store.connection(), _carrier(site) as carrier:
        for mail in _claimed(site):
            error = ""
            try:
                carrier.carry(mail, _message(site, mail))
                state = SENT
            except _Deferred as deferred:
                error, state = str(deferred), WAITING if mail.attempts + 1 < MOST_ATTEMPTS else FAILED
            except smtplib.SMTPResponseException as answer:
                error, state = _said(answer), FAILED
            except Refused as refusal:
                # Its password was sealed with a key that is no more.
                error, state = refusal.code, FAILED
            except (ValueError, smtplib.SMTPException) as unfit:
                # One that can't be written or addressed must not keep the others waiting.
                error, state = str(unfit), FAILED
            except Unreachable as gone:
                counts[WAITING] += 1
                _settle(site, mail, WAITING, str(gone.params.get("reason", "")))
                raise
            counts[state] += 1
            _settle(site, mail, state, error)


def letters(site: Site, *, state: str = "", limit: int = 200) -> tuple[Letter, ...]:
    """Mails of the outbox, the newest first."""
    query = Mail.select().order_by(Mail.id.desc()).limit(limit)
    if state:
        query = query.where(Mail.state == state)
    with site.store.connection():
        return tuple(_letter(mail) for mail in query)


def letter(site: Site, mail_id: int) -> Letter:
    """One mail.

    Raises:
        NotFound: `mail-unknown`.
    """
    with site.store.connection():
        found = Mail.get_or_none(Mail.id == mail_id) if 0 < mail_id < 2**63 else None
    if found is None:
        raise NotFound("mail-unknown", id=mail_id)
    return _letter(found)


def _claimed(site: Site) -> Iterator[Any]:
    """Mails that are due, each claimed for us alone as it is reached."""
    while True:
        now = site.clock()
        due = list(
            Mail.select()
            .where(
                Mail.state.in_((WAITING, SENDING))
                # None waits longer than that: what is dated later was written by a clock that was ahead.
                & ((Mail.due_at <= now) | (Mail.due_at > now + LONGEST_DELAY))
            )
            .order_by(Mail.due_at, Mail.id)
            .limit(100)
        )
        if not due:
            return
        for mail in due:
            if site.store.write(partial(_claim, mail, site.clock())):
                yield mail


def _claim(mail: Any, now: datetime) -> bool:
    return bool(
        Mail.update(state=SENDING, due_at=now + CLAIM)
        .where((Mail.id == mail.id) & (Mail.state == mail.state) & (Mail.due_at == mail.due_at))
        .execute()
    )


def _settle(site: Site, mail: Any, state: str, error: str) -> None:
    now = site.clock()
    delay = min(FIRST_DELAY * 2 ** min(mail.attempts, 10), LONGEST_DELAY)
    site.store.write(
        lambda: (
            Mail.update(
                state=state,
                attempts=mail.attempts + 1,
                due_at=now + delay,
                sent_at=now if state == SENT else None,
                error=error[:500],
                # A password is kept no longer than it takes to send it.
                **({} if state == WAITING else {"secret": ""}),
            )
            .where(Mail.id == mail.id)
            .execute()
        )
    )


def _message(site: Site, mail: Any) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = site.settings.mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at.replace(tzinfo=UTC))
    message["Message-ID"] = mail.message_id
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"
    # Only here, in the e-mail itself, does a password stand where its place is kept.
    message.set_content(mail.body.replace(HIDDEN, unseal(site, mail.secret), 1) if mail.secret else mail.body)
    return message


def _target(site: Site) -> str:
    settings = site.settings
    return f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else str(settings.mail_path)


@contextmanager
def _carrier(site: Site) -> Iterator[_Carrier]:
    if not site.settings.smtp_host:
        yield _Folder(site.settings.mail_path)
        return
    server = _connect(site)
    try:
        yield _Server(server)
    finally:
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _connect(site: Site) -> smtplib.SMTP:
    settings, server = site.settings, None
    try:
        password = _password(Path(settings.smtp_password_file)) if settings.smtp_user else ""
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, password)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        if server is not None:
            server.close()
        raise Unreachable("mail-server", server=_target(site), reason=str(error)) from error
    return server


def _password(path: Path) -> str:
    """The mail server's password, unless every account of the machine can read it, too."""
    if path.stat().st_mode & 0o007:
        raise Unreachable("smtp-password-open", file=str(path))
    return path.read_text("utf-8").strip()


class _Folder:
    """Writes `.eml` files; a mail that is written again replaces itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, mail: Any, message: EmailMessage) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = self._folder / f".{mail.id}.part"
            # Whatever lies there, a link or a file that others may read, an e-mail does not go into it.
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(bytes(message))
                file.flush()
                os.fsync(descriptor)
            part.replace(self._folder / f"{mail.id:08d}_{mail.about}.eml")
        except OSError as error:
            raise Unreachable("disk", path=str(self._folder), reason=error.strerror or "") from error


class _Server:
    """Speaks to a mail server; one mail a recipient, as a partly refused one does not raise."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server

    def carry(self, _mail: Any, message: EmailMessage) -> None:
        try:
            self._server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            (code, text), *_ = refusal.recipients.values()
            self._raise(code, text, refusal)
        except smtplib.SMTPResponseException as refusal:
            self._raise(refusal.smtp_code, refusal.smtp_error, refusal)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise Unreachable("mail-server", server="", reason=str(error)) from error

    def _raise(self, code: int, text: Any, origin: Exception) -> None:
        refusal = smtplib.SMTPResponseException(code, text)
        if 400 <= code < 500:
            raise _Deferred(_said(refusal)) from origin
        raise refusal from origin


def _said(refusal: smtplib.SMTPResponseException) -> str:
    text = refusal.smtp_error
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return f"{refusal.smtp_code} {shown}"


def _letter(mail: Any) -> Letter:
    return Letter(
        id=mail.id,
        about=mail.about,
        recipient=mail.recipient,
        organisation=mail.organisation,
        language=mail.language,
        subject=mail.subject,
        body=mail.body,
        created=mail.created_at,
        state=mail.state,
        sent=mail.sent_at,
        attempts=mail.attempts,
        error=mail.error,
    )
