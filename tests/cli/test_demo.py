"""`demo` (R-SYS-5): accounts ready to use, without one."""

import pytest

from s2s_tui.base.settings import Settings
from s2s_tui.demo import practice, world
from s2s_tui.rules.roles import Role
from s2s_tui.services import accounts
from s2s_tui.services.site import open_site


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "small"


def test_the_demo_prints_accounts_that_work_at_once(shell, folder):
    ran = shell.process("demo", "--no-app", "--json", "--dir", folder)
    assert ran.code == 0, ran
    assert list(ran.data) == ["database", "accounts"]
    accounts = ran.data["accounts"]
    assert all(list(one) == ["username", "password", "role", "organisation", "name"] for one in accounts)
    full = {
        code
        for code in {one["organisation"] for one in accounts}
        if len(code) == 3
        and {one["role"] for one in accounts if one["organisation"] == code}
        >= set(Role) - {Role.SCHOOL, Role.WG, Role.SYSTEM}
    }
    assert len(full) >= 3
    for role in {one["role"] for one in accounts}:
        one = next(one for one in accounts if one["role"] == role)
        found = shell(
            "find",
            "680",
            "--json",
            "--database",
            ran.data["database"],
            user=one["username"],
            password=one["password"],
        )
        assert found.code == 0, (one, found)


def test_it_is_used_again_and_opens_the_app_on_itself(shell, folder):
    ran = shell("demo", "--dir", folder)
    assert ran.code == 0
    assert "Username" in ran.out
    (((settings,), options),) = shell.opened
    assert settings.database == f"sqlite:///{folder}/s2s.sqlite"
    assert options == {"username": ""}


def test_json_opens_no_app(shell, folder):
    assert shell("demo", "--dir", folder, "--json").data["accounts"]
    assert shell.opened == []


@pytest.mark.requirement("R-SYS-5")
def test_who_gives_a_lesson_sees_each_task_and_how_far_its_account_is(shell, folder):
    ran = shell("demo", "--dir", folder, "--tasks", "--json")
    assert ran.code == 0
    assert shell.opened == []
    keys = ["id", "account", "state", "title", "story", "goal", "hints", "begun"]
    assert all(list(one) == keys for one in ran.data)
    (sought,) = [one for one in ran.data if one["id"] == "forward"]
    assert (sought["account"], sought["state"], sought["begun"]) == ("680transfer", "new", None)
    settings = world.make(Settings(), "small", folder=folder).settings
    site = open_site(settings)
    actor = accounts.log_on(site, "680transfer", "croeso-i-gymru")
    practice.begin(actor, site, "forward")
    site.store.close()
    told = shell("demo", "--dir", folder, "--tasks")
    (row,) = [line for line in told.out.splitlines() if "forward the file to the school" in line]
    assert row.split()[0] == "680transfer"
    assert " begun " in row
    assert sought["goal"] in row
    (begun,) = [
        one for one in shell("demo", "--dir", folder, "--tasks", "--json").data if one["id"] == "forward"
    ]
    assert (begun["state"], begun["story"]) == ("begun", sought["story"])
    assert begun["begun"].endswith("Z")


def test_a_folder_with_something_else_in_it_is_left_alone(shell):
    (shell.folder / "mine.txt").write_text("mine")
    ran = shell("demo", "--dir", ".", "--no-app", "--reset")
    ran.refused(1, str(shell.folder))
    assert (shell.folder / "mine.txt").read_text() == "mine"


def test_a_scale_that_is_none_is_wrong_use(shell):
    shell("demo", "--scale", "europe").refused(2, "'europe' is not one of")
