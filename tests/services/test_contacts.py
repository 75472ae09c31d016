"""Whom to ask when one can't log on, and whose an account can be (R-LOG-3, R-USR-1)."""

import making
import pytest

from s2s_tui.base import translation
from s2s_tui.services import contacts, user_choices
from s2s_tui.store.models import Authority, Establishment, User


def change(site, model, where, **values) -> None:
    site.store.write(lambda: model.update(**values).where(where).execute())


@pytest.mark.requirement("R-LOG-3")
def test_an_authority_on_s2s_names_its_dba_or_its_own_address_and_others_are_left_out(site):
    change(
        site, User, User.username == "680dba", contact="Bethan Jones", email="b@680.example", phone="01633"
    )
    change(site, User, User.username == "681dba", active=False, contact="Gone")
    change(site, User, User.organisation == "660", active=False)
    found = {one.code: one for one in contacts.dba_contacts(site)}
    assert list(found) == ["681", "680"]
    assert (found["680"].person, found["680"].email, found["680"].phone) == (
        "Bethan Jones",
        "b@680.example",
        "01633",
    )
    assert (found["681"].person, found["681"].email, found["681"].phone) == ("", "data@la681.example", "")
    change(site, User, User.username == "680dba", email="")
    change(site, Authority, Authority.code == "681", closed="2026-01-01")
    (only,) = contacts.dba_contacts(site)
    assert (only.code, only.person, only.email) == ("680", "Bethan Jones", "data@la680.example")


@pytest.mark.requirement("R-USR-1")
def test_wg_is_offered_the_authorities_of_wales_those_without_a_dba_first(site, on):
    wg = on("wg", "WG")
    change(site, User, User.username == "681dba", active=False)
    offered = user_choices.authorities(wg, site)
    have = [one for one in offered if one.dba]
    assert [(one.code, one.dba) for one in have] == [("660", "660dba"), ("680", "680dba")]
    assert offered[-2:] == tuple(have)
    assert {"681"} <= {one.code for one in offered[:-2]}
    assert "873" not in {one.code for one in offered}
    assert len(offered) == 22
    assert user_choices.schools(wg, site) == ()
    translation.speak("cy")
    named = {one.code: one.name for one in user_choices.authorities(wg, site)}
    assert named["680"] == "Casnewydd"


@pytest.mark.requirement("R-USR-5")
def test_a_dba_is_offered_the_open_schools_that_have_no_account(site, on):
    dba = on("dba", "680")
    assert user_choices.authorities(dba, site) == ()
    assert user_choices.schools(dba, site) == ()
    change(site, User, User.username.in_(["s6804012", "s6804031", "s6814053"]), deleted_at=making.NOW)
    change(site, Establishment, Establishment.number == "6804012", name_cy="Glan", town="Casnewydd")
    names = [(one.number, one.name, one.town) for one in user_choices.schools(dba, site)]
    assert names == [
        ("6804031", "St Woolos High", ""),
        ("6804012", "Ysgol Uwchradd Glan-yr-Afon", "Casnewydd"),
    ]
    translation.speak("cy")
    assert [one.name for one in user_choices.schools(dba, site)] == ["St Woolos High", "Glan"]
    change(site, Establishment, Establishment.number == "6804031", closed="2026-01-01")
    assert [one.number for one in user_choices.schools(dba, site)] == ["6804012"]
