"""Passwords, and what is kept of an error: no secret in them, nothing that acts on a terminal."""

import os
from pathlib import Path

import making
import pyotp
import pytest
from hostile import harmless
from watching import audited

from s2s_tui.base import failures, settings
from s2s_tui.base.errors import NotLoggedOn, Unreachable, WrongUse
from s2s_tui.cli import codes, main
from s2s_tui.services import (
    accounts,
    outbox,
    school_changes,
    school_import,
    second_factor,
    upkeep,
    user_changes,
    user_passwords,
    users,
)
from s2s_tui.store.database import open_store, without_password
from s2s_tui.store.models import Authority, LostPupil, Mail

SECRET = "s3cret"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{SECRET}@host/db",
        f"postgresql://me:{SECRET}#more@host/db",
        f"postgresql://me:/{SECRET}@host/db",
        f"postgresql://me:?{SECRET}@host/db",
        f"postgresql://me:a@{SECRET}@host/db",
        f"postgresql://me:a:{SECRET}@[::1]/db",
        f"postgresql://:{SECRET}@host/db",
        f"postgresql://host/db?user=me&password={SECRET}",
        f"postgresql://host/db?PASSWORD={SECRET}&sslmode=require",
        f"postgresql://host/db?sslpassword={SECRET}",
        f"cockroachdb://me:{SECRET}@host:26257/db",
    ],
)
def test_no_databases_password_is_shown(url: str) -> None:
    assert SECRET not in without_password(url)


@pytest.mark.parametrize("url", ["sqlite:////var/s2s/s2s.sqlite", "postgresql://me@host:5432/db", "x"])
def test_a_url_without_a_password_is_shown_whole(url: str) -> None:
    assert without_password(url) == url


@pytest.mark.parametrize("url", ["postgresql://[::1", "postgresql://]/db", "", "sqlite:///", "file:x"])
def test_a_url_that_is_none_is_wrong_use(url: str) -> None:
    with pytest.raises(WrongUse, match="database-url"):
        open_store(url)


@pytest.mark.parametrize("value", ["²", "٢", "9" * 5000, "-1", "1e3", "99999999999999", "0x10"])
def test_a_number_in_the_environment_that_no_setting_takes_is_told(value: str) -> None:
    with pytest.raises(WrongUse, match="settings-type"):
        settings.load(environ={"S2S_SMTP_PORT": value}, files=())


def test_a_settings_file_that_is_nested_without_end_is_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("folder = " + "[" * 100_000)
    with pytest.raises(WrongUse, match="settings-unreadable"):
        settings.load(environ={}, files=(file,))


def test_what_breaks_even_the_settings_is_told_in_one_line(monkeypatch, capsys, tmp_path: Path) -> None:
    """The place of the log of errors comes from the settings, which may be what is broken."""

    def broken(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(settings, "load", broken)
    assert main.run(lambda *_given, **_more: 0, ["files"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert str(tmp_path) in said


def test_the_log_of_errors_acts_on_no_terminal(tmp_path: Path) -> None:
    """An error says what it stumbled over, which may be a stranger's file name."""
    failures.keep(ValueError("\x1b]0;owned\x07\x9b31m\u202e two\nlines"), tmp_path)
    kept = (tmp_path / failures.FILE).read_text("utf-8")
    assert harmless(kept)
    assert "two\nlines" in kept
    assert (tmp_path / failures.FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_a_trap_in_place_of_the_log_of_errors_is_neither_filled_nor_waited_for(
    tmp_path: Path, kind: str
) -> None:
    trap, elsewhere = tmp_path / failures.FILE, tmp_path / "elsewhere"
    if kind == "pipe":
        os.mkfifo(trap)
    elif kind == "link":
        trap.symlink_to(elsewhere)
    else:
        trap.mkdir()
    reference, path = failures.keep(ValueError("x"), tmp_path)
    assert reference.startswith("E-")
    assert path == ""
    assert not elsewhere.exists()


def _waiting_password(site) -> str:
    """A temporary password whose letter waits."""
    dba = making.logged_on(site, "dba", "680")
    return user_passwords.reset(dba, site, "680user", tell=["name", "password"]).password


@pytest.mark.requirement("R-USR-4")
@pytest.mark.parametrize("trap", ["link", "open to all", "folder"])
def test_an_e_mail_with_a_password_goes_into_no_file_that_lies_in_wait(
    lite, tmp_path: Path, trap: str
) -> None:
    """In a folder that others can write to too: a link elsewhere, a file of theirs that they keep open."""
    password = _waiting_password(lite)
    folder, elsewhere = lite.settings.mail_path, tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.write_text("as it was")
    with lite.store.connection():
        keys = [mail.id for mail in Mail.select()]
    for key in keys:
        part = folder / f".{key}.part"
        if trap == "link":
            part.symlink_to(elsewhere)
        elif trap == "folder":
            part.mkdir()
        else:
            part.write_text("")
            part.chmod(0o666)
    kept = [part.open("rb") for part in folder.iterdir()] if trap == "open to all" else []
    if trap == "folder":
        with pytest.raises(Unreachable, match="disk"):
            outbox.send(lite)
        return
    outbox.send(lite)
    assert elsewhere.read_text() == "as it was"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert any(password in path.read_text() for path in folder.iterdir())
    for file in kept:
        assert file.read() == b""
        file.close()


@pytest.mark.requirement("R-USR-4")
@pytest.mark.parametrize("state", ["waiting", "sending"])
@pytest.mark.parametrize("after", ["reset", "delete"])
def test_a_password_that_holds_no_more_waits_nowhere(lite, state: str, after: str) -> None:
    """Also in a letter that a sender, killed since, had in hand."""
    _waiting_password(lite)
    lite.store.write(lambda: Mail.update(state=state).execute())
    dba = making.logged_on(lite, "dba", "680")
    if after == "reset":
        user_passwords.reset(dba, lite, "680user")
    else:
        user_changes.delete(dba, lite, "680user")
    with lite.store.connection():
        assert {mail.secret for mail in Mail.select()} == {""}
        assert [mail.state for mail in Mail.select().where(Mail.about == "user-password")] == ["failed"]


@pytest.mark.requirement("R-LOG-1", "R-SYS-3")
def test_a_password_typed_where_the_username_belongs_is_kept_nowhere(lite, tmp_path: Path) -> None:
    """What no account can be called is counted and on record by a digest: the same each time, and no more."""
    secrets = [_waiting_password(lite), making.PASSWORD, "Gorffennaf#2026", "x" * 41, "pâr o eiriau"]
    for secret in secrets:
        for _ in range(2):
            with pytest.raises(NotLoggedOn, match="logon-wrong"):
                accounts.begin(lite, secret, "", origin="10.0.0.1")
    with pytest.raises(NotLoggedOn, match="logon-wrong"):
        accounts.begin(lite, "680nobody", "")
    tried = [name for name, _subject, outcome in audited(lite, "logon") if outcome == "logon-wrong"]
    assert tried[-1] == "680nobody"
    assert [name[0] for name in tried[:-1]] == ["?"] * 10
    assert tried[:-1:2] == tried[1:-1:2]
    assert len(set(tried)) == 6
    upkeep.backup(lite.settings, tmp_path / "copy.sqlite", lite.clock)
    held = (tmp_path / "copy.sqlite").read_bytes()
    assert not [secret for secret in secrets if secret.encode() in held]


@pytest.mark.requirement("R-USR-2", "R-USR-4")
@pytest.mark.parametrize("state", ["waiting", "sending"])
@pytest.mark.parametrize("how", ["user", "school", "register"])
def test_a_username_and_its_password_that_wait_go_to_the_address_put_right(
    lite, tmp_path: Path, how: str, state: str
) -> None:
    """Who is at the wrong address would have got both, and with them the account."""
    dba, whose = making.logged_on(lite, "dba", "680"), "680user" if how == "user" else "s6804012"
    user_passwords.reset(dba, lite, whose, tell=["name", "password"])
    lite.store.write(lambda: Mail.update(state=state).execute())
    wrong = users.show(dba, lite, whose).mail_to
    if how == "user":
        user_changes.update(dba, lite, whose, email="right@newport.gov.uk", tell=True)
    elif how == "school":
        school_changes.update(dba, lite, "6804012", {"email": "right@newport.gov.uk"})
    else:
        register = tmp_path / "register.csv"
        register.write_text("number,name,email\n6804012,Glan-yr-Afon,right@newport.gov.uk\n")
        school_import.bring_in(making.logged_on(lite, "wg", "WG"), lite, register)
    assert users.show(dba, lite, whose).mail_to == "right@newport.gov.uk"
    sent = [letter for letter in outbox.letters(lite) if letter.about in ("user-name", "user-password")]
    assert [letter.recipient for letter in sent] == ["right@newport.gov.uk"] * 2
    assert wrong != "right@newport.gov.uk"


@pytest.mark.requirement("R-LOG-7", "R-USR-4")
def test_no_secret_lies_in_the_database_its_backup_or_what_is_shown(lite, tmp_path: Path, capsys) -> None:
    """Temporary password, secret of a second factor, recovery codes, the token of a session file."""
    temporary = _waiting_password(lite)
    lite.store.write(lambda: Authority.update(second_factor=True).where(Authority.code == "681").execute())
    logon = accounts.begin(lite, "681user", making.PASSWORD)
    secret = second_factor.enrol(lite, logon).secret.replace(" ", "")
    done, recovery = second_factor.prove(lite, logon, pyotp.TOTP(secret).at(lite.clock()))
    token = second_factor.remember(lite, done)
    secrets = [temporary, secret, token, *recovery, *(code.replace("-", "") for code in recovery)]
    letters = repr(outbox.letters(lite))
    settings_ = lite.settings
    upkeep.backup(settings_, tmp_path / "backup.sqlite")
    capsys.readouterr()
    for command in (["mail", "list", "--json"], ["mail", "show", "1", "--json"], ["mail", "show", "2"]):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("S2S_DATABASE", settings_.database)
            patch.setenv("S2S_KEY_FILE", settings_.key_file)
            main.run(lambda *_given, **_more: 0, command)
    shown = capsys.readouterr().out
    assert "user-password" in shown
    names = ("s2s.sqlite", "s2s.sqlite-wal", "backup.sqlite")
    kept = b"".join(path.read_bytes() for name in names if (path := tmp_path / name).exists())
    for one in secrets:
        assert one not in letters + shown
        assert one.encode() not in kept


def test_the_log_of_errors_has_no_values_that_a_database_was_asked_with(lite, tmp_path: Path) -> None:
    """They may be a pupil's: what isn't found, what is there twice."""
    upn, name = making.upn(1), "".join(("Ll", "wyd"))
    with lite.store.connection(), pytest.raises(LostPupil.DoesNotExist) as missing:
        LostPupil.get((LostPupil.upn == upn) & (LostPupil.surname == name))
    failures.keep(missing.value, tmp_path)
    failures.keep(ValueError(f"duplicate key\nDETAIL:  Key (upn)=({upn}) already exists."), tmp_path)
    kept = (tmp_path / failures.FILE).read_text("utf-8")
    assert upn not in kept
    assert name not in kept
    assert "Params: (left out)" in kept
    assert "lost_pupil" in kept


@pytest.mark.requirement("R-LOG-7")
@pytest.mark.parametrize("trap", ["pipe", "link", "folder", "read by others", "another's", "nothing"])
def test_a_session_file_that_is_not_ones_own_alone_is_none(tmp_path: Path, monkeypatch, trap: str) -> None:
    path, elsewhere = tmp_path / "session", tmp_path / "elsewhere"
    elsewhere.write_text("token")
    elsewhere.chmod(0o600)
    if trap == "pipe":
        os.mkfifo(path, 0o600)
    elif trap == "link":
        path.symlink_to(elsewhere)
    elif trap == "folder":
        path.mkdir(mode=0o700)
    elif trap != "nothing":
        path.write_text("token")
        path.chmod(0o640 if trap == "read by others" else 0o600)
    if trap == "another's":
        monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert codes._token(path) == ""


@pytest.mark.requirement("R-LOG-7")
def test_a_session_file_is_written_over_what_lies_there_and_through_no_link(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "sessions", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.write_text("as it was")
    path = folder / "session"
    path.symlink_to(elsewhere)
    (folder / f"session.{os.getpid()}").symlink_to(elsewhere)
    codes._keep(path, "token")
    assert elsewhere.read_text() == "as it was"
    assert (path.is_symlink(), path.stat().st_mode & 0o777, codes._token(path)) == (False, 0o600, "token")


@pytest.mark.requirement("R-LOG-7")
@pytest.mark.parametrize(
    "spoilt", ["expired", "another's", "password reset", "factor forgotten", "made up", "the clock's end"]
)
def test_a_token_stands_for_its_own_accounts_code_for_a_while_only(lite, spoilt: str) -> None:
    dba = making.logged_on(lite, "dba", "680")
    lite.store.write(lambda: Authority.update(second_factor=True).execute())

    def enrolled(name: str) -> accounts.Logon:
        logon = accounts.begin(lite, name, making.PASSWORD)
        secret = second_factor.enrol(lite, logon).secret.replace(" ", "")
        return second_factor.prove(lite, logon, pyotp.TOTP(secret).at(lite.clock()))[0]

    token = second_factor.remember(lite, enrolled("680user"))
    enrolled("680plasc")
    logon = accounts.begin(lite, "680user", making.PASSWORD)
    assert second_factor.recall(lite, logon, token).owed == ()
    if spoilt == "expired":
        lite.clock.forward(minutes=15)
    elif spoilt == "another's":
        logon = accounts.begin(lite, "680plasc", making.PASSWORD)
    elif spoilt == "password reset":
        password = user_passwords.reset(dba, lite, "680user").password
        logon = accounts.begin(lite, "680user", password)
    elif spoilt == "factor forgotten":
        user_passwords.forget_second_factor(dba, lite, "680user")
    elif spoilt == "made up":
        token = "\ud800" * 200
    else:
        lite.clock.forward(days=365 * 1000)
    assert "code" in second_factor.recall(lite, logon, token).owed
