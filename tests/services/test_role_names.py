"""Roles are named in the reader's language, as everything else (R-SYS-5)."""

import making
import pytest

from s2s_tui.base.errors import NotAllowed
from s2s_tui.base.translation import _, in_language
from s2s_tui.rules.roles import TITLES, Actor, Role, require
from s2s_tui.services import users
from s2s_tui.services.letters import Facts, written
from s2s_tui.services.message_page import who
from s2s_tui.services.wording import say

pytestmark = pytest.mark.requirement("R-SYS-5")


def test_every_role_has_a_welsh_name_of_its_own():
    with in_language("cy"):
        names = {role: _(title) for role, title in TITLES.items() if role is not Role.SYSTEM}
    assert len(set(names.values())) == len(names)
    assert not {role for role, name in names.items() if name == TITLES[role] or "LEA" in name}


def test_refusals_letters_and_senders_name_the_role_in_the_readers_language():
    with pytest.raises(NotAllowed) as caught:
        require(Actor("680user", Role.USER, "680"), "users.manage")
    facts = Facts("", "", "Newport", "", "", role=TITLES[Role.PLASC])
    with in_language("cy"):
        assert "Defnyddiwr ALl" in say(caught.value)
        assert who("681/user", "Caerdydd", TITLES[Role.USER]) == "681 Caerdydd: Defnyddiwr ALl"
        assert "LEA PLASC" in written("user-role", facts, "en")[1], (
            "by the recipient's language, not the writer's"
        )
    assert "PLASC ALl" in written("user-role", facts, "cy")[1]


def test_accounts_are_found_by_the_roles_name_in_either_language(lite):
    dba = making.logged_on(lite, "dba", "680")
    for text in ("derbyniadau", "admissions"):
        assert [one.username for one in users.accounts(dba, lite, text=text).page()] == ["680admissions"]
