"""`lost …` and `housekeeping`: the Lost Pupil screens without screens (R-LPD-1 to R-LPD-10)."""

import json

import making
import pytest

from s2s_tui.services import uploads
from s2s_tui.store.models import AuditEntry, LostPupil

A, B = "6804012", "6814053"
FINDER, VIEWER = "681lostpupiltransfer", "681lostpupil"
OWNER = "680lostpupil"
KEYS = [
    *("id", "upn", "surname", "forename", "dob", "gender", "town", "la", "school", "school_name", "uploaded"),
    *("former_upn", "former_surname", "middle_names", "score", "why"),
]


@pytest.fixture
def world(shell):
    """Three lost pupils, the second one past leaving age; the ids by surname."""
    site = shell.site()
    sender = making.logged_on(site, "school", A)
    for number, (surname, forename, born, to) in enumerate(
        (
            ("Llewellyn", "Rhys", "2014-03-12", "XXXXXXX"),
            ("Pritchard", "Huw", "2008-01-09", "MMMMMMM"),
            ("Jones", "Siân", "2015-05-01", "XXXXXXX"),
        ),
        2,
    ):
        child = making.Child(making.upn(50 + number), surname, forename, born, "M")
        assert uploads.upload(sender, site, making.offered(A, to, number, [child])).status == "sent"
    with site.store.connection():
        found = {row.surname: str(row.id) for row in LostPupil.select()}
    site.store.close()
    return found


def state(shell, lost_id):
    return shell("lost", "show", lost_id, "--json", user=OWNER).data["state"]


@pytest.mark.requirement("R-LPD-5")
def test_a_search_answers_as_the_contract_has_it(shell, world):
    ran = shell("lost", "search", "--surname", "Lewelyn", "--forename", "Reece", "--json", user=FINDER)
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.data) == ["count", "took_ms", "results"]
    assert ran.data["count"] == len(ran.data["results"])
    best = ran.data["results"][0]
    assert list(best) == KEYS
    assert (best["id"], best["surname"], best["dob"]) == (world["Llewellyn"], "Llewellyn", "2014-03-12")
    assert (best["la"], best["school"]) == ("680", A)
    assert best["why"] == [
        "surname sounds alike: Lewelyn / Llewellyn",
        "Welsh and English forms of a forename: Reece / Rhys",
    ]


@pytest.mark.requirement("R-LPD-1")
def test_begins_sort_and_limit(shell, world):
    def surnames(*more):
        ran = shell("lost", "search", *more, "--json", user=VIEWER)
        return [one["surname"] for one in ran.data["results"]]

    assert surnames("--surname", "lLEW", "--begins") == ["Llewellyn"]
    assert surnames("--surname", "Lewelyn", "--begins") == []
    everyone = ("--gender", "M", "--sort", "dob")
    assert surnames(*everyone)[:1] == ["Pritchard"]
    assert len(surnames(*everyone, "--limit", "1")) == 1


@pytest.mark.requirement("R-LPD-5")
def test_people_get_a_table_with_the_reasons(shell, world):
    out = shell("lost", "search", "--surname", "Lewelyn", user=FINDER).out
    assert "Llewellyn" in out
    assert "surname sounds alike: Lewelyn / Llewellyn" in out
    assert "Nobody like that" in shell("lost", "search", "--surname", "Zzyzx", user=FINDER).out


@pytest.mark.requirement("R-LPD-1")
@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["--dob", "30/2/2014"], 2, "no such day"),
        (["--upn", making.upn(1) + "X"], 2, "UPN"),
        (["--surname", "x" * 500], 2, "at most 100"),
        (["--surname", "   "], 2, "at least one thing"),
        ([], 2, "at least one thing"),
        (["--sort", "colour"], 2, "--sort"),
        (["--limit", "0"], 2, "--limit"),
        (["--csv", "x.csv", "--surname", "Jones"], 2, "--batch"),
        (["--batch", "nowhere.csv"], 1, "nowhere.csv"),
        (["--batch", "x.csv", "--surname", "Jones"], 2, "--batch"),
        (["--batch", "x.csv", "--sort", "dob"], 2, "--sort"),
    ],
)
def test_wrong_input_gets_one_line(shell, world, typed, code, said):
    shell("lost", "search", *typed, user=FINDER).refused(code, said)


@pytest.mark.parametrize("text", ["'; DROP TABLE lost_pupil; --", "[/bold]", "\x1b]0;x\x07", "漢字"])
def test_any_text_is_only_text(shell, world, text):
    ran = shell("lost", "search", "--surname", text, "--forename", "Rhys", user=FINDER)
    assert ran.code == 0
    assert "\x1b" not in ran.out + ran.err


# A batch


@pytest.fixture
def arrivals(shell):
    path = shell.folder / "arrivals.csv"
    path.write_text(
        "ref,upn,surname,forename,dob,gender,town\n"
        "one,,Lewelyn,Reece,3/12/2014,,\n"
        "two,,Zzyzx,,,,\n"
        "three,,,,30/2/2014,,\n"
    )
    return path


@pytest.mark.requirement("R-LPD-6")
def test_a_batch_answers_in_its_order_and_says_what_it_could_not_read(shell, world, arrivals):
    ran = shell("lost", "search", "--batch", arrivals, "--json", user=FINDER)
    assert ran.code == 1
    assert [list(one) for one in ran.data] == [["ref", "results"]] * 2 + [["ref", "results", "error"]]
    assert "no such day" in ran.data[2]["error"]
    assert [(one["ref"], bool(one["results"])) for one in ran.data] == [
        ("one", True),
        ("two", False),
        ("three", False),
    ]
    assert list(ran.data[0]["results"][0]) == KEYS
    assert ran.err.strip() == "Line 4: There is no such day as “30/2/2014”."


@pytest.mark.requirement("R-LPD-6")
def test_a_batch_is_a_table_and_a_csv(shell, world, arrivals):
    ran = shell("lost", "search", "--batch", "arrivals.csv", "--csv", "found.csv", user=FINDER)
    assert "nobody like that" in ran.out
    assert "3 looked for, 1 without a candidate." in ran.out
    text = (shell.folder / "found.csv").read_text("utf-8-sig")
    assert text.startswith("ref,line,rank,score,id,")
    assert "one,2,1," in text
    again = shell("lost", "search", "--batch", "arrivals.csv", "--csv", "found.csv", user=FINDER)
    # It is said before anybody is looked for.
    assert "exists already" in again.err
    assert "Line 4" not in again.err
    assert (shell.folder / "found.csv").read_text("utf-8-sig") == text


@pytest.mark.requirement("R-LPD-6")
def test_a_spreadsheets_headings_are_read_and_what_is_not_looked_at_is_said(shell, world, arrivals):
    headings = "Ref,Last Name,First_Name,Date of  Birth,Class"
    arrivals.write_text(f"{headings}\nx,Lewelyn,Reece,3/12/2014 00:00:00,4B\n")
    ran = shell("lost", "search", "--batch", arrivals, "--json", user=FINDER)
    assert ran.code == 0
    assert "day and month swapped" in str(ran.data[0]["results"][0]["why"])
    assert ran.err.startswith("Not looked at: Class.")


@pytest.mark.requirement("R-LPD-6")
def test_a_list_without_columns_is_refused(shell, world, arrivals):
    arrivals.write_text("name\nJones\n")
    shell("lost", "search", "--batch", arrivals, user=FINDER).refused(1, "header row")


# Kept searches, and housekeeping


@pytest.mark.requirement("R-LPD-6")
def test_a_search_is_kept_found_by_housekeeping_and_ended(shell, world, mails):
    sought = ("--surname", "Quillfeather", "--forename", "Siân", "--dob", "2016-08-19")
    ran = shell("lost", "search", *sought, "--keep", "--json", user=FINDER)
    kept = ran.data["kept"]
    (listed,) = shell("lost", "standing", "--json", user=VIEWER).data
    assert (listed["id"], listed["surname"], listed["found"]) == (kept, "Quillfeather", None)
    site = shell.site()
    child = making.Child(making.upn(90), surname="Quillfeather")
    receipt = uploads.upload(
        making.logged_on(site, "school", A), site, making.offered(A, "XXXXXXX", 9, [child])
    )
    assert receipt.status == "sent"
    site.store.close()
    done = shell("housekeeping", "--json")
    assert list(done.data) == [
        "snapshot",
        "found",
        "forgotten",
        "expired",
        "months",
        "audit",
        "checkpoint",
        "held_until",
    ]
    assert (done.code, done.data["found"], mails().count("standing-found")) == (0, 1, 2)
    assert "0 kept searches" in shell("housekeeping").out
    (listed,) = shell("lost", "standing", "--json", user=VIEWER).data
    assert listed["found"] is not None
    assert "Quillfeather" in shell("lost", "standing", user=VIEWER).out
    shell("lost", "standing", "remove", kept, user=OWNER).refused(1, kept)
    assert shell("lost", "standing", "remove", kept, "--json", user=VIEWER).data == {
        "id": kept,
        "kept": False,
    }
    shell("lost", "standing", "remove", kept, user=VIEWER).refused(1, kept)
    assert shell("lost", "standing", user=VIEWER).out == "No search is kept.\n"


# What is done with a record


@pytest.mark.requirement("R-LPD-2")
def test_show_has_the_details(shell, world):
    ran = shell("lost", "show", world["Llewellyn"], "--json", user=FINDER)
    assert list(ran.data)[:14] == KEYS[:14]
    assert ran.data["state"] == "lost"
    out = shell("lost", "show", world["Llewellyn"], user=FINDER).out
    assert "Former surname: -" in out
    assert f"School: {A}" in out
    for unknown in ("99999", "x", "0", "١"):
        shell("lost", "show", unknown, user=FINDER).refused(1, unknown)


@pytest.mark.requirement("R-LPD-3")
def test_a_download_needs_the_tick_and_resolves_only_when_confirmed(shell, world):
    lost_id = world["Llewellyn"]
    shell("lost", "download", lost_id, "--to", ".", user=FINDER).refused(1, "(--on-roll)")
    shell("lost", "confirm", lost_id, user=FINDER).refused(1, "not been downloaded")
    ran = shell("lost", "download", lost_id, "--to", ".", "--on-roll", "--json", user=FINDER)
    name = f"{A}_CTF_XXXXXXX_002.XML"
    assert ran.data == {"id": lost_id, "path": name, "confirmed": False}
    assert b"Llewellyn" in (shell.folder / name).read_bytes()
    assert state(shell, lost_id) == "lost"
    assert shell("lost", "confirm", lost_id, "--json", user=FINDER).data == {
        "id": lost_id,
        "state": "downloaded",
    }
    assert shell("lost", "search", "--surname", "Llewellyn", "--json", user=FINDER).data["count"] == 0
    more = ("--surname", "Llewellyn", "--include-resolved", "--json")
    assert shell("lost", "search", *more, user=FINDER).data["count"] == 1
    shell("lost", "put-back", lost_id, user="660lostpupil").refused(1, "downloaded already")
    assert shell("lost", "put-back", lost_id, "--json", user=FINDER).data["state"] == "lost"
    assert state(shell, lost_id) == "lost"


@pytest.mark.requirement("R-LPD-3")
def test_confirm_with_the_download_resolves_at_once(shell, world):
    out = shell("lost", "download", world["Jones"], "--to", ".", "--on-roll", user=VIEWER).out
    assert f"s2s-tui lost confirm {world['Jones']}" in out
    (shell.folder / f"{A}_CTF_XXXXXXX_004.XML").unlink()
    shell("lost", "download", world["Jones"], "--to", ".", "--on-roll", "--confirm", user=VIEWER)
    assert state(shell, world["Jones"]) == "downloaded"


@pytest.mark.requirement("R-LPD-4")
def test_forward_sends_it_to_a_school_of_the_own_authority(shell, world):
    lost_id = world["Llewellyn"]
    shell("lost", "forward", lost_id, "--school", B, user=FINDER).refused(1, "(--on-roll)")
    shell("lost", "forward", lost_id, "--school", A, "--on-roll", user=FINDER).refused(1, A)
    shell("lost", "forward", lost_id, "--school", B, "--on-roll", user=VIEWER).refused(3, "")
    ran = shell("lost", "forward", lost_id, "--school", B, "--on-roll", "--json", user=FINDER)
    assert (ran.code, ran.data["ok"], ran.data["destination"]) == (0, True, B)
    waiting = shell("files", "--json", user=f"s{B}").data
    assert ran.data["file"] in [item["name"] for item in waiting]
    assert state(shell, lost_id) == "forwarded"


@pytest.mark.requirement("R-LPD-9")
def test_remove_takes_ones_own_schools_records_with_a_reason(shell, world):
    ids = [world["Llewellyn"], world["Jones"]]
    assert shell("lost", "remove", *ids, user=OWNER).code == 2
    strange = shell("lost", "remove", *ids, "--reason", "x", "--json", user=FINDER)
    assert strange.code == 1
    assert {one["code"] for one in strange.data} == {"lost-unknown"}
    ran = shell("lost", "remove", *ids, "999", "--reason", "Sent in error.", "--json", user=OWNER)
    assert ran.code == 1
    assert [(one["id"], one["ok"]) for one in ran.data] == [(ids[0], True), (ids[1], True), ("999", False)]
    assert "1 of 3" in ran.err
    assert state(shell, ids[0]) == "removed"


@pytest.mark.requirement("R-LPD-7")
def test_past_leaving_age_lists_them_to_their_own_authority(shell, world):
    (one,) = shell("lost", "past-leaving-age", "--json", user=OWNER).data
    assert (one["id"], one["leaves"]) == (world["Pritchard"], "2024-06-28")
    assert "Pritchard" in shell("lost", "past-leaving-age", user=OWNER).out
    assert shell("lost", "past-leaving-age", user=VIEWER).out == "Nobody.\n"


# Who may


@pytest.mark.requirement("R-LPD-1")
@pytest.mark.parametrize("user", ["s6804012", "680dba", "680user", "680laschool", "680dbaview", "wg"])
def test_nobody_else_reaches_any_of_it(shell, world, user):
    lost_id = world["Llewellyn"]
    (shell.folder / "list.csv").write_text("surname\nJones\n")
    for arguments in (
        ["search", "--surname", "Llewellyn"],
        ["search", "--batch", "list.csv"],
        ["show", lost_id],
        ["download", lost_id, "--to", ".", "--on-roll"],
        ["confirm", lost_id],
        ["forward", lost_id, "--school", B, "--on-roll"],
        ["put-back", lost_id],
        ["remove", lost_id, "--reason", "x"],
        ["past-leaving-age"],
        ["standing"],
        ["standing", "remove", "1"],
    ):
        ran = shell("lost", *arguments, "--json", user=user)
        assert (ran.code, ran.out) == (3, ""), arguments
        assert "Llewellyn" not in ran.err
    with shell.site().store.connection():
        refusals = AuditEntry.select().where(AuditEntry.outcome == "not-allowed")
        assert {row.username for row in refusals} == {user}


@pytest.mark.slow
@pytest.mark.requirement("R-LPD-5")
def test_as_a_process(shell, world):
    ran = shell.process("lost", "search", "--surname", "Lewelyn", "--json", user=FINDER)
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["results"][0]["surname"] == "Llewellyn"
    ran = shell.process("housekeeping", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.data["checkpoint"] is True
    ran = shell.process("lost", "search", "--dob", "30/2/2014", user=FINDER)
    ran.refused(2, "no such day")
