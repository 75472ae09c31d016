"""`s2s-tui mail send` as its timer runs it: a process, with settings from a file, and a real server."""

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import making
import pytest
import steps
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from s2s_tui.services import outbox

DATA = Path(__file__).parents[1] / "services" / "data"
PASSWORD = "a long smtp secret"


class Postman:
    """Takes every mail of somebody who gave the password over an encrypted line."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):
        assert session.ssl is not None
        assert session.authenticated
        self.got.append(envelope.content)
        return "250 OK"


@pytest.fixture
def postman() -> Iterator[tuple[Postman, int]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(DATA / "server.pem", DATA / "server.key")

    def check(_server, _session, _envelope, _mechanism, data):
        right = (data.login, data.password) == (b"s2s", PASSWORD.encode())
        # What isn't handled here the server answers itself: else the client waits for half a minute.
        return AuthResult(success=right, handled=right)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = Postman()
    controller = Controller(
        made,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=check,
    )
    controller.start()
    yield made, port
    controller.stop()


def send(home: Path, *trusted: str) -> "subprocess.CompletedProcess[str]":
    """The timer's command, in an environment that says nothing but where the settings are."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    environ |= {"SSL_CERT_FILE": str(DATA / "server.pem")} if trusted else {}
    line = [sys.executable, "-m", "s2s_tui", "mail", "send"]
    return subprocess.run(line, env=environ, cwd=home, capture_output=True, text=True, timeout=60)


def configured(site, home: Path, port: int, password: str) -> None:
    secret = home / "smtp-password"
    secret.write_text(f"{password}\n")
    secret.chmod(0o600)
    folder = home / ".config" / "s2s-tui"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(
        f'database = "{site.settings.database}"\nkey_file = "{site.settings.key_file}"\n'
        f'smtp_host = "localhost"\nsmtp_port = {port}\nsmtp_user = "s2s"\n'
        f'smtp_password_file = "{secret}"\nmail_from = "s2s@council.example"\n'
    )


def test_the_timers_command_sends_with_the_settings_of_the_file(lite, postman, tmp_path):
    server, port = postman
    sender = making.logged_on(lite, "school", "6804012")
    steps.sent(sender, lite, making.offered(number=1))
    waiting = len(outbox.letters(lite, state="waiting"))
    configured(lite, tmp_path, port, "another one")
    wrong = send(tmp_path, "trusted")
    assert (wrong.returncode, wrong.stdout, server.got) == (4, "", [])
    assert "The e-mails wait." in wrong.stderr
    assert "another one" not in wrong.stderr

    configured(lite, tmp_path, port, PASSWORD)
    stranger = send(tmp_path)
    assert (stranger.returncode, server.got) == (4, [])
    assert "certificate" in stranger.stderr

    # No mail was tried yet but those two that met no server: they are due again a little later.
    lite.store.write(_due_again)
    done = send(tmp_path, "trusted")
    assert done.returncode == 0, done.stderr
    assert f"{waiting} sent to localhost:{port}, 0 put off, 0 failed." in done.stdout
    messages = [message_from_bytes(content, policy=default) for content in server.got]
    assert len(messages) == waiting > 0
    assert {message["From"] for message in messages} == {"s2s@council.example"}
    assert outbox.letters(lite, state="waiting") == ()
    assert send(tmp_path, "trusted").stdout.startswith("0 sent to ")


def _due_again() -> None:
    from s2s_tui.base.clock import utc_now
    from s2s_tui.store.models import Mail

    Mail.update(due_at=utc_now()).execute()
