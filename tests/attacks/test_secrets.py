"""Passwords, and what is kept of an error: no secret in them, nothing that acts on a terminal."""

import os
from pathlib import Path

import pytest
from hostile import harmless

from s2s_tui.base import failures, settings
from s2s_tui.base.errors import WrongUse
from s2s_tui.cli import main
from s2s_tui.store.database import open_store, without_password

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
