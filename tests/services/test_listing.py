"""The lists of the Download screen (R-DWN-1), and Home."""

import itertools
import json
from dataclasses import replace
from datetime import timedelta

import making
import pytest
import steps
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from s2s_tui.base.clock import days_between
from s2s_tui.base.errors import NotAllowed, WrongUse
from s2s_tui.rules.people import name_key
from s2s_tui.services import audit, home, listing, transfers
from s2s_tui.services.files import Offered
from s2s_tui.services.listing import Filter
from s2s_tui.store import content
from s2s_tui.store.models import Pupil, Transfer
from s2s_tui.store.statements import insert

SENDERS = {
    "6804012": ("school", "6804012"),
    "6814053": ("school", "6814053"),
    "6804031": ("school", "6804031"),
}
SENDERS |= {"680LLLL": ("user", "680"), "681LLLL": ("user", "681")}

# from, to → who sees it where, by CTF: 680's and 681's and 660's tabs, and the schools'
WHERE = {
    ("6804012", "6804031"): {("680", "within"), ("6804012", "sent"), ("6804031", "mine")},
    ("6804012", "6814053"): {
        ("680", "outgoing"),
        ("681", "incoming"),
        ("6804012", "sent"),
        ("6814053", "mine"),
    },
    ("6814053", "6804012"): {
        ("681", "outgoing"),
        ("680", "incoming"),
        ("6814053", "sent"),
        ("6804012", "mine"),
    },
    ("6804012", "680LLLL"): {("680", "mine"), ("6804012", "sent")},
    ("6804012", "681LLLL"): {("681", "mine"), ("680", "outgoing"), ("6804012", "sent")},
    ("680LLLL", "6804012"): {("680", "within"), ("6804012", "mine")},
    ("680LLLL", "6814053"): {("680", "outgoing"), ("681", "incoming"), ("6814053", "mine")},
    ("6804012", "XXXXXXX"): set(),
    ("6804012", "MMMMMMM"): set(),
}
LOOKERS = [("user", "680"), ("user", "681"), ("user", "660")]
LOOKERS += [("school", "6804012"), ("school", "6804031"), ("school", "6814053"), ("school", "6604025")]


@pytest.mark.requirement("R-DWN-1")
def test_each_file_is_in_the_lists_of_its_ends_and_of_their_authorities_and_in_no_other(site, on):
    ids = {}
    for source, destination in WHERE:
        ids[source, destination] = steps.sent(on(*SENDERS[source]), site, making.offered(source, destination))
    seen = {way: set() for way in WHERE}
    for role, organisation in LOOKERS:
        actor = on(role, organisation)
        for tab in listing.tabs(actor, "ctf"):
            found = {item.id for item in listing.files(actor, site, "ctf", tab).page()}
            for way, transfer in ids.items():
                if transfer in found:
                    seen[way].add((organisation, tab))
    assert seen == WHERE


@pytest.mark.requirement("R-DWN-1")
def test_other_kinds_are_listed_to_their_own_mailboxes(site, on):
    school = on("school", "6804012")
    names = {"generic": "6804012_680LLLL_text.ZIP", "plasc": "6804012_PLA_680PLAS_001.ZIP"}
    names["admissions"] = "6804012_ADM_680ADMS_001.ZIP"
    for kind, name in names.items():
        transfer = steps.sent(school, site, Offered(name, steps.zipped(kind)))
        role = {"generic": "user"}.get(kind, kind)
        assert [item.id for item in listing.files(on(role, "680"), site, kind, "mine").page()] == [transfer]
        assert [item.id for item in listing.files(school, site, kind, "sent").page()] == [transfer]
        assert listing.files(on(role, "681"), site, kind, "mine").count() == 0
        assert listing.files(school, site, "ctf", "sent").count() == 0


@pytest.mark.requirement("R-DWN-1")
def test_the_switch_shows_what_awaits_what_was_collected_and_what_is_closed(site, on, clock, tmp_path):
    sender, receiver = on("school", "6804012"), on("school", "6814053")
    waits, got, refused, gone = (
        steps.sent(sender, site, making.offered(number=number)) for number in range(1, 5)
    )
    clock.forward(days=8)
    steps.collected(receiver, site, got, tmp_path)
    transfers.reject(receiver, site, [refused], "Not ours.")
    transfers.recall(sender, site, gone, "Wrong school.")
    lists = {"awaiting": [waits], "collected": [got], "closed": [refused, gone]}
    for view, expected in lists.items():
        for actor, tab in ((receiver, "mine"), (sender, "sent"), (on("user", "680"), "outgoing")):
            assert [item.id for item in listing.files(actor, site, "ctf", tab, view=view).page()] == expected
    (item,) = listing.files(receiver, site, "ctf", "mine").page()
    assert (item.waiting_days, item.overdue, item.collected) == (8, True, None)
    (item,) = listing.files(receiver, site, "ctf", "mine", view="collected").page()
    assert (item.waiting_days, item.collected, item.state_by) == (0, clock(), "s6814053")
    assert (item.source_name, item.destination_name) == ("Ysgol Uwchradd Glan-yr-Afon", "Ysgol Bro Glan")


@pytest.mark.requirement("R-DWN-1")
def test_a_list_that_there_is_not_is_wrong_use(lite):
    school, user = making.logged_on(lite, "school", "6804012"), making.logged_on(lite, "user", "680")
    for actor, kind, tab, view in (
        (school, "ctf", "within", "awaiting"),
        (user, "ctf", "sent", "awaiting"),
        (user, "generic", "within", "awaiting"),
        (user, "ctf", "mine", "lost"),
    ):
        with pytest.raises(WrongUse):
            listing.files(actor, lite, kind, tab, view=view)
    with pytest.raises(WrongUse, match="sort-unknown"):
        listing.files(user, lite, "ctf", "mine").page(sort="size")


@pytest.mark.requirement("R-SYS-3")
def test_looking_at_pupils_in_a_list_is_on_record(site, on):
    steps.sent(on("school", "6804012"), site, making.offered())
    actor = on("user", "680")
    listing.files(actor, site, "ctf", "outgoing").page()
    assert steps.last_entry(site, "680")[0] == "logon"
    (item,) = listing.files(actor, site, "ctf", "outgoing", with_pupils=True).page()
    assert [(person.upn, person.surname, str(person.dob)) for person in item.people] == [
        (making.upn(1), "Llwyd", "2016-08-19")
    ]
    entry = steps.audited(site, "680")[-1]
    assert entry.action == "list-pupils"
    told = {"kind": "ctf", "tab": "outgoing", "files": 1, "pupils": 1}
    assert json.loads(entry.details) == told | {"about": [audit.of_file(item.id)]}


@pytest.mark.requirement("R-SYS-3")
def test_each_page_that_names_pupils_is_on_record_and_so_is_looking_for_one(site, on):
    school = on("school", "6804012")
    for number in (1, 2, 3):
        steps.sent(school, site, making.offered("6804012", "6804031", number))
    actor = on("user", "680")
    listed = listing.files(actor, site, "ctf", "uncollected", with_pupils=True)
    assert steps.last_entry(site, "680")[0] == "logon"
    listed.page(0, 2)
    listed.page(2, 2)
    told = [
        json.loads(entry.details) for entry in steps.audited(site, "680") if entry.action == "list-pupils"
    ]
    assert [(one["tab"], one["files"], one["pupils"]) for one in told] == [
        ("uncollected", 2, 2),
        ("uncollected", 1, 1),
    ]
    listing.files(actor, site, "ctf", "within", narrowed=listing.Filter(pupil="Llwyd")).page()
    assert steps.last_entry(site, "680")[:2] == ("find-pupils", "Llwyd")


@pytest.mark.requirement("R-DWN-5")
def test_only_ctfs_that_wait_are_listed_for_clearing(lite):
    user = making.logged_on(lite, "user", "680")
    assert listing.files(user, lite, "ctf", "uncollected").page() == ()
    for kind, view in (("generic", "awaiting"), ("ctf", "collected"), ("ctf", "closed")):
        with pytest.raises(WrongUse):
            listing.files(user, lite, kind, "uncollected", view=view)
    with pytest.raises(NotAllowed):
        listing.files(making.logged_on(lite, "school", "6804012"), lite, "ctf", "uncollected")


# --- paging, sorting and narrowing against a plain model

SCHOOLS = ("6804012", "6804031", "6814053", "6814060")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["within", "incoming", "outgoing"]),
        st.sampled_from(SCHOOLS),
        st.integers(1, 6),  # number
        st.integers(0, 3),  # days ago, so that many are alike
        st.sampled_from(["awaiting", "awaiting", "collected", "rejected", "deleted"]),
        st.sampled_from(["Llŷr Siân", "O'Brien Zoë", "ab_cd e", "Test %"]),
    ),
    max_size=14,
)
FILTERS = st.builds(
    Filter,
    text=st.sampled_from(["", "_00", "6814", "glan", "%", "GLÂN", "\0", "nothing"]),
    pupil=st.sampled_from(["", "llyr", "obrien zoe", "b", making.upn(2), making.upn(2).lower()]),
    school=st.sampled_from(["", "6804031", "6814060"]),
    older_than=st.integers(0, 3),
)


def fill(site, rows) -> list[dict]:
    made = []

    def change() -> None:
        Pupil.delete().execute()
        Transfer.delete().execute()
        content.keep("0" * 64, 1, content.pack(b"x"))
        for tab, school, number, days, state, person in rows:
            name = f"{school}_CTF_6804012_{number:03}.XML"
            row = {
                "name": name,
                "name_key": name,
                "kind": "ctf",
                "source": school,
                "destination": "6804012",
                "source_authority": school[:3],
                "destination_authority": "680",
                "within": None,
                "incoming": None,
                "outgoing": None,
                "content": "0" * 64,
                "size": 1,
                "pupil_count": 1,
                "school_year": 2026,
                "uploaded_at": making.NOW - timedelta(days=days),
                "uploaded_by": "x",
                "sender": school,
                "state": state,
                "state_at": making.NOW,
            } | {tab: "680"}
            (transfer,) = insert(Transfer, [row])
            surname, forename = person.rsplit(" ", 1)
            upn = making.upn(number)
            insert(
                Pupil,
                [
                    {
                        "transfer": transfer,
                        "position": 1,
                        "upn": upn,
                        "surname": surname,
                        "forename": forename,
                        "born": making.past(4000),
                        "name_key": name_key(surname, forename),
                    }
                ],
            )
            made.append(row | {"id": transfer, "tab": tab, "person": name_key(person), "upn": upn})

    site.store.write(change)
    return made


def is_in(row, narrowed: Filter) -> bool:
    text = narrowed.text.replace("\0", "\ufffd")
    named = name_key(narrowed.text)
    ends = (row["source"], row["destination"])
    known = bool(named) and any(named in name_key(making.SCHOOLS[end]) for end in ends)
    if text and text.upper() not in row["name"] and not known:
        return False
    if narrowed.school and narrowed.school not in ends:
        return False
    if narrowed.older_than and not row["uploaded_at"] < making.NOW - timedelta(days=narrowed.older_than):
        return False
    if len(narrowed.pupil) == 13:
        return row["upn"] == narrowed.pupil.upper()
    return row["person"].startswith(name_key(narrowed.pupil))


@pytest.mark.requirement("R-DWN-1")
@given(
    rows=ROWS,
    narrowed=FILTERS,
    sort=st.sampled_from(listing.SORTS),
    descending=st.booleans(),
    limit=st.integers(1, 4),
)
@example([("within", "6804012", 1, 0, "awaiting", "a b")] * 3, Filter(), "uploaded", True, 2)
@example([("within", "6804012", 1, 0, "awaiting", "a b")] * 3, Filter(), "name", False, 2)
@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_pages_positions_sorts_and_filters_agree_with_a_plain_model(
    site, rows, narrowed, sort, descending, limit
):
    made = fill(site, rows)
    actor = site_actor(site)
    column = {"uploaded": "uploaded_at", "name": "name_key"}[sort]
    for tab in ("within", "incoming", "outgoing"):
        for view, states in listing.VIEWS.items():
            model = [
                row for row in made if row["tab"] == tab and row["state"] in states and is_in(row, narrowed)
            ]
            model.sort(key=lambda row: (row[column], row["id"]), reverse=descending)
            ids = [row["id"] for row in model]
            listed = listing.Listing(actor, site, "ctf", tab, view, narrowed)
            assert listed.count() == len(ids)
            assert [item.id for item in listed.page(sort=sort, descending=descending)] == ids
            assert [item.id for item in listed.page(2, None, sort, descending)] == ids[2:]
            for offset in range(0, len(ids) + 1, limit):
                page = listed.page(offset, limit, sort, descending)
                assert [item.id for item in page] == ids[offset : offset + limit]
            places = {row["id"]: listed.position(row["id"], sort, descending) for row in made}
            assert places == {row["id"]: ids.index(row["id"]) if row["id"] in ids else None for row in made}


ACTORS: dict[str, object] = {}


def site_actor(site):
    if site.store.url not in ACTORS:
        ACTORS[site.store.url] = making.logged_on(site, "user", "680")
    return ACTORS[site.store.url]


@pytest.mark.requirement("R-DWN-1")
def test_a_list_longer_than_a_statement_takes_is_given_whole(lite):
    fill(lite, [("incoming", "6814053", 1, 0, "awaiting", "a b")] * 2500)
    listed = listing.Listing(site_actor(lite), lite, "ctf", "incoming", with_pupils=True)
    page = listed.page()
    assert len(page) == 2500
    assert all(len(item.people) == 1 for item in page)


@pytest.mark.requirement("R-DWN-1")
@pytest.mark.parametrize("role", ["user", "school"])
def test_each_list_in_each_order_is_read_from_an_index(lite, role):
    actor = making.logged_on(lite, role, "680" if role == "user" else "6804012")
    for tab, view, sort, descending in itertools.product(
        listing.tabs(actor, "ctf"), ("awaiting", "collected"), listing.SORTS, (False, True)
    ):
        listed = listing.files(actor, lite, "ctf", tab, view=view)
        query = (
            Transfer.select(Transfer.id).where(listed._where()).order_by(*listing._order(sort, descending))
        )
        (plan,) = planned(lite, query.limit(50).offset(1000))
        # Covering but for what a school sent, where each row is asked whether it went to the lost pupils.
        kind = "USING INDEX" if tab == "sent" else "USING COVERING INDEX"
        assert plan.startswith("SEARCH"), plan
        assert f"{kind} transfer_" in plan, plan
        assert plan.count("=?") == 3, plan
        (plan,) = planned(lite, Transfer.select().where(listed._where()))
        assert plan.startswith("SEARCH"), plan


def planned(site, query) -> list[str]:
    """How SQLite means to run a query, a line a step: a sort of its own would be one more."""
    sql, params = query.sql()
    with site.store.connection():
        return [row[3] for row in site.store.database.execute_sql("EXPLAIN QUERY PLAN " + sql, params)]


# --- Home


@pytest.mark.requirement("R-SYS-1")
def test_home_says_what_waits_and_for_how_long(site, on, clock):
    sender = on("school", "6804012")
    for number in (1, 2):
        steps.sent(sender, site, making.offered(number=number))
    steps.sent(sender, site, making.offered(destination="680LLLL"))
    steps.sent(sender, site, making.offered(destination="XXXXXXX"))
    clock.forward(days=8)
    steps.sent(sender, site, making.offered(number=3))
    needs = {(need.what, need.kind): need for need in home.overview(on("school", "6814053"), site).needs}
    assert (needs["to-us", "ctf"].count, needs["to-us", "ctf"].oldest_days) == (3, 8)
    needs = {(need.what, need.kind): need for need in home.overview(sender, site).needs}
    assert needs["sent-waiting", "ctf"].count == 3, "the two to the school and the one to the authority"
    needs = {(need.what, need.kind): need for need in home.overview(on("user", "681"), site).needs}
    assert (needs["uncollected", "ctf"].count, needs["uncollected", "ctf"].places) == (2, 1)
    needs = home.overview(on("user", "680"), site).needs
    assert [(need.what, need.count, need.overdue) for need in needs] == [("to-us", 1, True)]
    for role in ("dba-view", "wg"):
        needs = home.overview(on(role, "WG" if role == "wg" else "680"), site).needs
        assert [need.what for need in needs] == (["no-dba"] if role == "wg" else [])
    numbers = home.overview(sender, site)
    assert numbers.sent[-1] == 1
    assert days_between(making.NOW, clock()) == 8
    assert replace(numbers, needs=()).to_lost == 0
