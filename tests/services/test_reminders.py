"""The weekly reminder of files not downloaded: once a week to each, however often it is run (R-DWN-7)."""

from collections.abc import Callable
from datetime import datetime

import making
import pytest
from making import Child, offered
from watching import (
    at_once,
    audited,
    every_write_fails_once,
    forget_mails,
    letters,
    mails,
    require_nothing_personal,
)

from s2s_tui.rules.roles import SYSTEM, Actor
from s2s_tui.services import establishments, reminders, uncollected, uploads
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Establishment, Reminder

On = Callable[..., Actor]


def send(site: Site, on: On, source: str, destination: str, number: int = 1) -> int:
    kid = [Child(making.upn(number, source))]
    receipt = uploads.upload(on("school", source), site, offered(source, destination, number, kid))
    assert receipt.id is not None, receipt
    return receipt.id


@pytest.fixture
def waiting(site: Site, on: On, clock: making.Clock) -> None:
    """Two files at a school of 680, one at 681 itself, one in the lost pupil database; a week has passed."""
    send(site, on, "6804012", "6804031")
    send(site, on, "6804012", "6804031", 2)
    send(site, on, "6804012", "681LLLL", 3)
    send(site, on, "6804012", "XXXXXXX", 4)
    clock.forward(days=7)
    forget_mails(site)


@pytest.mark.requirement("R-DWN-7")
@pytest.mark.usefixtures("waiting")
def test_each_is_reminded_of_what_it_has_not_downloaded(site: Site) -> None:
    told = reminders.remind(site)
    assert (told.week, told.schools, told.authorities, told.already) == ("2026-W49", 1, 2, 0)
    assert mails(site) == [
        ("reminder", "data@la680.example"),
        ("reminder", "data@la681.example"),
        ("reminder", "office@s6804031.example"),
    ]
    authority, other, school = letters(site, "reminder")
    lines = "\n6804012_CTF_6804031_001.XML (7 d)\n6804012_CTF_6804031_002.XML (7 d)\n"
    assert lines in authority
    assert lines in school
    assert "6804012_CTF_681LLLL_003.XML" in other
    assert not [letter for letter in (authority, other, school) if "XXXXXXX" in letter]
    require_nothing_personal(site)
    assert audited(site, "remind") == [
        (SYSTEM.user, organisation, "done") for organisation in ("680", "6804031", "681")
    ]


@pytest.mark.requirement("R-DWN-7")
@pytest.mark.usefixtures("waiting")
def test_running_it_twice_in_a_week_sends_once(site: Site, on: On, clock: making.Clock) -> None:
    reminders.remind(site)
    send(site, on, "6804012", "6804031", 9)
    forget_mails(site)
    clock.now = datetime(2026, 12, 6, 23, 59)
    told = reminders.remind(site)
    assert (told.schools, told.authorities, told.already, mails(site)) == (0, 0, 3, [])
    clock.now = datetime(2026, 12, 7, 0, 1)
    assert reminders.remind(site).schools == 1
    assert len(mails(site)) == 3


@pytest.mark.requirement("R-DWN-7")
def test_the_week_is_londons_and_the_years_end_is_one_week(site: Site, on: On, clock: making.Clock) -> None:
    send(site, on, "6804012", "6804031")
    clock.now = datetime(2027, 6, 6, 23, 30)
    assert reminders.remind(site).week == "2027-W23"
    clock.now = datetime(2027, 12, 31, 12, 0)
    assert reminders.remind(site).week == "2027-W52"
    clock.now = datetime(2028, 1, 1, 12, 0)
    assert reminders.remind(site).already == 2


@pytest.mark.requirement("R-DWN-7")
@pytest.mark.usefixtures("waiting")
def test_two_runs_at_once_send_once(site: Site) -> None:
    results = at_once(site, lambda: reminders.remind(site), lambda: reminders.remind(site))
    assert sum(told.schools + told.authorities for told in results) == 3
    assert len(mails(site)) == 3
    with site.store.connection():
        assert Reminder.select().count() == 3


@pytest.mark.requirement("R-DWN-7")
@pytest.mark.usefixtures("waiting")
def test_a_reminder_that_is_tried_again_goes_once(site: Site) -> None:
    with every_write_fails_once() as undone:
        reminders.remind(site)
    assert len(undone) == 3
    assert len(mails(site)) == 3


@pytest.mark.requirement("R-DWN-7")
@pytest.mark.usefixtures("waiting")
def test_one_without_an_address_is_named_and_reminded_once_it_has_one(site: Site) -> None:
    school = Establishment.number == "6804031"
    site.store.write(lambda: Establishment.update(email="").where(school).execute())
    site.store.write(lambda: Authority.update(email="").where(Authority.code == "681").execute())
    told = reminders.remind(site)
    assert (told.schools, told.authorities, told.without_address) == (0, 1, ("6804031", "681"))
    site.store.write(lambda: Establishment.update(email="new@s.example").where(school).execute())
    told = reminders.remind(site)
    assert (told.schools, told.already) == (1, 1)


@pytest.mark.requirement("R-DWN-7")
def test_nothing_waits_so_nobody_is_reminded(site: Site, on: On) -> None:
    uncollected.delete(on("user", "680"), site, [send(site, on, "6804012", "6804031")], "old")
    forget_mails(site)
    told = reminders.remind(site)
    assert (told.schools, told.authorities, mails(site)) == (0, 0, [])


@pytest.mark.requirement("R-DWN-7")
def test_what_waits_at_a_closed_school_is_its_authoritys_to_clear(site: Site, on: On) -> None:
    send(site, on, "6814053", "6804031")
    establishments.close(on("wg", "WG"), site, "6804031", making.past(0))
    forget_mails(site)
    told = reminders.remind(site)
    assert (told.schools, told.without_address, mails(site)) == (0, (), [("reminder", "data@la680.example")])


@pytest.mark.requirement("R-DWN-7")
def test_a_letter_is_in_its_readers_language_or_the_usual_one(site: Site, on: On) -> None:
    send(site, on, "6804012", "6804031")
    forget_mails(site)
    hostile = "Ysgol\nBcc: x@evil.example {files} %s \x1b[31m"
    site.store.write(
        lambda: (
            Establishment.update(name=hostile, language="cy")
            .where(Establishment.number == "6804031")
            .execute()
        )
    )
    reminders.remind(site)
    assert len(mails(site)) == 2
    assert not [letter for letter in letters(site, "reminder") if "\x1b" in letter or "\nBcc" in letter]
