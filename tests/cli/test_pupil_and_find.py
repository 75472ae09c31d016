"""`pupil` (R-DWN-8, R-SYS-7) and `find`."""

import re
import zipfile

import pytest
from making import upn

from s2s_tui.store.models import AuditEntry

EVENT = [
    "at",
    "what",
    "id",
    "file",
    "source",
    "source_name",
    "destination",
    "destination_name",
    "by",
    "reason",
]


@pytest.mark.requirement("R-DWN-8")
def test_a_upn_shows_every_step_of_its_files(shell):
    ran = shell("pupil", upn(1), "--json", user="s6804012")
    assert ran.code == 0
    assert ran.data["upn"] == upn(1)
    events = ran.data["events"]
    assert all(list(event) == EVENT for event in events)
    assert {event["file"] for event in events} == {
        "6804012_CTF_6814053_001.XML",
        "6804012_CTF_XXXXXXX_001.XML",
        "6814053_CTF_6804012_007.XML",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", events[0]["at"])


@pytest.mark.parametrize("text", [upn(2), upn(2).lower(), "pugh", "Pugh Sian", "6804012_CTF_6814053_002.XML"])
def test_one_pupil_by_any_of_its_marks_is_shown_at_once(shell, text):
    ran = shell("pupil", text, "--json", user="s6804012")
    assert (ran.code, ran.data["upn"]) == (0, upn(2))


@pytest.mark.parametrize("text", ["2016-08-19", "6814053"])
def test_of_several_there_is_a_list_to_choose_from(shell, text):
    ran = shell("pupil", text, "--json", user="s6804012")
    assert ran.code == 0
    assert {one["upn"] for one in ran.data["found"]} == {upn(1), upn(2), upn(3)}
    assert list(ran.data["found"][0]) == ["upn", "surname", "forename", "dob", "files", "latest"]
    assert "UPN" in shell("pupil", text, user="s6804012").out


@pytest.mark.parametrize("text", ["nobody", upn(99), "", "\udcff", "%", "_"])
def test_nobody_found_is_exit_code_1(shell, text):
    ran = shell("pupil", text, "--json", user="s6804012")
    ran.refused(1, "No file of yours holds such a pupil")
    assert ran.data == {"found": []}


def test_another_organisations_pupils_are_not_found(shell):
    shell("pupil", upn(1), user="s6604025").refused(1, "No file of yours")
    assert shell("pupil", upn(1), "--json", user="680user").code == 0


@pytest.mark.parametrize("user", ["680dbaview", "680plasc", "680lostpupil", "wg"])
def test_a_role_without_the_timeline_is_not_allowed(shell, user):
    shell("pupil", upn(1), user=user).refused(3, "may not do this")


@pytest.mark.requirement("R-SYS-7")
def test_everything_held_on_a_pupil_is_exported(shell):
    ran = shell("pupil", upn(1), "--export", "access.zip", "--json", user="s6804012")
    assert (ran.code, ran.data["path"]) == (0, "access.zip")
    with zipfile.ZipFile(shell.folder / "access.zip") as bundle:
        assert "timeline.csv" in bundle.namelist()
        elements = [bundle.read(name) for name in bundle.namelist() if name.endswith(".XML")]
    assert all(upn(1).encode() in element for element in elements)
    assert len(elements) == 3
    shell("pupil", upn(1), "--export", "access.zip", user="s6804012").refused(1, "exists already")
    shell("pupil", upn(1), "--export", "no/access.zip", user="s6804012").refused(1, "There is no folder")
    with shell.site().store.connection():
        assert AuditEntry.select().where(AuditEntry.action == "pupil-export").count() == 1


def test_several_are_not_exported_as_one(shell):
    shell("pupil", "2016-08-19", "--export", "x.zip", user="s6804012").refused(1, "by its UPN")
    assert list(shell.folder.iterdir()) == []


def test_people_get_the_timeline_as_a_table(shell):
    lines = shell("pupil", upn(2), user="s6804012").out.splitlines()
    assert lines[0].split() == ["When", "What", "File", "From", "To", "By", "Reason"]
    assert "uploaded" in lines[2]


PLACE = [
    "number",
    "name",
    "name_cy",
    "town",
    "authority",
    "authority_name",
    "phase",
    "phone",
    "email",
    "state",
    "successor",
]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6804012", "6804012"),
        ("glan yr afon", "6804012"),
        ("ringlnd", "6802310"),
        ("mon", "6604025"),
        ("680", "680"),
    ],
)
def test_any_account_finds_schools_and_authorities(shell, text, number):
    for user in ("s6604025", "680dbaview", "wg"):
        ran = shell("find", text, "--json", user=user)
        assert ran.code == 0
        assert number in [place["number"] for place in ran.data][:3]
        assert list(ran.data[0]) == PLACE
    assert number in shell("find", text, user="wg").out


@pytest.mark.parametrize("text", ["zzzzzz", "", "%", "0000000"])
def test_a_place_that_is_not_found_is_exit_code_1(shell, text):
    ran = shell("find", text, "--json", user="wg")
    ran.refused(1, "No school or authority")
    assert ran.data == []
