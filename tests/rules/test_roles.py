"""The permission table, held against the requirements' own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.base.errors import NotAllowed, NotFound
from s2s_tui.rules.mailboxes import Mailbox, authority_of, is_authority, is_school, mailbox_kind
from s2s_tui.rules.roles import (
    PERMISSIONS,
    ROLES,
    SYSTEM,
    Actor,
    Role,
    Scope,
    mailboxes,
    may,
    owns,
    require,
    scope,
)

# The requirements' table, written a second time the other way round: role → what it may do, with whose.
EXPECTED = {
    Role.DBA: "users.view users.manage schools.view schools.update authority.view authority.update "
    "ctf.upload ctf.download ctf.reject ctf.monitor ctf.delete phase pupil.timeline messages "
    "reports reports.authority "
    "reports.messages audit.view useraudit.view useraudit.answer",
    Role.USER: "ctf.upload ctf.download ctf.reject ctf.monitor ctf.delete generic.upload "
    "generic.download phase pupil.timeline messages reports reports.authority",
    Role.LA_SCHOOL: "ctf.upload ctf.download ctf.reject ctf.monitor ctf.delete ctf.lost "
    "generic.upload generic.download phase pupil.timeline messages reports reports.authority",
    Role.LOST_PUPIL: "generic.upload generic.download lost.search lost.download lost.remove matching.finds "
    "messages reports reports.authority",
    Role.LOST_PUPIL_TRANSFER: "ctf.upload ctf.download ctf.reject ctf.monitor ctf.delete "
    "generic.upload generic.download phase lost.search lost.download lost.forward lost.remove matching.finds "
    "pupil.timeline messages reports reports.authority",
    Role.DBA_VIEW: "users.view schools.view authority.view reports "
    "reports.authority reports.messages audit.view",
    Role.PLASC: "generic.upload generic.download plasc.upload plasc.download messages "
    "reports reports.authority",
    Role.ADMISSIONS: "generic.upload generic.download admissions.upload admissions.download messages "
    "reports reports.authority",
    Role.SCHOOL: "ctf.upload ctf.download ctf.reject ctf.lost generic.upload generic.download "
    "plasc.upload plasc.download admissions.upload admissions.download pupil.timeline messages reports",
    Role.WG: "users.view users.manage schools.view schools.update schools.open authority.view "
    "authority.update matching.run matching.finds messages reports "
    "reports.authority reports.messages reports.national audit.view useraudit.view useraudit.run",
}
EVERYBODY = {"find", "account"}


@pytest.mark.requirement("R-LOG-4")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_just_the_permissions_of_the_requirements(role):
    has = {permission for permission in PERMISSIONS if scope(role, permission)}
    assert has == set(EXPECTED[role].split()) | EVERYBODY


def test_what_reaches_beyond_the_own_authority_is_only_this():
    beyond = {
        (role, permission)
        for permission, cells in PERMISSIONS.items()
        for role, reach in cells.items()
        if reach is not Scope.OWN and role is not Role.WG and permission not in EVERYBODY
    }
    lost = (Role.LOST_PUPIL, Role.LOST_PUPIL_TRANSFER)
    assert beyond == {(role, permission) for role in lost for permission in ("lost.search", "lost.download")}


@pytest.mark.requirement("R-LPD-1")
def test_a_school_never_reaches_the_lost_pupil_database():
    school = Actor("a", Role.SCHOOL, "6804012")
    assert not any(may(school, permission) for permission in PERMISSIONS if permission.startswith("lost."))


@pytest.mark.parametrize(
    ("organisation", "owner", "own"),
    [
        ("680", "680", True),
        ("680", "6804012", True),
        ("680", "680LLLL", True),
        ("680", "681", False),
        ("680", "6814053", False),
        ("680", "WG", False),
        ("6804012", "6804012", True),
        ("6804012", "6804013", False),
        ("6804012", "680", False),
        ("WG", "WG", True),
        ("WG", "680", False),
        ("680", "", False),
        ("680", "XXXXXXX", False),
    ],
)
def test_own_is_the_organisation_and_an_authoritys_schools(organisation, owner, own):
    assert owns(organisation, owner) is own


@given(
    st.sampled_from(ROLES),
    st.sampled_from(sorted(PERMISSIONS)),
    st.from_regex("[0-9]{3}([0-9]{4})?", fullmatch=True),
)
def test_require_raises_not_allowed_before_it_tells_anything_of_the_thing(role, permission, owner):
    actor = Actor("a", role, {Role.SCHOOL: "6804012", Role.WG: "WG"}.get(role, "680"))
    reach = scope(role, permission)
    if reach is None:
        with pytest.raises(NotAllowed):
            require(actor, permission, of=owner)
    elif reach is Scope.OWN and not owns(actor.organisation, owner):
        with pytest.raises(NotFound):
            require(actor, permission, of=owner)
    else:
        require(actor, permission, of=owner)


@pytest.mark.requirement("R-UPL-3")
@pytest.mark.parametrize(
    ("role", "organisation", "kind", "expected"),
    [
        (Role.DBA, "680", "ctf", ("680LLLL",)),
        (Role.DBA, "680", "generic", ()),
        (Role.LOST_PUPIL, "680", "ctf", ()),
        (Role.LOST_PUPIL, "680", "generic", ("680LLLL",)),
        (Role.PLASC, "680", "plasc", ("680PLAS",)),
        (Role.PLASC, "680", "generic", ("680LLLL",)),
        (Role.ADMISSIONS, "680", "admissions", ("680ADMS", "680LLLL")),
        (Role.SCHOOL, "6804012", "admissions", ("6804012",)),
        (Role.DBA_VIEW, "680", "ctf", ()),
        (Role.WG, "WG", "ctf", ()),
    ],
)
def test_each_role_exchanges_files_from_its_own_mailboxes(role, organisation, kind, expected):
    assert mailboxes(role, organisation, kind) == expected


def test_a_role_has_the_key_that_databases_and_commands_hold():
    keys = "dba user la-school lost-pupil lost-pupil-transfer dba-view plasc admissions school wg system"
    assert [str(role) for role in Role] == keys.split()


@pytest.mark.parametrize(
    ("organisation", "authority"), [("680", "680"), ("6804012", "680"), ("WG", ""), ("680x", "680"), ("", "")]
)
def test_an_actors_authority_is_that_of_the_organisation(organisation, authority):
    assert Actor("a", Role.USER, organisation).authority == authority


def test_the_program_itself_has_a_name_no_account_can_have_and_belongs_to_no_authority():
    assert (SYSTEM.user, SYSTEM.role, SYSTEM.organisation, SYSTEM.authority) == ("system", "system", "WG", "")
    assert Role.SYSTEM not in ROLES
    assert not any(may(SYSTEM, permission) for permission in PERMISSIONS)


@pytest.mark.requirement("R-NAM")
@pytest.mark.parametrize(
    ("mailbox", "kind", "authority"),
    [
        ("6804012", Mailbox.SCHOOL, "680"),
        ("680LLLL", Mailbox.GENERAL, "680"),
        ("873plas", Mailbox.PLASC, "873"),
        ("680Adms", Mailbox.ADMISSIONS, "680"),
        ("XXXXXXX", Mailbox.LPD, ""),
        ("mmmmmmm", Mailbox.LPD, ""),
        ("XXXXMMM", None, ""),
        ("680XXXX", None, ""),
        ("68040123", None, ""),
        ("680LLL", None, ""),
        ("680PLA\u017f", None, ""),
        ("٦٨٠٤٠١٢", None, ""),
        ("", None, ""),
    ],
)
def test_a_mailbox_says_what_it_is_and_whose(mailbox, kind, authority):
    assert mailbox_kind(mailbox) is kind
    assert is_school(mailbox) is (kind is Mailbox.SCHOOL)
    assert is_authority(mailbox) is (kind in (Mailbox.GENERAL, Mailbox.PLASC, Mailbox.ADMISSIONS))
    assert authority_of(mailbox) == authority
