"""The annual matching: a run, stopped and gone on with, looked through, published, worked on (R-LPD-8)."""

import os
import signal
import threading
from datetime import timedelta

import making
import pytest
import rolls
import steps

from s2s_tui.base.errors import NotFound, Refused, WrongUse
from s2s_tui.matching import bulk
from s2s_tui.services import annual, annual_runs, annual_work, audit, finds, home, lost
from s2s_tui.services import site as sites
from s2s_tui.services.annual_roll import RollWrong
from s2s_tui.services.finds import CERTAIN, CHECK, ELSEWHERE, OURS
from s2s_tui.store.models import AuditEntry, Find, MatchRun

pytestmark = pytest.mark.requirement("R-LPD-8")


@pytest.fixture
def wg(site):
    return making.logged_on(site, "wg", "WG")


def code_of(act) -> str:
    with pytest.raises((Refused, NotFound, WrongUse)) as caught:
        act()
    return caught.value.code


def published(site, wg, folder, count: int = len(rolls.PEOPLE)):
    """A published run of the usual roll; its id."""
    rolls.lose(site, count)
    run = annual.match(wg, site, rolls.usual(folder))
    annual_runs.publish(wg, site, run.id)
    return run.id


def rows_of(site) -> tuple[int, int]:
    with site.store.connection():
        return MatchRun.select().count(), Find.select().count()


def test_each_lost_pupil_on_roll_is_found_once_with_class_likelihood_and_reasons(site, wg, tmp_path):
    rolls.lose(site)
    told = []
    run = annual.match(wg, site, rolls.usual(tmp_path), on_progress=lambda *step: told.append(step))
    assert (run.pupils, run.records, run.certain + run.check, run.authorities) == (9, 6, 4, 2)
    assert run.finished
    assert not run.published
    assert not run.is_running
    found = annual_runs.review(wg, site, run.id).page()
    assert rolls.names(found) == ["Bebb", "Cynddylan", "Prydderch", "Treharne"]
    assert rolls.certain(found) == rolls.certain(annual_runs.review(wg, site, run.id, CERTAIN).page())
    assert annual_runs.review(wg, site, run.id, CHECK).count() == run.check
    beb = next(one for one in found if one.surname == "Beb")
    assert (beb.record.surname, beb.school, beb.authority) == ("Bebb", "6604025", "660")
    assert 0.5 < beb.probability <= 1
    assert {reason.field for reason in beb.why} == {"surname", "forename", "born", "gender"}
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    assert {stage for stage, _done, _of in told} == set(annual.STAGES)
    assert all(0 <= done <= of for _stage, done, of in told)
    acts = [entry.action for entry in steps.audited(site, "WG")]
    assert acts == ["logon", "match-run", "match-finish", "finds", "finds"]
    assert steps.broken(site) == []


def test_of_two_on_roll_who_fit_alike_neither_is_certain(site, wg, tmp_path):
    rolls.lose(site, 1)
    run = annual.match(wg, site, rolls.written(tmp_path, [rolls.row(0), rolls.row(0, "6804031")]))
    (found,) = annual_runs.review(wg, site, run.id).page()
    assert found.band == CHECK
    assert 0.2 <= found.probability <= 0.55


def test_nothing_lost_or_nobody_found_is_a_run_without_finds_that_tells_nobody(site, wg, tmp_path):
    empty = annual.match(wg, site, rolls.written(tmp_path, [rolls.row(0)]))
    rolls.lose(site, 1)
    strangers = annual.match(wg, site, rolls.written(tmp_path, map(rolls.stranger, range(3)), "other.csv"))
    for run in (empty, strangers):
        assert (run.certain, run.check) == (0, 0)
        assert annual_runs.publish(wg, site, run.id) == ()
    assert [run.id for run in annual_runs.runs(wg, site)] == [strangers.id, empty.id]
    assert not any(about == "finds-published" for about, _to in steps.told(site))


def test_wrong_rows_stop_all_before_anything_is_done_and_that_is_on_record(site, wg, tmp_path):
    rolls.lose(site, 1)
    before = rows_of(site)
    path = rolls.written(tmp_path, [rolls.row(0), rolls.row(1, dob="soon")])
    with pytest.raises(RollWrong) as caught:
        annual.match(wg, site, path)
    assert [(row.line, row.error.code) for row in caught.value.rows] == [(3, "date-unclear")]
    assert rows_of(site) == before == (0, 0)
    assert steps.last_entry(site, "WG") == ("match-run", "roll.csv", "roll-rows")
    assert not list(site.settings.home.glob("matching-*"))


@pytest.mark.parametrize("stop_at", ["reading", "names", "pupils", "writing"])
def test_stopped_anywhere_and_run_again_it_goes_on_and_doubles_nothing(
    site, wg, tmp_path, monkeypatch, stop_at
):
    monkeypatch.setattr(bulk, "PART", 4)
    monkeypatch.setattr(annual, "AT_ONCE", 1)
    rolls.lose(site)
    path = rolls.usual(tmp_path)
    seen = []
    stop = {"writing": 2, "pupils": 2}.get(stop_at, 1)

    def should_stop() -> bool:
        return sum(stage == stop_at for stage, *_ in seen) > stop - 1

    act = lambda: annual.match(  # noqa: E731
        wg, site, path, on_progress=lambda *step: seen.append(step), should_stop=should_stop
    )
    assert code_of(act) == "match-stopped"
    begun = annual_runs.runs(wg, site)
    if stop_at == "reading":
        assert begun == ()
    else:
        assert begun[0].finished is None
        assert not begun[0].is_running
        assert code_of(lambda: annual_runs.publish(wg, site, begun[0].id)) == "match-unfinished"
    made = []
    for name in ("compare_names", "look"):
        real = getattr(bulk, name)
        monkeypatch.setattr(bulk, name, lambda *a, real=real, name=name: made.append(name) or real(*a))
    run = annual.match(wg, site, path)
    assert {"names": 1, "pupils": 0, "writing": 0}.get(stop_at, 2) == made.count("compare_names")
    assert {"pupils": 1, "writing": 0}.get(stop_at, 3) == made.count("look")
    assert [one.id for one in annual_runs.runs(wg, site)] == [run.id]
    found = annual_runs.review(wg, site, run.id).page()
    assert rolls.names(found) == ["Bebb", "Cynddylan", "Prydderch", "Treharne"]
    assert not list(site.settings.home.glob("matching-*"))


def test_without_the_kept_pieces_the_computing_starts_anew_and_doubles_nothing(
    site, wg, tmp_path, monkeypatch
):
    monkeypatch.setattr(annual, "AT_ONCE", 1)
    rolls.lose(site)
    path = rolls.usual(tmp_path)
    seen = []
    with pytest.raises(Refused):
        annual.match(
            wg, site, path,
            on_progress=lambda *step: seen.append(step),
            should_stop=lambda: seen[-1][:2] == ("writing", 2),
        )  # fmt: skip
    assert rows_of(site) == (1, 2)
    (place,) = site.settings.home.glob("matching-*")
    assert place.stat().st_mode & 0o077 == 0
    for file in place.rglob("*.npy"):
        file.write_bytes(b"torn")
    run = annual.match(wg, site, path)
    assert rows_of(site) == (1, 4)
    assert rolls.names(annual_runs.review(wg, site, run.id).page())[0] == "Bebb"


def test_killed_in_the_middle_of_writing_it_is_gone_on_with_at_once(lite, tmp_path, monkeypatch):
    monkeypatch.setattr(annual, "AT_ONCE", 1)
    rolls.lose(lite)
    wg = making.logged_on(lite, "wg", "WG")
    path = rolls.usual(tmp_path)
    lite.store.close()
    child = os.fork()
    if child == 0:

        def die(stage, done, of):
            if (stage, done) == ("writing", 3):
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            annual.match(wg, sites.open_site(lite.settings, lite.clock), path, on_progress=die)
        finally:
            os._exit(1)  # whatever happens, the child runs no more tests
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert rows_of(lite) == (1, 3)
    run = annual.match(wg, lite, path)
    assert rows_of(lite) == (1, 4)
    assert run.finished
    assert steps.broken(lite) == []


def test_two_at_once_do_not_work_on_the_same_roll_and_a_silent_one_is_taken_over(
    site, wg, tmp_path, monkeypatch
):
    rolls.lose(site)
    path = rolls.usual(tmp_path)
    other = making.logged_on(site, "wg", "WG")
    refused = []

    def meanwhile(stage, done, of):
        if stage == "pupils" and not refused:
            refused.append(code_of(lambda: annual.match(other, site, path)))
            refused.append(code_of(lambda: annual_runs.discard(other, site, 1)))
            assert annual_runs.runs(other, site)[0].is_running

    annual.match(wg, site, path, on_progress=meanwhile)
    assert refused == ["match-running", "match-running"]
    assert rows_of(site) == (1, 4)
    annual_runs.discard(wg, site, 1)
    # Of another machine nothing is known but when it was last heard of.
    monkeypatch.setattr(annual.socket, "gethostname", lambda: "elsewhere")
    taken = []

    def frozen(stage, done, of):
        if stage == "pupils" and not taken:
            monkeypatch.undo()
            assert code_of(lambda: annual.match(other, site, path)) == "match-running"
            site.clock.forward(minutes=3)
            taken.append(annual.match(other, site, path))

    assert code_of(lambda: annual.match(wg, site, path, on_progress=frozen)) == "match-taken"
    assert rows_of(site) == (1, 4)
    assert taken[0].finished


def test_two_who_publish_at_once_publish_once(site, wg, tmp_path):
    rolls.lose(site)
    run = annual.match(wg, site, rolls.usual(tmp_path))
    answers = []

    def publish() -> None:
        try:
            answers.append(annual_runs.publish(wg, site, run.id))
        except Refused as error:
            answers.append(error.code)

    both = [threading.Thread(target=publish) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(map(str, answers)) == ["('660', '680', '681')", "match-published"]
    told = [to for about, to in steps.told(site) if about == "finds-published"]
    assert told == [
        f"{code}{role}@{code}.example"
        for code in ("660", "680", "681")
        for role in ("lostpupil", "lostpupiltransfer")
    ]


def test_before_publishing_authorities_see_nothing_afterwards_theirs_alone(site, on, wg, tmp_path):
    rolls.lose(site)
    run = annual.match(wg, site, rolls.usual(tmp_path))
    clerk, uploader, third = (
        on("lost-pupil", "680"),
        on("lost-pupil-transfer", "681"),
        on("lost-pupil", "660"),
    )
    (hidden, *_) = annual_runs.review(wg, site, run.id).page(sort="surname", descending=True)
    for actor in (clerk, uploader, third, wg):
        assert all(finds.finds(actor, site, which).count() == 0 for which in finds.lists(actor))
        # (WG hears of authorities without a DBA, whatever is published.)
        assert [need for need in home.overview(actor, site).needs if need.what != "no-dba"] == []
    assert code_of(lambda: finds.set_state(clerk, site, hidden.id, "not-ours")) == "find-unknown"
    annual_runs.publish(wg, site, run.id)
    seen = {
        (actor.organisation, which): rolls.names(finds.finds(actor, site, which).page())
        for actor in (clerk, uploader, third)
        for which in (OURS, ELSEWHERE)
    }
    assert seen == {
        ("680", OURS): ["Cynddylan", "Prydderch", "Treharne"],
        ("680", ELSEWHERE): [],
        ("681", OURS): [],
        ("681", ELSEWHERE): ["Bebb", "Cynddylan", "Prydderch", "Treharne"],
        ("660", OURS): ["Bebb"],
        ("660", ELSEWHERE): [],
    }
    assert finds.finds(wg, site).count() == 4
    need = next(need for need in home.overview(clerk, site).needs if need.what == "finds")
    assert (need.count, need.oldest_days, need.tab) == (3, 0, OURS)
    assert code_of(lambda: finds.finds(clerk, site, "all")) == "tab-unknown"
    assert steps.last_entry(site, "660")[0] == "finds"


def test_wg_takes_a_find_out_before_publishing_and_not_after(site, on, wg, tmp_path):
    rolls.lose(site)
    run = annual.match(wg, site, rolls.usual(tmp_path))
    found = {one.record.surname: one.id for one in annual_runs.review(wg, site, run.id).page()}
    assert annual_runs.drop(wg, site, [found["Bebb"], found["Bebb"]]) == 1
    assert steps.last_entry(site, "WG")[0] == "match-drop"
    assert code_of(lambda: annual_runs.drop(wg, site, [found["Treharne"], found["Bebb"]])) == "find-unknown"
    assert annual_runs.publish(wg, site, run.id) == ("680", "681")
    assert code_of(lambda: annual_runs.drop(wg, site, [found["Treharne"]])) == "match-published"
    assert code_of(lambda: annual_runs.discard(wg, site, run.id)) == "match-published"
    assert finds.finds(on("lost-pupil", "660"), site).count() == 0
    assert finds.finds(wg, site).count() == 3


def test_the_finding_authority_says_how_a_find_stands_the_uploading_one_sees_it(site, on, wg, tmp_path):
    published(site, wg, tmp_path)
    clerk, uploader = on("lost-pupil", "680"), on("lost-pupil", "681")
    first, second, third = finds.finds(clerk, site).page(sort="surname")
    for state in finds.FindState:
        finds.set_state(clerk, site, first.id, state)
        (now,) = finds.by_ids(site, [first.id])
        assert (now.state, now.said_by, now.said_at) == (state, clerk.user, making.NOW)
    assert steps.last_entry(site, "680") == ("find-state", first.record.upn, "done")
    assert code_of(lambda: finds.set_state(clerk, site, first.id, "found")) == "find-state"
    assert code_of(lambda: finds.set_state(uploader, site, second.id, "not-ours")) == "find-others"
    assert code_of(lambda: finds.set_state(wg, site, second.id, "not-ours")) == "find-others"
    assert code_of(lambda: finds.set_state(on("lost-pupil", "660"), site, second.id, "new")) == "find-unknown"
    for strange in (0, -1, 10**6, 2**63, 10**40):
        assert code_of(lambda: finds.set_state(clerk, site, strange, "new")) == "find-unknown"  # noqa: B023
    theirs = {one.id: one.state for one in finds.finds(uploader, site, ELSEWHERE).page()}
    assert (theirs[first.id], theirs[second.id], theirs[third.id]) == ("not-ours", "new", "new")
    need = next(need for need in home.overview(clerk, site).needs if need.what == "finds")
    assert need.count == 2


def test_a_find_whose_record_is_downloaded_forwarded_or_removed_shows_that(site, on, wg, tmp_path):
    published(site, wg, tmp_path)
    clerk, uploader = on("lost-pupil-transfer", "680"), on("lost-pupil-transfer", "681")
    found = {one.record.surname: one for one in finds.finds(clerk, site).page()}
    lost.download(clerk, site, found["Treharne"].record.id, tmp_path, on_roll=True)
    lost.confirm(clerk, site, found["Treharne"].record.id)
    receipt = lost.forward(clerk, site, found["Prydderch"].record.id, "6804012", on_roll=True)
    assert receipt.status == "sent"
    lost.remove(uploader, site, [found["Cynddylan"].record.id], "Found meanwhile.")
    assert {one.record.surname: one.state for one in finds.finds(clerk, site).page()} == {
        "Treharne": "downloaded",
        "Prydderch": "forwarded",
        "Cynddylan": "removed",
    }
    assert not any(need.what == "finds" for need in home.overview(clerk, site).needs)
    finds.set_state(clerk, site, found["Treharne"].id, "school-has")
    assert finds.by_ids(site, [found["Treharne"].id])[0].state == "school-has"


def test_of_a_record_found_again_by_a_later_run_the_later_find_counts(site, on, wg, tmp_path):
    published(site, wg, tmp_path)
    later = annual.match(wg, site, rolls.written(tmp_path, [rolls.row(0, "6604025")], "next-year.csv"))
    clerk, third = on("lost-pupil", "680"), on("lost-pupil", "660")
    assert finds.finds(clerk, site).count() == 3
    annual_runs.publish(wg, site, later.id)
    assert rolls.names(finds.finds(clerk, site).page()) == ["Cynddylan", "Prydderch"]
    assert rolls.names(finds.finds(third, site).page()) == ["Bebb", "Treharne"]


def test_what_was_said_of_a_find_stands_where_a_later_run_finds_the_same(site, on, wg, tmp_path):
    published(site, wg, tmp_path)
    clerk = on("lost-pupil", "680")
    first, second, _third = finds.finds(clerk, site).page(sort="surname")
    finds.set_state(clerk, site, first.id, "not-ours")
    finds.set_state(clerk, site, second.id, "school-has")
    again = annual.match(wg, site, rolls.usual(tmp_path))
    # Before it is published nothing of it is touched.
    assert {one.state for one in annual_runs.review(wg, site, again.id).page()} == {"new"}
    annual_runs.publish(wg, site, again.id)
    now = finds.finds(clerk, site).page(sort="surname")
    assert [(one.run, one.state, one.said_by) for one in now] == [
        (again.id, "not-ours", clerk.user),
        (again.id, "school-has", clerk.user),
        (again.id, "new", ""),
    ]
    # The latest word counts, and of another authority's roll nothing was said yet.
    finds.set_state(clerk, site, now[0].id, "new")
    last = annual.match(wg, site, rolls.usual(tmp_path))
    annual_runs.publish(wg, site, last.id)
    assert [one.state for one in finds.finds(clerk, site).page(sort="surname")] == [
        "new",
        "school-has",
        "new",
    ]


def test_that_finds_were_seen_is_found_by_the_records_upn_and_by_the_rolls(site, on, wg, tmp_path):
    published(site, wg, tmp_path)
    clerk = on("lost-pupil", "680")
    one = finds.finds(clerk, site).page()[0]
    site.store.write(lambda: Find.update(upn="Z680401220099").where(Find.id == one.id).execute())
    finds.finds(clerk, site).page()
    with site.store.connection():
        for upn in (one.record.upn, "Z680401220099"):
            seen = AuditEntry.select().where(AuditEntry.id.in_(audit.naming([upn], [])))
            assert "finds" in {entry.action for entry in seen if entry.chain == "680"}


def test_a_roll_that_waits_to_be_published_is_not_matched_twice(site, wg, tmp_path):
    rolls.lose(site)
    path = rolls.usual(tmp_path)
    run = annual.match(wg, site, path)
    assert code_of(lambda: annual.match(wg, site, path)) == "match-waits"
    assert rows_of(site) == (1, 4)
    annual_runs.discard(wg, site, run.id)
    assert rows_of(site) == (0, 0)
    assert steps.last_entry(site, "WG")[0] == "match-discard"
    assert annual.match(wg, site, path).certain == run.certain


def test_a_record_resolved_while_it_is_matched_is_no_find(site, on, wg, tmp_path):
    ids = rolls.lose(site)
    clerk = on("lost-pupil-transfer", "680")

    def meanwhile(stage, done, of):
        if (stage, done) == ("writing", 0):
            lost.forward(clerk, site, ids[0], "6804012", on_roll=True)

    run = annual.match(wg, site, rolls.usual(tmp_path), on_progress=meanwhile)
    assert rolls.names(annual_runs.review(wg, site, run.id).page()) == ["Bebb", "Cynddylan", "Prydderch"]


def test_pages_come_in_each_order_and_know_where_a_find_stands(site, on, wg, tmp_path):
    published(site, wg, tmp_path)
    listed = finds.finds(wg, site)
    for sort in finds.SORTS:
        for descending in (False, True):
            whole = [one.id for one in listed.page(sort=sort, descending=descending)]
            parts = [one.id for at in range(4) for one in listed.page(at, 1, sort, descending)]
            assert parts == whole
            assert [listed.position(key, sort, descending) for key in whole] == [0, 1, 2, 3]
    surnames = [one.surname for one in listed.page(sort="surname")]
    assert surnames == ["Beb", "Cynddylan", "Prydderch", "Treharne"]
    assert listed.position(10**6) is None
    assert code_of(lambda: listed.page(sort="age")) == "sort-unknown"


def test_pieces_that_nobody_went_on_with_are_cleared_away_in_time(site, wg, tmp_path):
    old = site.settings.home / "matching-0123456789abcdef"
    new = site.settings.home / "matching-fedcba9876543210"
    for place in (old, new):
        place.mkdir()
    past = old.stat().st_mtime - timedelta(days=annual_work.KEPT_DAYS + 1).total_seconds()
    os.utime(old, (past, past))
    annual.match(wg, site, rolls.usual(tmp_path))
    assert (old.exists(), new.exists()) == (False, True)
