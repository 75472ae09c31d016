"""What is too many, too long, nobody's or gone meanwhile is refused with a word, and nothing is changed."""

from datetime import date, datetime

import events
import making
import pytest
from steps import code_of

from s2s_tui.services import (
    annual_runs,
    authorities,
    directory,
    finds,
    groups,
    message_recipients,
    naming,
    standing,
    templates,
    uncollected,
    uploads,
)
from s2s_tui.services.reports import asking, holidays, running, saved
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.search import LookedFor
from s2s_tui.store.models import (
    Establishment,
    MessageGroup,
    MessageGroupMember,
    MessageTemplate,
    SavedReport,
    SchoolHoliday,
)


@pytest.mark.requirement("R-REP-5")
def test_holidays_are_so_many_no_longer_than_a_school_year_and_a_known_authoritys(lite, monkeypatch):
    dba, wg = making.logged_on(lite, "dba", "680"), making.logged_on(lite, "wg", "WG")
    longest = holidays.LONGEST_DAYS
    last = date.fromordinal(date(2026, 12, 1).toordinal() + longest - 1)
    for first, until, title, code in (
        ("2026-12-21", "2026-12-20", "", "holiday-order"),
        ("2026-12-01", date.fromordinal(last.toordinal() + 1).isoformat(), "", "holiday-long"),
        ("2026-12-01", "", "x" * (holidays.LONGEST + 1), "holiday-title"),
        ("December 2026", "", "", "holiday-day"),
        ("", "", "", "holiday-day"),
    ):
        assert code_of(lambda: holidays.add(dba, lite, first, until, title)) == code  # noqa: B023
    assert code_of(lambda: holidays.add(wg, lite, "2026-12-01")) == "report-la-missing"
    assert code_of(lambda: holidays.add(wg, lite, "2026-12-01", authority="199")) == "not-found"
    with lite.store.connection():
        assert SchoolHoliday.select().count() == 0
    kept = holidays.add(dba, lite, "2026-12-01", last.isoformat(), "x" * holidays.LONGEST)
    assert (kept.first, kept.last) == (date(2026, 12, 1), last)
    monkeypatch.setattr(holidays, "MOST", 1)
    assert code_of(lambda: holidays.add(dba, lite, "2027-12-01")) == "holiday-many"
    assert holidays.listed(dba, lite) == (kept,)


@pytest.mark.requirement("R-REP-1")
def test_saved_sets_are_so_many_have_a_name_and_no_list_of_leavers(lite, monkeypatch):
    user = making.logged_on(lite, "user", "680")
    monkeypatch.setattr(saved, "MOST", 1)
    for name in ("", " \n", "x" * (saved.LONGEST + 1)):
        assert code_of(lambda: saved.save(user, lite, name, "usage", Wanted())) == "saved-name"  # noqa: B023
    leavers = Wanted(leavers=("upn,school,left\n", "H1,6804012,2026-07-17\n"))
    assert code_of(lambda: saved.save(user, lite, "One", "lost-details", leavers)) == "saved-leavers"
    saved.save(user, lite, "x" * saved.LONGEST, "usage", Wanted())
    assert code_of(lambda: saved.save(user, lite, "Another", "usage", Wanted())) == "saved-many"
    saved.save(user, lite, "X" * saved.LONGEST, "school", Wanted())
    assert [one.report for one in saved.listed(user, lite)] == ["school"]
    with lite.store.connection():
        assert SavedReport.select().count() == 1


@pytest.mark.requirement("R-MSG-4", "R-LPD-6")
def test_of_what_an_organisation_keeps_there_are_so_many(lite, monkeypatch):
    clerk, searcher = making.logged_on(lite, "user", "680"), making.logged_on(lite, "lost-pupil", "680")
    keep = {
        templates: lambda title: templates.add(clerk, lite, title, "S", "T"),
        groups: lambda title: groups.add(clerk, lite, title, ["681/user"]),
        standing: lambda title: standing.keep(searcher, lite, LookedFor(surname=title)),
    }
    for module, add in keep.items():
        monkeypatch.setattr(module, "MOST", 2)
        kept = [add("One"), add("Two")]
        assert code_of(lambda: add("Three")) == "kept-many"  # noqa: B023
        if module is standing:
            standing.remove(searcher, lite, kept[0])
        else:
            module.delete(clerk, lite, kept[0].id)
        add("Three")
    # Another's don't count.
    templates.add(making.logged_on(lite, "user", "681"), lite, "One", "S", "T")


@pytest.mark.requirement("R-REP-1")
def test_a_row_stands_where_it_is_said_to_and_only_columns_of_files_lead_to_files(lite):
    events.put(lite, [events.Event("6804012", "6814053", datetime(2026, 5, 1))])
    user = making.logged_on(lite, "user", "680")
    run = running.ask(user, lite, "usage", Wanted())
    lines = run.page()
    assert [run.position(line) for line in lines] == list(range(len(lines)))
    last = run.page(sort="school", descending=True)
    assert [run.position(line, "school", True) for line in last] == list(range(len(last)))
    assert run.position(type(lines[0])(("none",) * len(lines[0].cells))) is None
    assert code_of(lambda: running.files_behind(run, lines[0], "school")) == "report-no-files"


@pytest.mark.requirement("R-REP-5")
def test_a_list_of_leavers_has_so_many_lines(tmp_path, monkeypatch):
    path = tmp_path / "leavers.csv"
    path.write_text("upn,school,left\n" * 4, "utf-8")
    monkeypatch.setattr(asking.leavers, "MOST", 2)
    assert len(asking.leaver_lines(path)) == 4
    path.write_text("upn,school,left\n" * 5, "utf-8")
    assert code_of(lambda: asking.leaver_lines(path)) == "leavers-long"


@pytest.mark.requirement("R-MSG-2")
def test_recipients_are_so_many_and_one_that_has_closed_says_who_took_over(lite, monkeypatch):
    user = making.logged_on(lite, "user", "680")

    def close(successor: str | None) -> None:
        values = {"closed": making.past(0), "successor": successor}
        lite.store.write(
            lambda: Establishment.update(**values).where(Establishment.number == "6814053").execute()
        )

    assert message_recipients.school(user, lite, "681", " 4053 ") == "6814053"
    assert message_recipients.school(user, lite, "681", "6804012") == "6804012"
    assert code_of(lambda: message_recipients.school(user, lite, "681", "/user")) == "recipient-form"
    assert code_of(lambda: message_recipients.school(user, lite, "681", "9999")) == "recipient-unknown"
    close(None)
    assert code_of(lambda: message_recipients.school(user, lite, "681", "4053")) == "recipient-closed"
    close("6814060")
    assert code_of(lambda: message_recipients.school(user, lite, "681", "4053")) == "recipient-merged"
    monkeypatch.setattr(message_recipients, "MOST", 2)
    chosen = message_recipients.resolve(lite, ["WG", "wg", "681/user", "680/dba"])
    assert ([one.code for one in chosen.problems], chosen.recipients) == (["recipients-many"], ())
    assert len(message_recipients.resolve(lite, ["WG", "wg", "681/user"]).recipients) == 2


@pytest.mark.requirement("R-MSG-4")
@pytest.mark.parametrize("act", ["update", "delete"])
def test_a_group_or_template_that_somebody_deleted_meanwhile_is_unknown(lite, monkeypatch, act):
    user = making.logged_on(lite, "user", "680")
    group = groups.add(user, lite, "Ours", ["681/user"])
    template = templates.add(user, lite, "Ours", "S", "T")
    for module, model, one in ((groups, MessageGroup, group), (templates, MessageTemplate, template)):
        write = lite.store.write

        def meanwhile(change, model=model, write=write):
            def both():
                MessageGroupMember.delete().execute()
                model.delete().execute()
                return change()

            return write(both)

        monkeypatch.setattr(type(lite.store), "write", lambda _self, change, m=meanwhile: m(change))
        more = {"title": "Theirs"} if act == "update" else {}
        code = code_of(lambda: getattr(module, act)(user, lite, one.id, **more))  # noqa: B023
        monkeypatch.undo()
        assert code == ("group-unknown" if module is groups else "template-unknown")


@pytest.mark.requirement("R-SCH-2")
def test_what_is_no_authority_is_refused(lite):
    wg = making.logged_on(lite, "wg", "WG")
    typed = {"name": "Bro Newydd"}
    assert code_of(lambda: authorities.add(wg, lite, "1x9", typed)) == "la-code"
    assert code_of(lambda: authorities.add(wg, lite, "199", typed, "France")) == "country-unknown"
    assert code_of(lambda: authorities.add(wg, lite, "680", typed)) == "la-exists"
    assert code_of(lambda: authorities.add(wg, lite, "199", {})) == "la-name"
    assert code_of(lambda: authorities.close(wg, lite, "199", making.past(0))) == "authority-unknown"
    assert code_of(lambda: authorities.close(wg, lite, "680", making.past(-1))) == "school-closing"
    assert code_of(lambda: authorities.close(wg, lite, "680", making.past(0))) == "la-schools-open"


@pytest.mark.requirement("R-NAM")
def test_what_can_not_be_read_is_not_named_and_nothing_is_nobody(lite, tmp_path):
    from s2s_tui.services import files

    user = making.logged_on(lite, "user", "680")
    missing = files.read(tmp_path / "none")
    assert code_of(lambda: naming.begin(user, lite, "ctf", missing)) == "file-unreadable"
    for text in ("", " . ", "'"):
        assert directory.find(user, lite, text) == ()


@pytest.mark.requirement("R-LPD-8")
def test_a_list_of_finds_and_a_matching_that_there_are_not_are_said_to_be_unknown(lite):
    wg, user = making.logged_on(lite, "wg", "WG"), making.logged_on(lite, "lost-pupil", "680")
    assert code_of(lambda: finds.finds(user, lite, "no-tab")) == "tab-unknown"
    for run_id in (0, -1, 1, 2**70):
        assert code_of(lambda: annual_runs.review(wg, lite, run_id)) == "run-unknown"  # noqa: B023
    assert code_of(lambda: annual_runs.review(wg, lite, 1, "no-band")) == "tab-unknown"


@pytest.mark.requirement("R-DWN-5")
def test_only_ctfs_that_wait_at_a_school_are_chased(lite):
    school, user = making.logged_on(lite, "school", "6804031"), making.logged_on(lite, "user", "680")
    lost = uploads.upload(school, lite, making.offered("6804031", "XXXXXXX")).id
    assert code_of(lambda: uncollected.chase(user, lite, [lost])) == "file-unknown"
    sent = uploads.upload(school, lite, making.offered("6804031", "6804012")).id
    assert uncollected.chase(user, lite, [sent, sent]).schools == ("6804012",)
