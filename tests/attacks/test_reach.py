"""What a list gives out: nothing after its session has ended, and only what is asked for, to the letter."""

import importlib
import pkgutil
from dataclasses import replace
from functools import partial

import making
import pytest
import steps

from s2s_tui import services
from s2s_tui.base.errors import NotAllowed, NotFound, NotLoggedOn
from s2s_tui.services import (
    accounts,
    audit_log,
    finds,
    inbox,
    listing,
    lockout,
    pupils,
    schools,
    sent_messages,
    sessions,
    users,
)
from s2s_tui.services.listing import Filter
from s2s_tui.services.reports import running
from s2s_tui.services.reports.asking import Wanted

WILD = ["%", "_", "_%", "%_%", "\\", "\\%", "*", "?", "[a-z]", ".*", "\0", "\ud800", "' OR 1=1 --"]


@pytest.mark.requirement("R-LOG-6")
@pytest.mark.parametrize("read", ["count", "page", "position"])
def test_an_open_list_gives_nothing_out_once_its_session_has_ended(site, on, read):
    """An account that is deleted must not scroll on through a list that it had open."""
    actor = on("school", "6804012")
    sent = steps.sent(actor, site, making.offered())
    found = listing.files(actor, site, "ctf", "sent", with_pupils=True)
    ask = {"count": found.count, "page": found.page, "position": lambda: found.position(sent)}[read]
    ask()
    site.store.write(lambda: sessions.end_sessions(site, actor.user, "deleted"))
    with pytest.raises(NotLoggedOn, match="session-ended"):
        ask()


LISTS = {
    "listing.Listing": ("user", "680", lambda a, s: listing.files(a, s, "ctf", "within")),
    "finds.FindList": ("lost-pupil", "680", finds.finds),
    "inbox.Inbox": ("user", "680", inbox.received),
    "sent_messages.Sent": ("user", "680", sent_messages.sent),
    "users.UserList": ("dba", "680", users.accounts),
    "schools.SchoolList": ("dba", "680", schools.schools),
    "audit_log.Log": ("dba", "680", audit_log.entries),
    "reports.running.Run": ("dba", "680", lambda a, s: running.ask(a, s, "school", Wanted())),
}
"""Each list that stays open, and who has it."""


def _lists_of_the_services() -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if isinstance(kind, type) and hasattr(kind, "page") and kind.__module__ == module.name:
                found.add(f"{module.name.removeprefix('s2s_tui.services.')}.{name}")
    return found


@pytest.mark.requirement("R-LOG-6")
def test_none_of_all_open_lists_gives_anything_out_once_its_session_has_ended(lite):
    # The files behind a number of a report are asked of below, with their report.
    assert _lists_of_the_services() - {"reports.running.FileList"} == set(LISTS)
    for name, (role, organisation, ask) in LISTS.items():
        actor = making.logged_on(lite, role, organisation)
        found = ask(actor, lite)
        found.page(), found.count()
        lite.store.write(lambda: sessions.end_sessions(lite, actor.user, "deleted"))  # noqa: B023
        for read in (found.count, found.page, partial(found.position, None)):
            with pytest.raises(NotLoggedOn, match="session-ended"):
                assert not read(), name


@pytest.mark.requirement("R-DWN-1")
@pytest.mark.parametrize("text", WILD, ids=ascii)
def test_a_wildcard_finds_only_itself(site, on, text):
    actor = on("school", "6804012")
    steps.sent(actor, site, making.offered())
    # The underscore and the stop stand in every file's name.
    by_text = listing.files(actor, site, "ctf", "sent", narrowed=Filter(text=text)).count()
    assert by_text == (1 if text == "_" else 0)
    assert listing.files(actor, site, "ctf", "sent", narrowed=Filter(pupil=text)).count() == 0
    assert listing.files(actor, site, "ctf", "sent", narrowed=Filter(school=text)).count() == 0
    assert pupils.find(actor, site, text) == ()
    with pytest.raises(NotFound):
        pupils.timeline(actor, site, text)


@pytest.mark.parametrize("days", [10**5, 10**7, 10**12, 10**30])
def test_a_time_before_all_time_finds_nothing(lite, days):
    actor = making.logged_on(lite, "school", "6804012")
    steps.sent(actor, lite, making.offered())
    assert listing.files(actor, lite, "ctf", "sent", narrowed=Filter(older_than=days)).count() == 0


@pytest.mark.parametrize(
    "text", ["0001-01-01", "9999-12-31", "２０２６", "١٢٣٤٥٦٧", "ﬃ", "İ", "ß" * 200, "x" * 10**5]
)
def test_any_words_can_be_looked_for(site, on, text):
    actor = on("school", "6804012")
    steps.sent(actor, site, making.offered())
    assert pupils.find(actor, site, text) == ()
    for narrowed in (Filter(text=text), Filter(pupil=text), Filter(school=text)):
        assert listing.files(actor, site, "ctf", "sent", narrowed=narrowed).count() == 0


@pytest.mark.requirement("R-LOG-1")
@pytest.mark.parametrize(
    "name",
    [
        *("S6804012", "s6804012 ", " s6804012", "s6804012\0", "s６804012", "s6804012\u200b", "ѕ6804012"),
        *("%", "s680401_", "", "s6804012" + "x" * 10_000, "\ud800", "'; DROP TABLE user; --"),
    ],
    ids=ascii,
)
def test_no_other_spelling_is_an_account(site, name):
    with pytest.raises(NotLoggedOn, match="logon-wrong"):
        accounts.log_on(site, name, making.PASSWORD)


@pytest.mark.requirement("R-LOG-1")
def test_guesses_under_other_spellings_open_no_way_round_the_wait(lite):
    """Other spellings are counted apart, which gains nothing: under none of them a password is ever right."""
    for guess in range(lockout.FREE_TRIES):
        with pytest.raises(NotLoggedOn, match="logon-wrong"):
            accounts.log_on(lite, "s6804012", f"guess {guess}")
    for name in ("S6804012", "s6804012 "):
        with pytest.raises(NotLoggedOn, match="logon-wrong"):
            accounts.log_on(lite, name, making.PASSWORD)
    with pytest.raises(NotLoggedOn, match="logon-wait"):
        accounts.log_on(lite, "s6804012", making.PASSWORD)


@pytest.mark.requirement("R-LOG-6")
@pytest.mark.parametrize("key", ["usage", "school", "lost-details", "messages"])
def test_an_open_report_gives_nothing_out_once_its_session_has_ended(lite, key):
    """Nor its sums, nor the files behind a number, nor what it has in hand."""
    actor = making.logged_on(lite, "dba", "680")
    steps.sent(making.logged_on(lite, "school", "6804012"), lite, making.offered())
    run = running.ask(actor, lite, key, Wanted())
    lines = run.page()
    run.totals()
    behind = running.files_behind(run, lines[1], "uploaded") if key == "usage" else None
    lite.store.write(lambda: sessions.end_sessions(lite, actor.user, "deleted"))
    asks = [run.count, run.page, run.totals, run.again, lambda: list(run.cells())]
    asks += [partial(run.position, lines[0])] if lines else []
    asks += [run.picture] if run.asked.report.shape else []
    asks += [behind.count, behind.page] if behind else []
    asks += [partial(running.files_behind, run, lines[0], "uploaded")] if lines else []
    for ask in asks:
        with pytest.raises(NotLoggedOn, match="session-ended"):
            ask()


@pytest.mark.requirement("R-REP-3", "R-REP-7")
def test_beyond_its_own_authority_a_report_gives_counts_and_nothing_else(site, on):
    """A row that nobody was given, made up by hand, leads to no file of others."""
    steps.sent(on("school", "6814053"), site, making.offered("6814053", "6814060"))
    steps.sent(on("school", "6814053"), site, making.offered("6814053", "XXXXXXX", 2))
    for role in ("user", "dba-view", "lost-pupil"):
        actor = on(role, "680")
        cluster = running.ask(actor, site, "cluster", Wanted(authorities=("680", "681")))
        numbers = running.ask(actor, site, "lost-numbers", Wanted(authorities=("680", "681")))
        theirs = [(cluster, line) for line in cluster.page() if line.cells[0] == line.cells[2] == "681"]
        theirs += [(numbers, line) for line in numbers.page() if line.cells[0] == "681"]
        assert len(theirs) == 2
        for run, line in theirs:
            with pytest.raises(NotAllowed, match="report-counts-only"):
                running.files_behind(run, line, "uploaded")
            refused = ("report-files", run.asked.report.key, "report-counts-only")
            assert steps.last_entry(site, "680") == refused
        usage = running.ask(actor, site, "usage", Wanted())
        made_up = replace(usage.page()[0], cells=("6814053", *usage.page()[0].cells[1:]))
        assert running.files_behind(usage, made_up, "uploaded").count() == 0
        for key in ("school", "lost-details", "movement"):
            run = running.ask(actor, site, key, Wanted())
            assert run.count() == 0
