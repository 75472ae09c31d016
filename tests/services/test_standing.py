"""Kept searches: told of once, when a file arrives that fits, and to nobody else (R-LPD-6)."""

from dataclasses import replace
from functools import partial

import pytest
from looking import find, lose
from watching import at_once, audited, letters, mails, notices, require_nothing_personal, require_only

from s2s_tui.base.errors import NotFound, Refused, S2SError
from s2s_tui.services import lost, standing
from s2s_tui.services.search import LookedFor

JONES = LookedFor(surname="Llewellyn", forename="Rhys", dob="12/3/2014")
FINDERS = ["681lostpupil@681.example", "681lostpupiltransfer@681.example"]
"""The accounts of the inbox that Lost Pupil and Lost Pupil Transfer share (R-MSG-6)."""
RHYS = {"surname": "Llewelyn", "forename": "Rhys", "born": "2014-03-12", "sex": "M"}


@pytest.fixture
def finder(site, on):
    return on("lost-pupil", "681")


def told(site):
    return [to for about, to in mails(site) if about == "standing-found"]


@pytest.mark.requirement("R-LPD-6")
def test_a_kept_search_is_told_once_of_the_file_that_fits(site, finder):
    kept_id = standing.keep(finder, site, JONES)
    lose(site, 1, surname="Khan", forename="Zoe")
    assert standing.compare(site) == 0
    record = lose(site, 2, **RHYS)
    assert standing.compare(site) == 1
    (kept,) = standing.kept(finder, site)
    assert (kept.id, kept.found, kept.found_at, kept.looked) == (kept_id, record, site.clock(), JONES)
    assert told(site) == FINDERS
    lose(site, 3, **RHYS)
    assert standing.compare(site) == 0
    assert told(site) == FINDERS
    require_nothing_personal(site, "Llewellyn", "Llewelyn", "Rhys", "12/3/2014")
    assert "Choose Lost Pupil" in notices(site, "standing-found")[0]
    assert "secure message awaits you" in letters(site, "standing-found")[0]


@pytest.mark.requirement("R-LPD-6")
def test_what_was_there_before_is_no_arrival_but_what_was_put_back_is(site, on, finder, tmp_path):
    record = lose(site, 1, **RHYS)
    taker = on("lost-pupil", "660")
    lost.download(taker, site, record, tmp_path, on_roll=True)
    lost.confirm(taker, site, record)
    standing.keep(finder, site, JONES)
    assert standing.compare(site) == 0
    lost.put_back(taker, site, record)
    assert standing.compare(site) == 1


@pytest.mark.requirement("R-LPD-6")
def test_one_removed_or_downloaded_before_the_comparison_is_not_told_of(site, on, finder):
    standing.keep(finder, site, JONES)
    record = lose(site, 1, **RHYS)
    lost.remove(on("lost-pupil", "680"), site, [record], "Sent in error.")
    assert standing.compare(site) == 0
    assert told(site) == []


@pytest.mark.requirement("R-LPD-6")
def test_two_comparisons_at_once_tell_once(site, finder):
    for forename in ("Rhys", "Rees", "Reece"):
        standing.keep(finder, site, replace(JONES, forename=forename))
    lose(site, 1, **RHYS)
    results = at_once(site, *[partial(standing.compare, site)] * 3)
    assert sum(result for result in results if isinstance(result, int)) == 3, results
    assert told(site) == sorted(FINDERS * 3)
    assert len(audited(site, "lost-keep-found")) == 3


@pytest.mark.requirement("R-LPD-6")
def test_a_search_ended_meanwhile_tells_nobody(site, finder):
    kept_id = standing.keep(finder, site, JONES)
    lose(site, 1, **RHYS)
    standing.remove(finder, site, kept_id)
    assert standing.compare(site) == 0
    assert standing.kept(finder, site) == ()
    with pytest.raises(NotFound):
        standing.remove(finder, site, kept_id)


@pytest.mark.requirement("R-LPD-6")
def test_kept_searches_are_the_authoritys_own(site, on, finder):
    kept_id = standing.keep(finder, site, JONES)
    colleague, stranger = on("lost-pupil-transfer", "681"), on("lost-pupil", "680")
    assert [one.id for one in standing.kept(colleague, site)] == [kept_id]
    assert standing.kept(stranger, site) == ()
    with pytest.raises(NotFound):
        standing.remove(stranger, site, kept_id)
    standing.remove(colleague, site, kept_id)


@pytest.mark.requirement("R-LPD-6")
def test_those_that_found_something_stand_first_then_the_newest(site, finder):
    first = standing.keep(finder, site, JONES)
    second = standing.keep(finder, site, LookedFor(surname="Zzyzx"))
    third = standing.keep(finder, site, LookedFor(surname="Quill", begins=True))
    lose(site, 1, **RHYS)
    standing.compare(site)
    assert [one.id for one in standing.kept(finder, site)] == [first, third, second]


@pytest.mark.requirement("R-LPD-6")
def test_only_a_search_that_can_be_made_is_kept_and_only_by_those_who_may(site, finder):
    for looked in (LookedFor(), LookedFor(dob="30/2/2014"), LookedFor(surname="x" * 500)):
        with pytest.raises(S2SError):
            standing.keep(finder, site, looked)
    assert standing.kept(finder, site) == ()
    require_only(
        site,
        "lost.search",
        lambda actor: standing.keep(actor, site, JONES),
        lambda actor: standing.kept(actor, site),
        lambda actor: standing.remove(actor, site, 1),
    )


@pytest.mark.requirement("R-SYS-3")
def test_keeping_finding_and_ending_are_on_record(site, finder):
    kept_id = standing.keep(finder, site, JONES)
    lose(site, 1, **RHYS)
    standing.compare(site)
    standing.remove(finder, site, kept_id)
    said = "Llewellyn Rhys 12/3/2014"
    assert audited(site, "lost-keep", "lost-keep-found", "lost-keep-end") == [
        ("681lostpupil", said, "done"),
        ("system", said, "done"),
        ("681lostpupil", str(kept_id), "done"),
    ]


@pytest.mark.requirement("R-UPL-2")
def test_an_upload_tells_the_school_nothing_of_who_is_looked_for(site, on, finder):
    standing.keep(finder, site, JONES)
    lose(site, 1, **RHYS)
    assert "standing-found" not in dict(mails(site))
    standing.compare(site)
    assert all("6804012" not in to for about, to in mails(site) if about == "standing-found")
    with pytest.raises(S2SError):
        find(on("school", "6804012"), site, surname="Llewellyn")


@pytest.mark.requirement("R-LPD-6")
def test_the_same_search_is_kept_once_by_whomever_so_that_nobody_is_told_twice(site, on, finder):
    mine, stranger = standing.keep(finder, site, JONES), on("lost-pupil", "680")
    assert standing.keep(on("lost-pupil-transfer", "681"), site, JONES) == mine
    theirs = standing.keep(stranger, site, JONES)
    assert theirs != mine
    standing.remove(stranger, site, theirs)
    lose(site, 1, **RHYS)
    assert standing.compare(site) == 1
    assert told(site) == FINDERS
    standing.remove(finder, site, mine)
    assert standing.keep(finder, site, JONES) != mine


@pytest.mark.requirement("R-LPD-6")
@pytest.mark.parametrize("how", ["look on", "keep again"])
def test_a_search_that_found_somebody_else_looks_on(site, on, finder, how):
    kept_id = standing.keep(finder, site, JONES)
    with pytest.raises(Refused) as refused:
        standing.look_on(finder, site, kept_id)
    assert refused.value.code == "standing-nothing"
    other = lose(site, 1, **RHYS)
    assert standing.compare(site) == 1
    with pytest.raises(NotFound):
        standing.look_on(on("lost-pupil", "680"), site, kept_id)
    meanwhile = lose(site, 3, **RHYS)
    if how == "look on":
        standing.look_on(finder, site, kept_id)
    else:
        assert standing.keep(finder, site, JONES) == kept_id
    # The one it found before is not told of again; the next is, also where it came before that was said.
    assert [one.found for one in standing.kept(finder, site)] == [None]
    assert meanwhile != other
    assert standing.compare(site) == 1
    assert [one.found for one in standing.kept(finder, site)] == [meanwhile]
    standing.look_on(finder, site, kept_id)
    assert standing.compare(site) == 0
    assert told(site) == sorted(FINDERS * 2)
    said = ("681lostpupil", str(kept_id), "done")
    assert audited(site, "lost-keep-on")[-1] == said


def test_refusals_name_the_field(site, finder):
    with pytest.raises(Refused) as refused:
        standing.keep(finder, site, LookedFor(gender="?"))
    assert refused.value.code == "gender-typed"
