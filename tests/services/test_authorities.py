"""An authority's details, and what its addresses and its switch for copies do (R-LEA)."""

import making
import pytest
import steps
from hostile import HOSTILE, harmless
from watching import audited, forget_mails, mails, require_only

from s2s_tui.base.errors import NotFound, NotLoggedOn, Refused, WrongUse
from s2s_tui.services import authorities, downloads, establishments, listing, lost, reminders, uploads
from s2s_tui.services.wording import say
from s2s_tui.store.models import Authority

GLAN, WOOLOS = "6804012", "6804031"


def row(site, code: str) -> dict:
    with site.store.connection():
        return dict(Authority.select().where(Authority.code == code).dicts().get())


# Details


@pytest.mark.requirement("R-LEA-1")
def test_a_dba_changes_its_own_authority_and_sees_before_what_would_change(site, on):
    dba = on("dba", "680")
    seen = authorities.show(dba, site)
    assert (seen.code, seen.dba, seen.schools, seen.copies) == ("680", "680dba", 3, True)
    typed = {"email": "s2s@newport.example", "data_email": "data@newport.example", "copies": "off"}
    told = authorities.preview(dba, site, "", typed, seen)
    assert authorities.show(dba, site) == seen
    saved = authorities.update(dba, site, "", typed, seen)
    assert saved.changes == told
    assert [(one.field, one.before, one.after) for one in told] == [
        ("email", "data@la680.example", "s2s@newport.example"),
        ("data_email", "", "data@newport.example"),
        ("copies", "on", "off"),
    ]
    assert saved.authority == authorities.show(dba, site, "680")
    assert (saved.authority.copies, saved.authority.changed_by) == (False, "680dba")
    assert audited(site, "la-update") == [("680dba", "680", "done")]


@pytest.mark.requirement("R-LEA-1")
def test_another_authority_answers_as_none_and_wg_has_all(site, on):
    dba, wg = on("dba", "680"), on("wg", "WG")
    for act in (
        lambda: authorities.show(dba, site, "681"),
        lambda: authorities.update(dba, site, "681", {"name": "Ours"}),
        lambda: authorities.show(wg, site, "999x"),
        lambda: authorities.show(wg, site, "\0"),
    ):
        with pytest.raises(NotFound, match="authority-unknown"):
            act()
    assert [one.code for one in authorities.authorities(dba, site)] == ["680"]
    assert len(authorities.authorities(wg, site)) == len(authorities.rows())
    authorities.update(wg, site, "681", {"name": "Cardiff Council", "name_cy": "Cyngor Caerdydd"})
    assert row(site, "681")["name_cy"] == "Cyngor Caerdydd"
    with pytest.raises(WrongUse, match="la-missing"):
        authorities.show(wg, site)


@pytest.mark.requirement("R-LEA-1")
def test_who_may_not_does_not(site):
    require_only(site, "authority.view", lambda actor: authorities.show(actor, site))
    require_only(site, "authority.update", lambda actor: authorities.update(actor, site, "", {"name": "x"}))
    require_only(
        site,
        "schools.open",
        lambda actor: authorities.add(actor, site, "690", {"name": "x"}),
        lambda actor: authorities.close(actor, site, "660", making.past(0)),
    )


@pytest.mark.requirement("R-LEA-1")
def test_the_second_of_two_is_told_what_the_first_changed(site, on):
    first, second = on("dba", "680"), on("wg", "WG")
    seen = authorities.show(second, site, "680")
    authorities.update(first, site, "", {"copies": "off"}, authorities.show(first, site))
    with pytest.raises(Refused) as caught:
        authorities.update(second, site, "680", {"email": "s2s@newport.example"}, seen)
    assert "680dba changed 680 meanwhile (10:30): copies of its schools' files" in say(caught.value)
    assert row(site, "680")["email"] == "data@la680.example"


@pytest.mark.requirement("R-LEA-1")
def test_wg_adds_and_closes_authorities(site, on):
    wg = on("wg", "WG")
    made = authorities.add(wg, site, "690", {"name": "Newtown", "email": "s2s@newtown.example"})
    assert (made.name, made.copies, made.country, made.schools) == ("Newtown", True, "Wales", 0)
    for code, typed, wrong in (
        ("690", {"name": "x"}, "la-exists"),
        ("69", {"name": "x"}, "la-code"),
        ("٦٩١", {"name": "x"}, "la-code"),
        ("691", {"name": ""}, "la-name"),
        ("691", {"name": "x", "lost_email": "a@gmail.com"}, "email-personal"),
    ):
        with pytest.raises(Refused, match=wrong):
            authorities.add(wg, site, code, typed)
    with pytest.raises(WrongUse, match="country-unknown"):
        authorities.add(wg, site, "691", {"name": "x"}, "Wessex")
    with pytest.raises(Refused, match="la-schools-open"):
        authorities.close(wg, site, "660", making.past(0))
    user = on("user", "660")
    establishments.close(wg, site, "6604025", making.past(0))
    authorities.close(wg, site, "660", making.past(0))
    with pytest.raises(NotLoggedOn):
        listing.files(user, site, "ctf", "mine")
    receipt = uploads.upload(on("school", GLAN), site, making.offered(GLAN, "660LLLL"))
    assert [problem.code for problem in receipt.problems if problem.severity == "refuse"] == [
        "destination-closed"
    ]
    with pytest.raises(Refused, match="la-closed"):
        authorities.update(wg, site, "660", {"name": "x"})
    with pytest.raises(Refused, match="la-closed"):
        establishments.open_school(wg, site, "6604099", {"name": "Ysgol"})


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("field", authorities.EDITED)
def test_every_field_keeps_what_is_typed_into_it_or_refuses_it_in_words(lite, field):
    dba = making.logged_on(lite, "dba", "680")
    for text in [*HOSTILE, "x" * 10_000, "\0", "🏛", "'; DROP TABLE authority; --"]:
        before = row(lite, "680")
        try:
            authorities.update(dba, lite, "", {field: text})
        except Refused as error:
            told = error
        else:
            assert harmless(str(row(lite, "680")[field]))
            continue
        assert told.params["field"] == field
        assert say(told) != told.code
        assert harmless(say(told))
        assert row(lite, "680") == before


# Copies and notices


@pytest.mark.requirement("R-LEA-2")
@pytest.mark.parametrize("to", [WOOLOS, "6814053"])
def test_with_copies_on_the_authority_hears_of_each_file_and_can_have_it_off_it_is_listed_only(
    site, on, tmp_path, to
):
    dba, user, school = on("dba", "680"), on("user", "680"), on("school", GLAN)
    tab = "within" if to == WOOLOS else "outgoing"
    first = steps.sent(school, site, making.offered(GLAN, to, 1))
    assert ("copy", "data@la680.example") in mails(site)
    downloads.download(user, site, [first], tmp_path)
    assert steps.transfer(site, first).state == "awaiting"
    authorities.update(dba, site, "", {"copies": "off"})
    forget_mails(site)
    second = steps.sent(school, site, making.offered(GLAN, to, 2, [making.Child(making.upn(2))]))
    assert ("copy", "data@la680.example") not in mails(site)
    assert second in [file.id for file in listing.files(user, site, "ctf", tab).page()]
    with pytest.raises(Refused, match="copies-off"):
        downloads.download(user, site, [second], tmp_path)
    authorities.update(dba, site, "", {"copies": "on"})
    downloads.download(user, site, [second], tmp_path)


@pytest.mark.requirement("R-LEA-2")
def test_a_file_for_the_lost_pupil_database_is_never_copied(site, on):
    steps.sent(on("school", GLAN), site, making.offered(GLAN, "XXXXXXX"))
    assert [about for about, _ in mails(site)] == ["confirmed-lost"]


@pytest.mark.requirement("R-LEA-1")
def test_each_purpose_is_written_to_at_its_own_address_and_without_one_at_the_authority_s(
    site, on, clock, tmp_path
):
    dba = on("dba", "680")
    school = on("school", GLAN)

    def heard() -> set[tuple[str, str]]:
        return {told for told in mails(site) if "680" in told[1] or "newport" in told[1]} - {
            told for told in mails(site) if GLAN in told[1]
        }

    addresses = {
        f"{purpose}_email": f"{purpose}@newport.example" for purpose in ("data", "lost", "admissions")
    }
    for number, typed in enumerate(({}, addresses), 1):
        authorities.update(dba, site, "", typed)
        forget_mails(site)
        kids = [making.Child(making.upn(number))]
        steps.sent(school, site, making.offered(GLAN, "680LLLL", number, kids))
        steps.sent(school, site, making.offered(GLAN, "6814053", number, kids))
        lost_pupil = steps.sent(school, site, making.offered(GLAN, "XXXXXXX", number, kids))
        with site.store.connection():
            from s2s_tui.store.models import LostPupil

            record = LostPupil.get(LostPupil.transfer == lost_pupil).id
        finder = on("lost-pupil", "681")
        lost.download(finder, site, record, tmp_path, on_roll=True)
        lost.confirm(finder, site, record)
        clock.forward(days=7)
        reminders.remind(site)
        own = "data@la680.example"
        data, found = (addresses["data_email"], addresses["lost_email"]) if typed else (own, own)
        assert heard() == {
            ("arrived", data), ("copy", data), ("lost-downloaded", found), ("reminder", data),
        }  # fmt: skip
