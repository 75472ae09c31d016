"""An act touches the rows that it is about and leaves those beside them, of others or of before, alone."""

import making
import pytest
import rolls
import steps

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.services import (
    access,
    annual,
    annual_runs,
    checking,
    downloads,
    finds,
    groups,
    lost,
    message_sending,
    messages,
    phase,
    phase_board,
    sessions,
    templates,
    transfers,
    uploads,
)
from s2s_tui.services.finds import ELSEWHERE
from s2s_tui.store.models import Download, Find, MessageCopy


@pytest.fixture
def known(lite):
    """Logs somebody of the small world on."""
    return lambda role, organisation: making.logged_on(lite, role, organisation)


def rows(site, model, *fields):
    with site.store.connection():
        return sorted(model.select(*fields).tuples())


@pytest.mark.requirement("R-LOG-5")
def test_who_logs_off_ends_one_session_and_no_other(lite, known):
    leaving, elsewhere, other = known("user", "680"), known("user", "680"), known("dba", "680")
    sessions.log_off(leaving, lite)
    access.require_live(elsewhere, lite)
    access.require_live(other, lite)


@pytest.mark.requirement("R-DWN-3")
def test_only_the_file_that_was_downloaded_is_confirmed(lite, known, tmp_path):
    school = known("school", "6804012")
    taken, left = (steps.sent(school, lite, making.offered(number=number)) for number in (1, 2))
    reader = known("school", "6814053")
    downloads.download(reader, lite, [taken], tmp_path)
    (outcome,) = transfers.confirm(reader, lite, [left])
    assert (outcome.error.code, steps.transfer(lite, left).state) == ("not-downloaded", "awaiting")


@pytest.mark.requirement("R-DWN-3", "R-LEA-2")
def test_a_confirmation_is_kept_with_ones_own_download_of_that_file_only(lite, known, tmp_path):
    school, reader, authority = known("school", "6804012"), known("school", "6814053"), known("user", "681")
    first, second = (steps.sent(school, lite, making.offered(number=number)) for number in (1, 2))
    for actor in (reader, authority):
        place = tmp_path / actor.user
        place.mkdir()
        for one in (first, second):
            downloads.download(actor, lite, [one], place)
    assert transfers.confirm(reader, lite, [first])[0].ok
    told = rows(lite, Download, Download.transfer, Download.organisation, Download.confirmed_at)
    assert [(one, who) for one, who, at in told if at is not None] == [(first, "6814053")]


@pytest.mark.requirement("R-DWN-6")
def test_a_save_that_failed_takes_back_its_own_download_and_none_before_it(lite, known, tmp_path):
    transfer = steps.sent(known("school", "6804012"), lite, making.offered())
    reader = known("school", "6814053")
    downloads.download(reader, lite, [transfer], tmp_path)
    before = rows(lite, Download)
    with pytest.raises(Refused, match="file-exists"):
        downloads.download(reader, lite, [transfer], tmp_path)
    assert rows(lite, Download) == before
    assert transfers.confirm(reader, lite, [transfer])[0].ok


@pytest.mark.requirement("R-LPD-3")
def test_a_save_of_a_lost_pupils_file_that_failed_takes_back_none_before_it(lite, known, tmp_path):
    (record,) = rolls.lose(lite, 1)
    finder = known("lost-pupil", "680")
    lost.download(finder, lite, record, tmp_path, on_roll=True)
    before = rows(lite, Download)
    with pytest.raises(Refused, match="file-exists"):
        lost.download(finder, lite, record, tmp_path, on_roll=True)
    assert rows(lite, Download) == before
    lost.confirm(finder, lite, record)


@pytest.mark.requirement("R-DWN-4", "R-UPL-3")
def test_what_the_authority_sent_in_a_schools_name_is_the_schools_own(lite, known):
    transfer = steps.sent(known("la-school", "680"), lite, making.offered())
    school = known("school", "6804012")
    assert transfers.reach(school, lite, transfer, "download")[1] == "sender"
    assert transfers.recall(school, lite, transfer, "Sent to the wrong school.")
    with pytest.raises(NotFound, match="file-unknown"):
        transfers.reach(known("school", "6804031"), lite, transfer, "download")


@pytest.mark.requirement("R-UPL-6")
def test_of_a_pupil_whose_file_was_rejected_nobody_is_warned(lite, known):
    school, child = known("school", "6804012"), making.Child(making.upn(1))
    first = steps.sent(school, lite, making.offered(children=[child]))
    again = making.offered("6804012", "6814060", 1, [child])
    assert [one.code for one in uploads.check(school, lite, again).problems] == ["pupil-sent-before"]
    transfers.reject(known("school", "6814053"), lite, [first], "Not ours.")
    assert uploads.check(school, lite, again).problems == ()


@pytest.mark.requirement("R-UPL-6", "R-PHA-1")
def test_what_came_to_the_authority_itself_is_no_reason_to_warn_it(lite, known):
    child = making.Child(making.upn(1))
    steps.sent(known("school", "6804012"), lite, making.offered("6804012", "680LLLL", 1, [child]))
    on_its_way = making.offered("680LLLL", "6804031", 1, [child])
    assert uploads.check(known("user", "680"), lite, on_its_way).problems == ()


@pytest.mark.requirement("R-UPL-6")
def test_a_number_is_free_again_once_its_file_was_rejected_or_is_of_another_school_year(lite, known, clock):
    school, reader = known("school", "6804012"), known("school", "6814053")
    name, year = "6804012_CTF_6814053_{:03}.XML", 2026

    def free() -> str:
        return checking.free_name(lite, checking.names.parse(name.format(1)), year)

    first = steps.sent(school, lite, making.offered())
    assert free() == name.format(2)
    transfers.reject(reader, lite, [first], "Not ours.")
    assert free() == name.format(1)


@pytest.mark.requirement("R-LPD-8")
def test_to_discard_a_matching_leaves_the_finds_of_others(lite, known, tmp_path):
    rolls.lose(lite)
    wg = known("wg", "WG")
    kept = annual.match(wg, lite, rolls.usual(tmp_path))
    gone = annual.match(wg, lite, rolls.written(tmp_path, [rolls.row(0)], "other.csv"))
    before = [row for row in rows(lite, Find, Find.run, Find.lost) if row[0] == kept.id]
    assert len(before) == 4
    bands = {run: annual_runs.review(wg, lite, run, finds.CERTAIN).count() for run in (kept.id, gone.id)}
    assert bands == {kept.id: 4, gone.id: 1}
    annual_runs.discard(wg, lite, gone.id)
    assert rows(lite, Find, Find.run, Find.lost) == before


@pytest.mark.requirement("R-LPD-8")
def test_what_others_have_on_roll_lists_no_find_of_the_own_schools(lite, known, tmp_path):
    """A pupil whom 681 lost and 681 has on roll is its own to work on, and nobody else's."""
    rolls.lose(lite, 1)
    wg = known("wg", "WG")
    run = annual.match(wg, lite, rolls.written(tmp_path, [rolls.row(0, "6814060")]))
    annual_runs.publish(wg, lite, run.id)
    owner = known("lost-pupil", "681")
    assert finds.finds(owner, lite, finds.OURS).count() == 1
    assert finds.finds(owner, lite, ELSEWHERE).count() == 0


@pytest.mark.requirement("R-MSG-1")
def test_a_message_that_one_inbox_deletes_lies_in_the_others_still(lite, known):
    sender = known("user", "681")
    first, second = (
        message_sending.send(sender, lite, ["680/user", "680/dba"], "Enquiry", f"Text {number}.").id
        for number in (1, 2)
    )
    messages.delete(known("user", "680"), lite, [first])
    gone = rows(lite, MessageCopy, MessageCopy.message, MessageCopy.inbox, MessageCopy.gone_at)
    assert [(one, inbox) for one, inbox, at in gone if at is not None] == [(first, "680/user")]
    assert messages.show(known("dba", "680"), lite, first).text == "Text 1."
    assert messages.show(known("user", "680"), lite, second).text == "Text 2."


@pytest.mark.requirement("R-MSG-3")
def test_to_answer_ones_own_message_asks_those_whom_it_went_to_and_nobody_else(lite, known):
    sender = known("user", "681")
    message_sending.send(sender, lite, ["660/user"], "Another", "Text.")
    mine = message_sending.send(sender, lite, ["680/user", "6804012"], "Enquiry", "Text.").id
    assert set(message_sending.begin_answer(sender, lite, mine).to) == {"680/user", "6804012"}


@pytest.mark.requirement("R-MSG-4")
def test_a_group_or_template_of_others_is_found_by_no_number(lite, known):
    owner, stranger = known("user", "681"), known("user", "680")
    groups.add(owner, lite, "Heads", ["6814053"])
    templates.add(owner, lite, "Leavers", "Subject", "Text")
    numbers = {"group": groups.groups(owner, lite)[0].id}
    numbers["template"] = next(one.id for one in templates.templates(owner, lite) if not one.is_ready)
    for show, what in ((groups.show, "group"), (templates.show, "template")):
        assert show(owner, lite, str(numbers[what]))
        with pytest.raises(NotFound, match=f"{what}-unknown"):
            show(stranger, lite, str(numbers[what]))


@pytest.mark.requirement("R-PHA-1")
def test_a_pupil_on_anothers_board_is_on_nobody_elses(lite, known):
    bulk = making.offered("6804012", "680LLLL", 1, [making.Child(making.upn(1))])
    steps.sent(known("school", "6804012"), lite, bulk)
    clerk, stranger = known("user", "680"), known("user", "681")
    phase_board.take_in(clerk, lite)
    (seat,) = phase.board(clerk, lite).seats
    with pytest.raises(NotFound, match="seat-unknown"):
        phase_board.assign(stranger, lite, [seat.id], "6814060")
    with pytest.raises(NotFound, match="seat-unknown"):
        phase.change_place(stranger, lite, seat.id, "6814060")
    assert phase.board(stranger, lite).seats == ()
    assert phase.board(clerk, lite).seats == (seat,)


@pytest.mark.requirement("R-PHA-1")
def test_only_what_came_to_the_authority_itself_comes_onto_its_board(lite, known):
    steps.sent(known("school", "6804012"), lite, making.offered())
    steps.sent(known("school", "6814053"), lite, making.offered("6814053", "681LLLL"))
    assert phase_board.take_in(known("user", "680"), lite) == 0
    assert phase.board(known("user", "680"), lite).seats == ()
