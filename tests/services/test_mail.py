"""E-mails: an outbox that is sent once each (decision 17)."""

import email
import email.policy
import socket
import ssl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import making
import pytest
import steps
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from s2s_tui.base.errors import NotFound, Unreachable
from s2s_tui.services import letters, outbox, transfers
from s2s_tui.services.wording import say
from s2s_tui.store.models import Establishment, Mail

DATA = Path(__file__).parent / "data"


class Postman:
    """What the server does with each mail: keeps it, or answers as told."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.drop: set[str] = set()
        self.authenticated: list[bool] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address)
        if answer and answer.startswith("rcpt "):
            return answer.removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (recipient,) = envelope.rcpt_tos
        self.got.append(envelope.content)
        self.recipients.append(recipient)
        self.authenticated.append(bool(session.authenticated))
        if recipient in self.drop:
            self.drop.discard(recipient)
            server.transport.abort()
            return "250 OK"
        return self.answers.get(recipient, "250 OK")


@contextmanager
def server(postman: Postman, **options):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(DATA / "server.pem", DATA / "server.key")

    def check(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"s2s", b"secret"))

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(
        postman,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=check,
        **options,
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def postman(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(DATA / "server.pem"))
    return Postman()


@pytest.fixture
def served(postman, lite, tmp_path):
    """The small world with a mail server that asks for STARTTLS and a password."""
    password = tmp_path / "smtp.password"
    password.write_text("secret\n")
    password.chmod(0o600)
    with server(postman) as port:
        yield with_server(lite, port, password)


def with_server(site, port, password):
    return replace(
        site,
        settings=replace(
            site.settings,
            smtp_host="localhost",
            smtp_port=port,
            smtp_user="s2s",
            smtp_password_file=str(password),
        ),
    )


def upload(site, number=1) -> int:
    return steps.sent(making.logged_on(site, "school", "6804012"), site, making.offered(number=number))


def states(site) -> dict[str, str]:
    return {mail.recipient: mail.state for mail in steps.mails(site)}


TO, FROM, LA_TO, LA_FROM = (
    "office@s6814053.example",
    "office@s6804012.example",
    "data@la681.example",
    "data@la680.example",
)


def test_without_a_mail_server_mails_are_written_as_files(site, on):
    upload(site)
    done = outbox.send(site)
    assert (done.sent, done.retried, done.failed, done.to) == (4, 0, 0, str(site.settings.mail_path))
    files = sorted(site.settings.mail_path.iterdir())
    assert len(files) == 4
    for path, mail in zip(files, steps.mails(site), strict=True):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert (message["To"], message["Subject"], message["Message-ID"]) == (
            mail.recipient,
            mail.subject,
            mail.message_id,
        )
        assert message.get_content().splitlines() == mail.body.splitlines()
        assert message["From"] == site.settings.mail_from
        assert path.stat().st_mode & 0o077 == 0
    assert outbox.send(site).sent == 0, "each once"
    assert [entry.action for entry in steps.audited(site, "WG")] == ["mail-send"]


def test_mails_are_sent_over_tls_with_a_password(served, postman):
    upload(served)
    done = outbox.send(served)
    assert (done.sent, done.retried, done.failed) == (4, 0, 0)
    assert sorted(postman.recipients) == sorted([TO, FROM, LA_TO, LA_FROM])
    assert postman.authenticated == [True] * 4
    assert set(states(served).values()) == {"sent"}
    ids = {email.message_from_bytes(raw)["Message-ID"] for raw in postman.got}
    assert ids == {mail.message_id for mail in steps.mails(served)}


def test_a_server_whose_certificate_is_not_trusted_gets_nothing(served, postman, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    upload(served)
    with pytest.raises(Unreachable, match="mail-server"):
        outbox.send(served)
    assert postman.got == []
    assert set(states(served).values()) == {"waiting"}


def test_a_wrong_password_or_no_server_leaves_the_mails_waiting(served, postman, tmp_path, monkeypatch):
    monkeypatch.setattr(outbox, "TIMEOUT_SECONDS", 2)
    upload(served)
    (tmp_path / "smtp.password").write_text("wrong")
    nobody = replace(served, settings=replace(served.settings, smtp_port=1))
    unread = replace(served, settings=replace(served.settings, smtp_password_file=str(tmp_path / "none")))
    for site in (served, nobody, unread):
        with pytest.raises(Unreachable, match="mail-server"):
            outbox.send(site)
    assert set(states(served).values()) == {"waiting"}
    (tmp_path / "smtp.password").write_text("secret")
    assert outbox.send(served).sent == 4


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o641])
def test_a_password_that_others_can_read_sends_nothing_and_says_how_to_shut_it(
    served, postman, tmp_path, mode
):
    upload(served)
    secret = tmp_path / "smtp.password"
    secret.chmod(mode)
    with pytest.raises(Unreachable) as told:
        outbox.send(served)
    assert told.value.code == "smtp-password-open"
    assert f"chmod o= {secret}" in say(told.value)
    assert postman.got == []
    assert set(states(served).values()) == {"waiting"}
    secret.chmod(0o640)  # the group that sends may read it
    assert outbox.send(served).sent == 4


def test_what_was_written_while_the_clock_was_ahead_goes_once_it_is_right(served, postman, clock):
    before = clock.now
    clock.forward(days=400)
    upload(served)
    clock.now = before
    assert outbox.send(served).sent == 4
    assert outbox.send(served).sent == 0
    postman.answers = {TO: "rcpt 451 later"}
    upload(served, 2)
    assert outbox.send(served).retried == 1
    assert outbox.send(served).retried == 0, "what the server puts off waits its time"


@pytest.mark.parametrize("place", ["rcpt ", ""], ids=["at the recipient", "at the content"])
def test_a_later_please_is_tried_again_and_a_never_is_not(served, postman, clock, place):
    postman.answers = {TO: f"{place}451 later", FROM: f"{place}550 no such user"}
    upload(served)
    done = outbox.send(served)
    assert (done.sent, done.retried, done.failed) == (2, 1, 1)
    assert states(served) == {TO: "waiting", FROM: "failed", LA_TO: "sent", LA_FROM: "sent"}
    errors = {mail.recipient: mail.error for mail in steps.mails(served)}
    assert (errors[TO], errors[FROM]) == ("451 later", "550 no such user")
    assert outbox.send(served).sent == 0, "not at once"
    postman.answers = {}
    clock.forward(minutes=1)
    assert outbox.send(served).sent == 1
    assert states(served)[FROM] == "failed"
    (waited,) = [mail for mail in steps.mails(served) if mail.recipient == TO]
    assert (waited.attempts, waited.sent_at, waited.error) == (2, clock(), "")


def test_waits_grow_and_end(served, postman, clock):
    postman.answers = {TO: "451 later"}
    upload(served)
    outbox.send(served)
    waits = []
    for _ in range(outbox.MOST_ATTEMPTS - 1):
        (mail,) = [mail for mail in steps.mails(served) if mail.recipient == TO]
        waits.append((mail.due_at - clock()).total_seconds() / 60)
        clock.now = mail.due_at
        outbox.send(served)
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 360
    assert states(served)[TO] == "failed"


def test_after_a_dropped_line_the_mail_goes_again_under_the_same_id(served, postman, clock):
    postman.drop = {TO}
    upload(served)
    with pytest.raises(Unreachable, match="mail-server"):
        outbox.send(served)
    assert states(served)[TO] == "waiting"
    clock.forward(minutes=1)
    outbox.send(served)
    assert set(states(served).values()) == {"sent"}
    ids = [email.message_from_bytes(raw)["Message-ID"] for raw in postman.got]
    assert len(ids) == 5
    assert len(set(ids)) == 4


def test_a_mail_that_cannot_be_written_holds_up_no_other(served, postman):
    for number, odd in enumerate(
        ["a\r\nBcc: x@y.example", "not an address@@", "ŵyn@ysgol.example", "a\0b@c.example"], 1
    ):
        served.store.write(
            lambda odd=odd: (
                Establishment.update(email=odd).where(Establishment.number == "6814053").execute()
                if served.store.path is None or "\0" not in odd
                else None
            )
        )
        upload(served, number)
    outbox.send(served)
    assert len([got for got in postman.recipients if got in (FROM, LA_FROM, LA_TO)]) == 12
    assert all(b"Bcc" not in raw for raw in postman.got)
    assert set(states(served).values()) <= {"sent", "failed"}
    assert outbox.send(served).sent == 0


def test_two_senders_at_once_send_each_mail_once(site, postman, tmp_path):
    for number in range(1, 6):
        upload(site, number)
    password = tmp_path / "smtp.password"
    password.write_text("secret")
    password.chmod(0o600)
    with server(postman) as port:
        site = with_server(site, port, password)
        start = threading.Barrier(3)

        def send(_number):
            start.wait()
            return outbox.send(site).sent

        with ThreadPoolExecutor(3) as pool:
            counts = list(pool.map(send, range(3)))
    assert sum(counts) == 20
    ids = [email.message_from_bytes(raw)["Message-ID"] for raw in postman.got]
    assert len(ids) == len(set(ids)) == 20


KILLED = """
import os, sys
sys.path.insert(0, sys.argv[1])
import making
from s2s_tui.base.settings import Settings
from s2s_tui.services import outbox, site as sites
database, key = sys.argv[2:4]
site = sites.open_site(Settings(database=database, key_file=key, eml_dir=sys.argv[4]), making.Clock())
outbox._Folder.carry = lambda self, mail, message: os.kill(os.getpid(), 9)
outbox.send(site)
"""


def test_what_a_killed_sender_held_goes_after_its_claim_has_ended(lite, clock, tmp_path):
    upload(lite)
    tests = str(Path(__file__).parent.parent)
    settings = lite.settings
    command = [sys.executable, "-c", KILLED, tests, settings.database, settings.key_file, settings.eml_dir]
    assert subprocess.run(command, check=False).returncode == -9
    assert sorted(states(lite).values()) == ["sending", "waiting", "waiting", "waiting"]
    assert outbox.send(lite).sent == 3
    clock.forward(minutes=10)
    assert outbox.send(lite).sent == 1
    assert set(states(lite).values()) == {"sent"}


@pytest.mark.requirement("R-DWN-4")
def test_no_reason_gets_into_the_headers_of_a_mail(served, postman):
    transfer = upload(served)
    reason = "No\r\nBcc: x@y.example\r\n\r\n.\r\nQUIT\u2028\x1b[2J\u202e{file}%s{0}"
    transfers.reject(making.logged_on(served, "school", "6814053"), served, [transfer], reason)
    outbox.send(served)
    (raw,) = [raw for raw in postman.got if b"rejected" in email.message_from_bytes(raw)["Subject"].encode()]
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Bcc"] is None
    assert postman.recipients.count("x@y.example") == 0
    assert "No Bcc: x@y.example . QUIT" in " ".join(message.get_content().split())
    assert "{file}%s{0}" in message.get_content()
    assert "\x1b" not in message.get_content()
    assert "\u202e" not in message.get_content()


def test_every_letter_can_be_written_in_both_languages():
    facts = letters.Facts(
        "a.xml", "6804012", "Ysgol\nBcc: x", "6814053", "Bro {Glan}", 3, "Because\r\nof this"
    )
    for about in letters.LETTERS:
        for language in ("en", "cy"):
            subject, body = letters.written(about, facts, language)
            assert subject.isprintable()
            assert "{" not in subject + body.replace("Bro {Glan}", "")


def test_mails_are_listed_and_shown(site, on):
    upload(site)
    listed = outbox.letters(site, state="waiting")
    assert len(listed) == 4
    assert listed[0].id > listed[-1].id
    assert outbox.letter(site, listed[0].id) == listed[0]
    assert outbox.letters(site, state="sent") == ()
    with pytest.raises(NotFound, match="mail-unknown"):
        outbox.letter(site, 10**6)
    with site.store.connection():
        assert Mail.select().count() == 4
