"""Schools as DBAs and WG look after them (R-SCH-1, R-SCH-2)."""

import making
import pytest
import steps
from hostile import HOSTILE, harmless
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watching import audited, every_write_fails_once, forget_mails, letters, mails, require_only

from s2s_tui.base.errors import NotFound, NotLoggedOn, Refused, WrongUse
from s2s_tui.base.translation import in_language
from s2s_tui.services import (
    accounts,
    establishments,
    listing,
    school_changes,
    schools,
    uploads,
    user_changes,
    users,
)
from s2s_tui.services.user_changes import NewUser
from s2s_tui.services.wording import say
from s2s_tui.store import schema
from s2s_tui.store.models import Establishment, Session, User

GLAN, WOOLOS, BRO = "6804012", "6804031", "6814053"


def numbers(found) -> list[str]:
    return [school.number for school in found.page()]


def columns(site, number: str) -> dict:
    with site.store.connection():
        return dict(Establishment.select().where(Establishment.number == number).dicts().get())


# Finding one


@pytest.mark.requirement("R-SCH-1")
def test_a_dba_has_the_schools_of_its_own_authority_and_wg_all(site, on):
    own = [number for number in sorted(making.SCHOOLS) if number.startswith("680")]
    for role in ("dba", "dba-view"):
        found = schools.schools(on(role, "680"), site)
        assert numbers(found) == own
        assert found.count() == len(own)
    assert numbers(schools.schools(on("wg", "WG"), site)) == sorted(making.SCHOOLS)


@pytest.mark.requirement("R-SCH-1")
@pytest.mark.parametrize("number", [BRO, "6809999", "", "680LLLL", "\0", "'; --", "٦٨٠٤٠١٢", "6" * 10_000])
def test_of_another_authority_a_school_answers_as_none(site, on, number):
    for act in (
        lambda who: schools.show(who, site, number),
        lambda who: school_changes.update(who, site, number, {"town": "Newport"}),
        lambda who: school_changes.set_active(who, site, number, False),
    ):
        with pytest.raises(NotFound) as caught:
            act(on("dba", "680"))
        assert caught.value.code == "school-unknown"
    assert steps.last_entry(site, "680")[2] == "school-unknown"
    if number in making.SCHOOLS:
        assert schools.show(on("wg", "WG"), site, number).name == making.SCHOOLS[number]


@pytest.mark.requirement("R-SCH-1")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("glan afon", [GLAN]),
        ("AFON glan", [GLAN]),
        ("wool", [WOOLOS]),
        ("6802", ["6802310"]),
        ("môn", []),
        ("%", None),
        ("_", None),
        ("'; DROP TABLE establishment; --", []),
    ],
)
def test_a_list_is_narrowed_by_words_in_any_order(lite, text, found):
    dba = making.logged_on(lite, "dba", "680")
    got = numbers(schools.schools(dba, lite, text=text))
    assert got == (numbers(schools.schools(dba, lite)) if found is None else found)


@pytest.mark.requirement("R-SCH-1")
def test_accents_and_the_welsh_name_count_too_and_lists_are_sorted_as_people_sort(site, on):
    wg = on("wg", "WG")
    assert numbers(schools.schools(wg, site, text="mon")) == ["6604025"]
    school_changes.update(wg, site, WOOLOS, {"name_cy": "Ysgol Gwynllyw", "town": "Ély"})
    assert numbers(schools.schools(wg, site, text="gwynllyw")) == [WOOLOS]
    names = [school.name for school in schools.schools(wg, site).page(sort="name")]
    assert names == sorted(names, key=str.casefold)
    with in_language("cy"):
        assert schools.show(wg, site, WOOLOS).title == "Ysgol Gwynllyw"
    listed = schools.schools(wg, site)
    assert listed.page(sort="town", descending=True)[0].number == WOOLOS
    assert listed.position(WOOLOS, "town", True) == 0
    assert listed.page(2, 2) == listed.page()[2:4]
    with pytest.raises(WrongUse, match="sort-unknown"):
        listed.page(sort="password")


@pytest.mark.requirement("R-SCH-1")
def test_closed_schools_are_a_list_of_their_own(site, on):
    from s2s_tui.services import establishments

    wg = on("wg", "WG")
    establishments.merge(wg, site, WOOLOS, GLAN, making.past(0))
    dba = on("dba", "680")
    assert WOOLOS not in numbers(schools.schools(dba, site))
    (closed,) = schools.schools(dba, site, schools.CLOSED).page()
    assert (closed.number, closed.state, closed.successor) == (WOOLOS, "closed", GLAN)
    assert WOOLOS in numbers(schools.schools(dba, site, schools.ALL))


# Changing one


@pytest.mark.requirement("R-SCH-2")
def test_what_would_change_is_told_before_and_is_what_changes(site, on):
    dba = on("dba", "680")
    seen = schools.show(dba, site, GLAN)
    typed = {
        **{"name": "Ysgol Glan-yr-Afon", "name_cy": " Ysgol  y Bont ", "town": "Casnewydd"},
        **{"phone": "01633 656656", "email": "Swyddfa@Glan.example", "language": "cy"},
    }
    before = columns(site, GLAN)
    told = school_changes.preview(dba, site, GLAN, typed, seen)
    assert columns(site, GLAN) == before
    saved = school_changes.update(dba, site, GLAN, typed, seen)
    assert saved.changes == told
    assert {one.field for one in told} == set(typed)
    assert saved.school == schools.show(dba, site, GLAN)
    assert (saved.school.name_cy, saved.school.email) == ("Ysgol y Bont", "Swyddfa@glan.example")
    assert (saved.school.changed_by, saved.school.changed_at) == ("680dba", making.NOW)
    assert audited(site, "school-update") == [("680dba", GLAN, "done")]
    assert school_changes.update(dba, site, GLAN, typed).changes == ()
    assert len(audited(site, "school-update")) == 1


@pytest.mark.requirement("R-SCH-2")
def test_who_may_not_change_schools_does_not(site):
    require_only(
        site,
        "schools.update",
        lambda actor: school_changes.update(actor, site, GLAN, {"town": "x"}),
        lambda actor: school_changes.preview(actor, site, GLAN, {"town": "x"}),
        lambda actor: school_changes.set_active(actor, site, GLAN, False),
    )
    require_only(site, "schools.view", lambda actor: schools.show(actor, site, GLAN))
    assert columns(site, GLAN)["town"] == ""


@pytest.mark.requirement("R-SCH-2")
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"name": ""}, "school-name"),
        ({"name": " - "}, "school-name"),
        ({"name": "x" * 151}, "text-long"),
        ({"email": "office"}, "email-form"),
        ({"email": "head@hotmail.co.uk"}, "email-personal"),
        ({"phone": "ring the bell"}, "phone-form"),
        ({"language": "Klingon"}, "language-unknown"),
        ({"username": "680user"}, "username-taken"),
        ({"username": "S6804031"}, "username-taken"),
        ({"username": "s 1"}, "username-form"),
    ],
)
def test_what_is_wrong_is_said_with_its_field_and_nothing_is_saved(site, on, typed, code):
    dba, before = on("dba", "680"), columns(site, GLAN)
    with pytest.raises(Refused) as caught:
        school_changes.update(dba, site, GLAN, {"town": "Casnewydd"} | typed)
    (field,) = typed
    assert (caught.value.code, caught.value.params["field"]) == (code, field)
    assert "{" not in say(caught.value)
    assert columns(site, GLAN) == before


@pytest.mark.requirement("R-SCH-2")
def test_an_unknown_field_is_wrong_use(site, on):
    with pytest.raises(WrongUse, match="field-unknown"):
        school_changes.update(on("dba", "680"), site, GLAN, {"closed": "2026-01-01"})


@pytest.mark.requirement("R-SCH-2")
def test_the_second_of_two_is_told_what_the_first_changed_and_overwrites_nothing(site, on):
    first, second = on("dba", "680"), on("wg", "WG")
    seen = schools.show(second, site, GLAN)
    school_changes.update(first, site, GLAN, {"phone": "01633 1", "town": "Casnewydd"}, seen)
    for act in (
        lambda: school_changes.preview(second, site, GLAN, {"town": "Newport"}, seen),
        lambda: school_changes.update(second, site, GLAN, {"town": "Newport"}, seen),
        lambda: school_changes.set_active(second, site, GLAN, False, seen),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert say(caught.value) == (
            "680dba changed 6804012 meanwhile (10:30): town, telephone number. "
            "Nothing was overwritten; look, and do it again."
        )
    assert columns(site, GLAN)["town"] == "Casnewydd"
    school_changes.update(second, site, GLAN, {"town": "Newport"}, schools.show(second, site, GLAN))


@pytest.mark.requirement("R-SCH-2")
def test_the_username_of_its_account_may_change_and_whoever_has_it_logs_on_anew(site, on):
    school = on("school", GLAN)
    saved = school_changes.update(on("dba", "680"), site, GLAN, {"username": "glanyrafon"})
    assert saved.school.username == "glanyrafon"
    with pytest.raises(NotLoggedOn):
        listing.files(school, site, "ctf", "mine")
    assert accounts.log_on(site, "glanyrafon", making.PASSWORD).organisation == GLAN
    with pytest.raises(NotLoggedOn):
        accounts.log_on(site, f"s{GLAN}", making.PASSWORD)


@pytest.mark.requirement("R-USR-1")
def test_a_name_that_a_schools_account_had_is_nobody_elses_and_may_be_its_own_again(site, on):
    """Or the audit log would show what two people did under one name."""
    dba = on("dba", "680")
    school_changes.update(dba, site, GLAN, {"username": "glanyrafon"})
    for name in (f"s{GLAN}", f"S{GLAN}"):
        with pytest.raises(Refused, match="username-used"):
            school_changes.update(dba, site, WOOLOS, {"username": name})
        with pytest.raises(Refused, match="username-used"):
            user_changes.add(
                dba, site, NewUser(username=name, role="user", organisation="680", email="x@newport.gov.uk")
            )
    assert users.accounts(dba, site, users.SCHOOLS).count() == 3
    with pytest.raises(NotLoggedOn, match="logon-wrong"):
        accounts.begin(site, f"s{GLAN}", making.PASSWORD)
    assert school_changes.update(dba, site, GLAN, {"username": f"s{GLAN}"}).school.username == f"s{GLAN}"
    assert accounts.begin(site, f"s{GLAN}", making.PASSWORD).owed == ()
    with pytest.raises(Refused, match="username-used"):
        school_changes.update(dba, site, WOOLOS, {"username": "glanyrafon"})
    assert school_changes.update(dba, site, GLAN, {"username": "glanyrafon"}).changes


# Active and inactive


@pytest.mark.requirement("R-SCH-2")
def test_an_inactive_school_is_logged_off_gets_nothing_and_comes_back_as_it_was(site, on):
    school, dba = on("school", WOOLOS), on("dba", "680")
    saved = school_changes.set_active(dba, site, WOOLOS, False)
    assert [(one.before, one.after) for one in saved.changes] == [("open", "inactive")]
    with pytest.raises(NotLoggedOn) as caught:
        listing.files(school, site, "ctf", "mine")
    assert "{" not in say(caught.value)
    with pytest.raises(NotLoggedOn):
        on("school", WOOLOS)
    sender = on("school", GLAN)
    (problem,) = uploads.upload(sender, site, making.offered(GLAN, WOOLOS)).problems
    assert problem.code == "destination-inactive"
    assert school_changes.set_active(dba, site, WOOLOS, False).changes == ()
    with pytest.raises(Refused, match="school-off") as told:
        user_changes.set_active(dba, site, f"s{WOOLOS}", True)
    assert f"s2s-tui schools update {WOOLOS} --active on" in say(told.value)
    assert school_changes.set_active(dba, site, WOOLOS, True).school.state == "open"
    assert on("school", WOOLOS).organisation == WOOLOS
    assert uploads.upload(sender, site, making.offered(GLAN, WOOLOS)).status == "sent"


@pytest.mark.requirement("R-SCH-2", "R-SCH-3")
def test_an_account_that_was_shut_by_itself_stays_shut_when_its_school_is_active_or_open_again(site, on):
    dba, wg = on("dba", "680"), on("wg", "WG")
    user_changes.set_active(dba, site, f"s{WOOLOS}", False)
    school_changes.set_active(dba, site, WOOLOS, False)
    assert school_changes.set_active(dba, site, WOOLOS, True).shut == f"s{WOOLOS}"
    with pytest.raises(NotLoggedOn):
        on("school", WOOLOS)
    school_changes.set_active(dba, site, WOOLOS, False)
    establishments.close(wg, site, WOOLOS, making.NOW.date())
    establishments.open_school(wg, site, WOOLOS, {})
    with pytest.raises(NotLoggedOn):
        on("school", WOOLOS)
    user_changes.set_active(dba, site, f"s{WOOLOS}", True)
    assert on("school", WOOLOS).organisation == WOOLOS
    # Opened by hand it goes and comes with its school again.
    school_changes.set_active(dba, site, WOOLOS, False)
    establishments.close(wg, site, WOOLOS, making.NOW.date())
    with pytest.raises(NotLoggedOn):
        on("school", WOOLOS)
    establishments.open_school(wg, site, WOOLOS, {})
    assert on("school", WOOLOS).organisation == WOOLOS
    assert school_changes.set_active(dba, site, GLAN, False).shut == ""
    assert school_changes.set_active(dba, site, GLAN, True).shut == ""


def test_what_was_shut_at_an_inactive_school_before_accounts_knew_why_comes_back_with_it(site, on):
    dba = on("dba", "680")
    school_changes.set_active(dba, site, WOOLOS, False)
    user_changes.set_active(dba, site, f"s{GLAN}", False)
    with site.store.connection():
        site.store.database.execute_sql('ALTER TABLE "user" DROP COLUMN "shut_with"')
        site.store.database.execute_sql("DELETE FROM schema_migration WHERE name = '0010_shut_with'")
    assert schema.migrate(site.store) == ("0010_shut_with",)
    school_changes.set_active(dba, site, WOOLOS, True)
    assert on("school", WOOLOS).organisation == WOOLOS
    with site.store.connection():
        assert not User.get(User.username == f"s{GLAN}").shut_with


# Telling the school


@pytest.mark.requirement("R-SCH-2")
def test_the_school_is_told_which_details_changed_in_its_language_at_both_addresses(site, on):
    dba = on("dba", "680")
    saved = school_changes.update(dba, site, GLAN, {"email": "new@glan.example", "phone": "01633 2"})
    assert mails(site) == []
    told = school_changes.tell(dba, site, saved)
    assert told == ("new@glan.example", f"office@s{GLAN}.example")
    assert mails(site) == [("school-changed", address) for address in sorted(told)]
    body = letters(site, "school-changed")[0]
    assert "Newport has changed what s2s holds of 6804012 Ysgol Uwchradd Glan-yr-Afon" in body
    assert "telephone number, e-mail address" in body
    assert "01633" not in body


@pytest.mark.requirement("R-SCH-2")
@pytest.mark.parametrize(("active", "about"), [(False, "school-off"), (True, "school-on")])
def test_of_its_state_a_school_is_told_in_another_letter(site, on, active, about):
    dba = on("dba", "680")
    saved = school_changes.set_active(dba, site, GLAN, False)
    if active:
        saved = school_changes.set_active(dba, site, GLAN, True)
    school_changes.tell(dba, site, saved)
    assert [told for told, _ in mails(site)] == [about]


@pytest.mark.requirement("R-SCH-2")
def test_a_school_without_an_address_cannot_be_told_and_that_is_said(site, on):
    dba = on("dba", "680")
    school_changes.update(dba, site, GLAN, {"email": ""})
    forget_mails(site)
    saved = school_changes.update(dba, site, GLAN, {"town": "Newport"})
    with pytest.raises(Refused, match="school-no-address"):
        school_changes.tell(dba, site, saved)


# Hostile words


CORPUS = [
    *HOSTILE,
    "x" * 10_000,
    "\0",
    "'; DROP TABLE establishment; --",
    "🏫 Ysgol",
    "=1+1",
    "\u2028",
    "\u202e",
]


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("field", ["name", "name_cy", "town", "phone", "email", "language", "username"])
def test_every_field_keeps_what_is_typed_into_it_or_refuses_it_in_words(lite, field):
    dba = making.logged_on(lite, "dba", "680")
    kept = []
    for text in CORPUS:
        before = columns(lite, GLAN)
        refusal = refused(lambda: school_changes.update(dba, lite, GLAN, {field: text}))  # noqa: B023
        if refusal is None:
            kept.append(text)
            assert getattr(schools.show(dba, lite, GLAN), field) == " ".join(text.split())
        else:
            assert refusal.params["field"] == field
            assert say(refusal) != refusal.code
            assert harmless(say(refusal))
            assert columns(lite, GLAN) == before
    if field in ("name", "name_cy", "town"):
        assert {"[nothing", "🏫 Ysgol", "=1+1", "☃ 漢字 é.xml"} <= set(kept)
    assert not [text for text in kept if not harmless(text.strip().replace("\t", " "))]


def refused(act) -> Refused | None:
    """What an act is refused for; None: it is done."""
    try:
        act()
    except Refused as error:
        return error
    return None


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(["name", "town", "phone", "email"]), st.text(max_size=40)))
def test_whatever_is_typed_what_is_saved_is_what_was_told_before(lite, typed):
    dba = making.logged_on(lite, "dba", "680")
    told = []
    refusal = refused(lambda: told.extend(school_changes.preview(dba, lite, GLAN, typed)))
    if refusal is None:
        assert school_changes.update(dba, lite, GLAN, typed).changes == tuple(told)
    else:
        with pytest.raises(Refused, match=refusal.code):
            school_changes.update(dba, lite, GLAN, typed)


def test_a_change_that_the_engine_undoes_is_made_once(site, on):
    dba = on("dba", "680")
    with every_write_fails_once() as undone:
        school_changes.tell(dba, site, school_changes.update(dba, site, GLAN, {"town": "Newport"}))
    assert undone
    assert len(mails(site)) == 1
    assert len(audited(site, "school-update")) == 1


def test_a_school_whose_account_was_deleted_says_so(site, on):
    dba = on("dba", "680")
    user_changes.delete(dba, site, f"s{GLAN}")
    assert schools.show(dba, site, GLAN).username == ""
    with pytest.raises(Refused, match="school-without-account"):
        school_changes.update(dba, site, GLAN, {"username": "glan"})
    user_changes.add(dba, site, NewUser(username="glan2", role="school", organisation=GLAN))
    assert schools.show(dba, site, GLAN).username == "glan2"
    with site.store.connection():
        assert Session.select().where(Session.end_reason == "deleted").count() == 0
        assert User.select().where(User.organisation == GLAN).count() == 2
