"""Text, time, settings and languages."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.base import clock, settings, translation
from s2s_tui.base.errors import NotLoggedOn, S2SError, WrongUse
from s2s_tui.base.settings import Settings
from s2s_tui.base.text import printable, printable_lines, storable

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))


# --- text


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Siân Llŷr", "Siân Llŷr"),
        ("[/bold] {x} %s", "[/bold] {x} %s"),
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("a\x9b2Jb", "a\ufffd2Jb"),
        ("a\nb\r\nc\td", "a b  c d"),
        ("a\u2028b\x85c", "a b c"),
        ("a\u202eb", "a\ufffdb"),
        ("a\u200bb\ufeff", "a\ufffdb\ufffd"),
        ("\ud800\0", "\ufffd\ufffd"),
        ("👩‍👧", "👩\ufffd👧"),
        (12, "12"),
        (None, "None"),
    ],
)
def test_what_a_terminal_would_act_on_is_made_printable(text, shown):
    assert printable(text) == shown


@pytest.mark.requirement("R-SYS-2")
@given(st.text(st.characters()))
def test_printable_text_is_one_line_of_seen_characters_and_stays_so(text):
    shown = printable(text)
    assert not any(unicodedata.category(character)[0] == "C" for character in shown if character != "\ufffd")
    assert len(shown.splitlines()) <= 1
    assert len(shown) == len(text)
    assert printable(shown) == shown
    assert printable_lines(text) == "\n".join(map(printable, text.splitlines()))
    shown.encode("utf-8")


@given(st.text(st.characters()))
def test_storable_text_goes_into_any_database_and_stays_so(text):
    kept = storable(text)
    kept.encode("utf-8")
    assert "\0" not in kept
    assert len(kept) == len(text)
    assert storable(kept) == kept
    if "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text):
        assert kept == text


# --- time


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 23, 59), date(2026, 11, 24)),
        (datetime(2026, 11, 25, 0, 0), date(2026, 11, 25)),
        (datetime(2026, 7, 1, 22, 59), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0), date(2026, 7, 2)),
        (datetime(2026, 3, 29, 0, 59), date(2026, 3, 29)),
        (datetime(2026, 10, 24, 22, 59), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 23, 0), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 59), date(2026, 10, 25)),
    ],
)
def test_a_day_is_londons(moment, day):
    assert clock.local_date(moment) == day


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_on_which_the_clocks_change_is_an_hour_shorter_or_longer(day, hours):
    assert clock.day_end(day) - clock.day_start(day) == timedelta(hours=hours)


@given(MOMENTS)
def test_each_moment_is_in_its_day(moment):
    day = clock.local_date(moment)
    assert clock.day_start(day) <= moment < clock.day_end(day)
    assert clock.local_date(clock.day_start(day)) == day
    assert clock.day_end(day) == clock.day_start(day + timedelta(days=1))
    assert clock.to_local(moment).astimezone(UTC).replace(tzinfo=None) == moment


@given(MOMENTS, MOMENTS)
def test_days_between_are_counted_in_london(earlier, later):
    days = clock.days_between(earlier, later)
    assert clock.local_date(earlier) + timedelta(days=days) == clock.local_date(later)
    assert clock.days_between(later, earlier) == -days


def test_now_is_naive_utc():
    assert clock.utc_now().tzinfo is None
    assert abs(clock.utc_now() - datetime.now(UTC).replace(tzinfo=None)) < timedelta(seconds=5)


# --- settings


def test_the_later_source_wins(tmp_path):
    system, own = tmp_path / "system.toml", tmp_path / "own.toml"
    system.write_text('smtp_host = "system"\nsmtp_port = 1\nlanguage = "cy"\nmouse = false\n')
    own.write_text('smtp_host = "own"\nsmtp_port = 2\n')
    environ = {"S2S_SMTP_HOST": "environment", "S2S_EMPTY": "", "S2S_LANGUAGE": ""}
    found = settings.load(
        {"smtp_host": "option", "database": None}, environ, (system, own, tmp_path / "none")
    )
    assert (found.smtp_host, found.smtp_port, found.language, found.mouse) == ("option", 2, "cy", False)
    assert settings.load({}, environ, (system, own)).smtp_host == "environment"
    assert settings.load({}, {}, (system, own)).smtp_host == "own"
    assert settings.load({}, {}, ()) == Settings()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("smtp_port = ", "settings-unreadable"),
        ("smtp_prot = 1", "settings-unknown"),
        ('smtp_port = "many"', "settings-type"),
        ("smtp_port = true", "settings-type"),
        ("smtp_port = 1.5", "settings-type"),
        ("mouse = 1", "settings-type"),
        ("database = 5", "settings-type"),
        ("[smtp]\nhost = 'x'", "settings-unknown"),
    ],
)
def test_a_slip_in_a_settings_file_is_named_with_its_place(tmp_path, text, code):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(WrongUse) as caught:
        settings.load({}, {}, (path,))
    assert caught.value.code == code
    assert str(path) in map(str, caught.value.params.values())
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(WrongUse, match="settings-unreadable"):
        settings.load({}, {}, (path,))


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("ON", True), ("no", False), ("False", False)])
def test_the_environment_says_yes_and_no(value, meant):
    assert settings.load({}, {"S2S_MOUSE": value}, ()).mouse is meant


@pytest.mark.parametrize("value", ["maybe", "2"])
def test_the_environment_says_nothing_else(value):
    with pytest.raises(WrongUse, match="settings-type"):
        settings.load({}, {"S2S_MOUSE": value}, ())
    with pytest.raises(WrongUse, match="settings-type"):
        settings.load({}, {"S2S_SMTP_PORT": "-" + value}, ())


def test_what_lies_beside_a_sqlite_database_is_found_there(tmp_path):
    chosen = Settings(database=f"sqlite:///{tmp_path}/s2s.sqlite")
    assert (chosen.key_path, chosen.mail_path) == (tmp_path / "audit.key", tmp_path / "mail")
    assert Settings().database_url.startswith("sqlite:////")
    server = Settings(database="postgresql://host/db", key_file=str(tmp_path / "key"))
    assert (server.key_path, server.home) == (tmp_path / "key", settings.data_dir())


# --- languages and errors


@pytest.mark.requirement("R-SYS-5")
@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "cy_GB.UTF-8"}, "cy"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "cy_GB"}, "cy"),
        ({"LANGUAGE": "cy:en", "LANG": "en_GB"}, "cy"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
        ({"LANG": "\udcff nonsense"}, "en"),
    ],
)
def test_the_language_is_the_environments_unless_chosen(monkeypatch, environ, language):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert translation.from_environment() == language
    translation.speak("xx")
    assert translation.language() == language
    translation.speak("cy")
    assert translation.language() == "cy"


@pytest.mark.requirement("R-SYS-5")
def test_a_language_within_a_block_ends_with_it_even_after_an_error():
    translation.speak("en")
    with translation.in_language("cy"):
        assert translation.language() == "cy"
        with translation.in_language("xx"):
            assert translation.language() == "en"
    with pytest.raises(RuntimeError), translation.in_language("cy"):
        raise RuntimeError
    assert translation.language() == "en"
    assert translation._("") == ""


def test_an_error_is_a_code_and_its_parameters():
    error = NotLoggedOn("logon-wait", seconds=10)
    assert isinstance(error, S2SError)
    assert (error.code, dict(error.params), error.exit_code) == ("logon-wait", {"seconds": 10}, 3)
    assert str(error) == "logon-wait(seconds=10)"
