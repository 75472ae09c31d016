"""What is done with lost pupils' records: shown, downloaded, forwarded, put back, removed (R-LPD)."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import making
import pytest
from making import Child, offered
from watching import (
    at_once,
    audited,
    errors,
    every_write_fails_once,
    forget_mails,
    letters,
    mails,
    require_nothing_personal,
    require_only,
)

from s2s_tui.base.errors import NotFound, Refused, S2SError
from s2s_tui.rules.roles import Actor
from s2s_tui.services import downloads, establishments, lost, transfers, uploads
from s2s_tui.services.lost import State
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Download, LostPupil, Transfer

On = Callable[..., Actor]
FILE = "6804012_CTF_XXXXXXX_001.XML"


def add(
    site: Site, on: On, number: int = 1, school: str = "6804012", to: str = "XXXXXXX", **child: str
) -> int:
    kid = Child(making.upn(number, school), **child)
    receipt = uploads.upload(on("school", school), site, offered(school, to, number, [kid]))
    assert receipt.status == "sent", receipt
    with site.store.connection():
        return int(LostPupil.get(LostPupil.transfer == receipt.id).id)


@pytest.fixture
def record(site: Site, on: On) -> int:
    """A record that a school of 680 sent."""
    lost_id = add(site, on)
    forget_mails(site)
    return lost_id


@pytest.fixture
def finder(site: Site, on: On) -> Actor:
    """The lost pupil transfer role of another authority, 681."""
    return on("lost-pupil-transfer", "681")


def state(site: Site, record: int) -> str:
    with site.store.connection():
        return str(LostPupil.get(LostPupil.id == record).state)


def change(site: Site, record: int) -> int:
    with site.store.connection():
        return int(LostPupil.get(LostPupil.id == record).change)


def code(act: Callable[[], object]) -> str:
    with pytest.raises(S2SError) as told:
        act()
    return told.value.code


def take(site: Site, actor: Actor, record: int, folder: Path) -> None:
    """Download and say yes."""
    into = folder / f"{actor.user}-{len(list(folder.iterdir()))}"
    into.mkdir()
    lost.download(actor, site, record, into, on_roll=True)
    lost.confirm(actor, site, record)


# Who may


@pytest.mark.requirement("R-LPD-2")
def test_only_the_lost_pupil_roles_reach_the_records(site: Site, record: int, tmp_path: Path) -> None:
    require_only(site, "lost.search", lambda actor: lost.show(actor, site, record))
    require_only(
        site,
        "lost.download",
        lambda actor: lost.download(actor, site, record, tmp_path, on_roll=True),
        lambda actor: lost.confirm(actor, site, record),
        lambda actor: lost.put_back(actor, site, record),
    )
    require_only(
        site, "lost.forward", lambda actor: lost.forward(actor, site, record, "6804031", on_roll=True)
    )
    require_only(
        site,
        "lost.remove",
        lambda actor: lost.remove(actor, site, [record], "known"),
        lambda actor: lost.past_leaving_age(actor, site),
    )
    assert state(site, record) == State.LOST


@pytest.mark.requirement("R-LPD-2")
@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30, 999_999])
def test_a_number_that_no_record_has_is_unknown(
    site: Site, finder: Actor, number: int, tmp_path: Path
) -> None:
    for act in (
        lambda: lost.show(finder, site, number),
        lambda: lost.download(finder, site, number, tmp_path, on_roll=True),
        lambda: lost.confirm(finder, site, number),
        lambda: lost.forward(finder, site, number, "6814053", on_roll=True),
        lambda: lost.put_back(finder, site, number),
    ):
        assert code(act) == "lost-unknown"
    (outcome,) = lost.remove(finder, site, [number], "known")
    assert outcome.error is not None
    assert outcome.error.code == "lost-unknown"
    assert audited(site, "lost-show") == [(finder.user, str(number), "lost-unknown")]


@pytest.mark.requirement("R-LPD-2")
def test_any_authority_sees_a_records_details_and_who_looked_is_on_record(site: Site, on: On) -> None:
    more = "<BasicDetails><FormerSurname>Jones</FormerSurname><MiddleNames>Mai</MiddleNames></BasicDetails>"
    record = add(site, on, to="MMMMMMM", more=more, born="2010-08-31")
    actor = on("lost-pupil", "660")
    found = lost.show(actor, site, record)
    assert (found.la, found.school, found.school_name) == ("680", "6804012", making.SCHOOLS["6804012"])
    assert (found.former_surname, found.middle_names, found.left_sector) == ("Jones", "Mai", True)
    assert (found.uploaded, found.state) == (making.NOW, "lost")
    assert found.leaves == date(2026, 6, 26)
    assert audited(site, "lost-show") == [(actor.user, making.upn(1), "done")]


@pytest.mark.requirement("R-LPD-2")
def test_a_record_of_a_school_that_merged_shows_still(site: Site, on: On, record: int) -> None:
    establishments.merge(on("wg", "WG"), site, "6804012", "6804031", making.past(0))
    assert lost.show(on("lost-pupil", "681"), site, record).school == "6804012"


# Downloading


@pytest.mark.requirement("R-LPD-3")
def test_a_download_needs_the_tick_that_the_pupil_is_on_roll(
    site: Site, finder: Actor, record: int, tmp_path: Path
) -> None:
    assert code(lambda: lost.download(finder, site, record, tmp_path, on_roll=False)) == "on-roll"
    assert code(lambda: lost.forward(finder, site, record, "6814053", on_roll=False)) == "on-roll"
    assert list(tmp_path.glob("*.XML")) == []
    assert audited(site, "lost-download", "lost-forward") == [
        (finder.user, making.upn(1), "on-roll"),
        (finder.user, making.upn(1), "on-roll"),
    ]
    with site.store.connection():
        assert Download.select().count() == 0


@pytest.mark.requirement("R-LPD-10")
def test_only_a_confirmed_download_resolves_and_the_uploading_authority_is_told(
    site: Site, finder: Actor, record: int, tmp_path: Path
) -> None:
    saved = lost.download(finder, site, record, tmp_path, on_roll=True)
    assert saved.path.read_bytes() == making.ctf("6804012", "XXXXXXX", [Child(making.upn(1))])
    assert state(site, record) == State.LOST
    assert mails(site) == []
    before = change(site, record)
    lost.confirm(finder, site, record)
    assert state(site, record) == State.DOWNLOADED
    assert change(site, record) > before
    assert mails(site) == [("lost-downloaded", "data@la680.example")]
    (letter,) = letters(site, "lost-downloaded")
    assert "681" in letter
    assert FILE in letter
    require_nothing_personal(site)
    assert [outcome for *_, outcome in audited(site, "lost-download", "lost-confirm")] == ["done"] * 2


@pytest.mark.requirement("R-LPD-10")
def test_the_authoritys_address_for_lost_pupils_is_used_where_there_is_one(
    site: Site, finder: Actor, record: int, tmp_path: Path
) -> None:
    site.store.write(
        lambda: Authority.update(lost_email="lost@la680.example").where(Authority.code == "680").execute()
    )
    take(site, finder, record, tmp_path)
    assert mails(site) == [("lost-downloaded", "lost@la680.example")]


@pytest.mark.requirement("R-LPD-3")
def test_what_was_not_downloaded_is_not_confirmed(
    site: Site, on: On, finder: Actor, record: int, tmp_path: Path
) -> None:
    assert code(lambda: lost.confirm(finder, site, record)) == "not-downloaded"
    lost.download(on("lost-pupil", "660"), site, record, tmp_path, on_roll=True)
    assert code(lambda: lost.confirm(finder, site, record)) == "not-downloaded"
    assert [outcome for *_, outcome in audited(site, "lost-confirm")] == ["not-downloaded"] * 2


@pytest.mark.requirement("R-DWN-6")
def test_a_save_that_failed_is_no_download_to_confirm(
    site: Site, finder: Actor, record: int, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_text("mine")
    assert code(lambda: lost.download(finder, site, record, tmp_path, on_roll=True)) == "file-exists"
    assert (tmp_path / FILE).read_text() == "mine"
    missing = tmp_path / "nowhere"
    assert code(lambda: lost.download(finder, site, record, missing, on_roll=True)) == "folder-missing"
    assert code(lambda: lost.confirm(finder, site, record)) == "not-downloaded"
    assert [outcome for *_, outcome in audited(site, "lost-download")] == [
        "done",
        "file-exists",
        "done",
        "folder-missing",
    ]


@pytest.mark.requirement("R-LPD-10")
def test_what_another_authority_has_downloaded_is_resolved(
    site: Site, on: On, finder: Actor, record: int, tmp_path: Path
) -> None:
    other = on("lost-pupil-transfer", "660")
    # It had the file already, but never said that it was the right one.
    (tmp_path / "other").mkdir()
    lost.download(other, site, record, tmp_path / "other", on_roll=True)
    take(site, finder, record, tmp_path)
    assert code(lambda: lost.download(other, site, record, tmp_path, on_roll=True)) == "lost-moved"
    assert code(lambda: lost.confirm(other, site, record)) == "lost-moved"
    assert code(lambda: lost.put_back(other, site, record)) == "lost-moved"
    assert code(lambda: lost.forward(other, site, record, "6604025", on_roll=True)) == "lost-moved"
    assert state(site, record) == State.DOWNLOADED
    told = audited(site, "lost-download", "lost-confirm", "lost-put-back", "lost-forward")
    assert [outcome for user, _, outcome in told if user == other.user][1:] == ["lost-moved"] * 4


@pytest.mark.requirement("R-LPD-10")
def test_of_two_authorities_that_confirm_at_once_one_does_and_the_other_is_told(
    site: Site, on: On, finder: Actor, record: int, tmp_path: Path
) -> None:
    other = on("lost-pupil", "660")
    for actor in (finder, other):
        (tmp_path / actor.user).mkdir()
        lost.download(actor, site, record, tmp_path / actor.user, on_roll=True)
    results = at_once(
        site, lambda: lost.confirm(finder, site, record), lambda: lost.confirm(other, site, record)
    )
    assert errors(results) == ["lost-moved"]
    assert len(mails(site)) == 1
    with site.store.connection():
        assert Download.select().where(Download.confirmed_at.is_null(False)).count() == 1


@pytest.mark.requirement("R-LPD-10")
def test_of_two_authorities_that_forward_at_once_one_does_and_the_other_is_told(
    site: Site, on: On, finder: Actor, record: int
) -> None:
    other = on("lost-pupil-transfer", "660")
    results = at_once(
        site,
        lambda: lost.forward(finder, site, record, "6814053", on_roll=True),
        lambda: lost.forward(other, site, record, "6604025", on_roll=True),
    )
    assert errors(results) == ["lost-moved"]
    assert [about for about, _ in mails(site)].count("lost-forwarded") == 1
    with site.store.connection():
        assert Transfer.select().where(Transfer.forwarded_from.is_null(False)).count() == 1


@pytest.mark.requirement("R-LPD-10")
def test_of_a_removal_and_a_confirmation_at_once_the_record_ends_removed_or_the_finder_is_told(
    site: Site, on: On, finder: Actor, record: int, tmp_path: Path
) -> None:
    lost.download(finder, site, record, tmp_path, on_roll=True)
    owner = on("lost-pupil", "680")
    results = at_once(
        site,
        lambda: lost.confirm(finder, site, record),
        lambda: lost.remove(owner, site, [record], "known"),
    )
    assert state(site, record) == State.REMOVED
    assert results[1][0].ok
    assert (errors(results), mails(site)) in (
        (["lost-moved"], []),
        ([], [("lost-downloaded", "data@la680.example")]),
    )


# Forwarding


@pytest.mark.requirement("R-LPD-4")
def test_a_record_is_forwarded_to_an_own_school_in_one_step(site: Site, finder: Actor, record: int) -> None:
    receipt = lost.forward(finder, site, record, "6814053", on_roll=True)
    assert (receipt.status, receipt.file) == ("sent", "6804012_CTF_6814053_001.XML"), receipt
    assert state(site, record) == State.FORWARDED
    assert mails(site) == [
        ("arrived", "office@s6814053.example"),
        ("confirmed", "data@la681.example"),
        ("copy", "data@la680.example"),
        ("lost-forwarded", "data@la680.example"),
    ]
    require_nothing_personal(site)
    with site.store.connection():
        came, went = Transfer.select().order_by(Transfer.id)
    assert came.content_id == went.content_id
    assert went.forwarded_from == came.id
    assert audited(site, "lost-forward") == [(finder.user, making.upn(1), "done")]


@pytest.mark.requirement("R-LPD-4")
def test_a_record_is_forwarded_after_the_own_authority_has_downloaded_it(
    site: Site, finder: Actor, record: int, tmp_path: Path
) -> None:
    take(site, finder, record, tmp_path)
    assert lost.forward(finder, site, record, "6814053", on_roll=True).status == "sent"
    assert code(lambda: lost.forward(finder, site, record, "6814060", on_roll=True)) == "lost-moved"
    assert state(site, record) == State.FORWARDED


@pytest.mark.requirement("R-LPD-4")
def test_a_record_that_an_authority_sent_itself_is_forwarded_too(site: Site, on: On) -> None:
    receipt = uploads.upload(on("la-school", "680"), site, offered("680LLLL", "XXXXXXX"))
    with site.store.connection():
        record = int(LostPupil.get(LostPupil.transfer == receipt.id).id)
    for actor, school in ((on("lost-pupil-transfer", "680"), "6804031"),):
        told = lost.forward(actor, site, record, school, on_roll=True)
        assert (told.status, told.file) == ("sent", "680LLLL_CTF_6804031_001.XML"), told


@pytest.mark.requirement("R-LPD-4")
def test_it_is_forwarded_to_own_schools_only(site: Site, finder: Actor, record: int) -> None:
    with pytest.raises(NotFound):
        lost.forward(finder, site, record, "6804031", on_roll=True)
    for school in ("", "681LLLL", "XXXXXXX", "\0", "'; --"):
        with pytest.raises(Refused) as told:
            lost.forward(finder, site, record, school, on_roll=True)
        assert told.value.code == "forward-school"
    assert state(site, record) == State.LOST


@pytest.mark.requirement("R-LPD-4")
def test_a_refused_forward_changes_nothing(site: Site, on: On, finder: Actor, record: int) -> None:
    establishments.close(on("wg", "WG"), site, "6814053", making.past(0))
    receipt = lost.forward(finder, site, record, "6814053", on_roll=True)
    assert receipt.status == "refused"
    assert state(site, record) == State.LOST
    assert mails(site) == []
    with site.store.connection():
        assert Download.select().count() == 0
    assert audited(site, "lost-forward") == [(finder.user, making.upn(1), "refused")]
    assert code(lambda: lost.confirm(finder, site, record)) == "not-downloaded"


@pytest.mark.requirement("R-LPD-4")
def test_acts_that_are_tried_again_happen_once(
    site: Site, finder: Actor, record: int, tmp_path: Path
) -> None:
    with every_write_fails_once() as undone:
        take(site, finder, record, tmp_path)
        lost.put_back(finder, site, record)
        lost.forward(finder, site, record, "6814053", on_roll=True)
    assert len(undone) == 4
    assert [about for about, _ in mails(site)] == [
        "arrived",
        "confirmed",
        "copy",
        "lost-downloaded",
        "lost-forwarded",
        "lost-put-back",
    ]
    with site.store.connection():
        assert Download.select().count() == 2
        assert Transfer.select().count() == 2


# Putting back


@pytest.mark.requirement("R-LPD-10")
def test_a_mistaken_download_is_put_back(
    site: Site, on: On, finder: Actor, record: int, tmp_path: Path
) -> None:
    take(site, finder, record, tmp_path)
    forget_mails(site)
    before = change(site, record)
    lost.put_back(on("lost-pupil", "681"), site, record)
    assert state(site, record) == State.LOST
    assert change(site, record) > before
    assert mails(site) == [("lost-put-back", "data@la680.example")]
    require_nothing_personal(site)
    # The download that was a mistake counts no more; another authority may have the record now.
    assert code(lambda: lost.confirm(finder, site, record)) == "not-downloaded"
    assert code(lambda: lost.put_back(finder, site, record)) == "lost-moved"
    take(site, on("lost-pupil", "660"), record, tmp_path)
    assert code(lambda: lost.put_back(finder, site, record)) == "lost-moved"
    assert state(site, record) == State.DOWNLOADED
    with site.store.connection():
        assert Download.select().count() == 2


@pytest.mark.requirement("R-LPD-10")
@pytest.mark.parametrize("how", ["rejected", "withdrawn", "recalled"])
def test_a_forwarded_record_goes_back_once_the_school_has_the_file_no_more(
    site: Site, on: On, finder: Actor, record: int, tmp_path: Path, how: str
) -> None:
    school = on("school", "6814053")
    sent = lost.forward(finder, site, record, "6814053", on_roll=True).id
    assert sent
    if how == "recalled":
        downloads.download(school, site, [sent], tmp_path)
        transfers.confirm(school, site, [sent])
    assert lost.show(on("lost-pupil", "680"), site, record).taken_by == "681"
    assert code(lambda: lost.put_back(finder, site, record)) == "lost-at-school"
    if how == "rejected":
        transfers.reject(school, site, [sent], "Nobody of that name is with us")
    else:
        transfers.recall(finder, site, sent, "The wrong school")
    # Only who forwarded it says that it was a mistake.
    assert code(lambda: lost.put_back(on("lost-pupil", "660"), site, record)) == "lost-moved"
    lost.put_back(on("lost-pupil", "681"), site, record)
    assert state(site, record) == State.LOST
    assert lost.show(finder, site, record).taken_by == ""
    assert lost.forward(finder, site, record, "6814060", on_roll=True).ok
    assert state(site, record) == State.FORWARDED


@pytest.mark.requirement("R-LPD-10")
def test_a_colleague_who_confirms_after_another_is_told_what_it_is_now(
    site: Site, on: On, finder: Actor, record: int, tmp_path: Path
) -> None:
    colleague = on("lost-pupil", "681")
    (tmp_path / "own").mkdir()
    lost.download(colleague, site, record, tmp_path / "own", on_roll=True)
    take(site, finder, record, tmp_path)
    assert code(lambda: lost.confirm(colleague, site, record)) == "lost-moved"


@pytest.mark.requirement("R-LPD-10")
def test_what_is_at_a_school_or_removed_is_not_put_back(
    site: Site, on: On, finder: Actor, record: int
) -> None:
    lost.forward(finder, site, record, "6814053", on_roll=True)
    assert code(lambda: lost.put_back(finder, site, record)) == "lost-at-school"
    lost.remove(on("lost-pupil", "680"), site, [record], "known")
    assert code(lambda: lost.put_back(finder, site, record)) == "lost-moved"


# Removing


@pytest.mark.requirement("R-LPD-9")
def test_the_uploading_authority_removes_a_record_and_its_history_stays(
    site: Site, on: On, finder: Actor, record: int, tmp_path: Path
) -> None:
    owner = on("lost-pupil", "680")
    (outcome,) = lost.remove(owner, site, [record], " destination\nknown ")
    assert outcome.ok
    assert (state(site, record), mails(site)) == (State.REMOVED, [])
    assert lost.show(owner, site, record).state == "removed"
    # What was sent in error is shown and given out no more.
    assert code(lambda: lost.show(finder, site, record)) == "lost-unknown"
    assert code(lambda: lost.download(finder, site, record, tmp_path, on_roll=True)) == "lost-moved"
    assert code(lambda: lost.forward(finder, site, record, "6814053", on_roll=True)) == "lost-moved"
    (again,) = lost.remove(owner, site, [record], "known")
    assert again.error is not None
    assert again.error.code == "lost-moved"
    with site.store.connection():
        row = LostPupil.get(LostPupil.id == record)
        assert (row.state_by, row.state_reason) == (owner.user, "destination known")
        assert Transfer.get(Transfer.id == row.transfer_id).state == "deleted"
    assert [outcome for *_, outcome in audited(site, "lost-remove")] == ["done", "lost-moved"]


@pytest.mark.requirement("R-LPD-9")
def test_another_authority_removes_nothing_and_hears_that_there_is_none(
    site: Site, finder: Actor, record: int
) -> None:
    (outcome,) = lost.remove(finder, site, [record], "not ours")
    assert outcome.error is not None
    assert (outcome.error.code, outcome.name) == ("lost-unknown", "")
    assert state(site, record) == State.LOST
    assert audited(site, "lost.remove") == [(finder.user, str(record), "not-found")]


@pytest.mark.requirement("R-LPD-9")
def test_a_removal_needs_a_reason(site: Site, on: On, record: int) -> None:
    owner = on("lost-pupil", "680")
    assert code(lambda: lost.remove(owner, site, [record], " \n\t")) == "reason-missing"
    assert code(lambda: lost.remove(owner, site, [record], "x" * 501)) == "reason-long"
    assert state(site, record) == State.LOST


@pytest.mark.requirement("R-SYS-7")
def test_a_record_is_removed_and_not_called_back(site: Site, on: On, record: int) -> None:
    with site.store.connection():
        transfer = LostPupil.get(LostPupil.id == record).transfer_id
    school = on("school", "6804012")
    assert code(lambda: transfers.recall(school, site, transfer, "wrong")) == "recall-lost"
    assert code(lambda: transfers.show(on("user", "680"), site, transfer)) == "file-unknown"


# Leaving age


@pytest.mark.requirement("R-LPD-7")
@pytest.mark.parametrize(
    ("born", "today", "past"),
    [
        # Born 1 September 2009 to 31 August 2010: the last Friday of June 2026 is the 26th.
        ("2010-08-31", date(2026, 6, 26), False),
        ("2010-08-31", date(2026, 6, 27), True),
        ("2009-09-01", date(2026, 6, 26), False),
        ("2009-09-01", date(2026, 6, 27), True),
        ("2010-09-01", date(2026, 6, 27), False),
        ("2010-09-01", date(2027, 6, 25), False),
        ("2010-09-01", date(2027, 6, 26), True),
        ("2009-08-31", date(2025, 6, 28), True),
    ],
)
def test_pupils_past_leaving_age_are_listed_to_the_uploading_authority(
    site: Site, on: On, clock: making.Clock, born: str, today: date, past: bool
) -> None:
    clock.now = datetime(today.year, today.month, today.day, 9, 0)
    record = add(site, on, born=born)
    found = lost.past_leaving_age(on("lost-pupil", "680"), site)
    assert [one.id for one in found] == ([record] if past else [])
    assert lost.past_leaving_age(on("lost-pupil", "681"), site) == ()


@pytest.mark.requirement("R-LPD-7")
def test_the_day_that_counts_is_londons(site: Site, on: On, clock: making.Clock) -> None:
    record = add(site, on, born="2010-08-31")
    clock.now = datetime(2026, 6, 26, 22, 59)
    assert lost.past_leaving_age(on("lost-pupil", "680"), site) == ()
    clock.now = datetime(2026, 6, 26, 23, 1)
    assert [one.id for one in lost.past_leaving_age(on("lost-pupil", "680"), site)] == [record]


@pytest.mark.requirement("R-LPD-7")
def test_those_that_are_dealt_with_are_not_listed(site: Site, on: On, finder: Actor, tmp_path: Path) -> None:
    records = [add(site, on, number, born="2005-01-01") for number in (1, 2, 3)]
    owner = on("lost-pupil", "680")
    take(site, finder, records[0], tmp_path)
    lost.forward(finder, site, records[1], "6814053", on_roll=True)
    lost.remove(owner, site, records[2:], "known")
    assert [one.id for one in lost.past_leaving_age(owner, site)] == records[:1]
    assert all(one.ok for one in lost.remove(owner, site, records[:1], "past leaving age"))
    assert lost.past_leaving_age(owner, site) == ()
