"""The first hour of a new installation, as `docs/operators.md` tells it: no step needs SQL or an editor."""

import re
from pathlib import Path

import making
import pytest

NEW = "nine blue lanterns shine"
PAGE = Path(__file__).parents[2] / "docs" / "operators.md"
REGISTER = (
    "LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (name),Town\n"
    "680,4012,Ysgol Uwchradd Glan-yr-Afon,Open,Newport\n"
    "681,4053,Ysgol Bro Glan,Open,Cardiff\n"
)


def own_password(run, name: str, temporary: str, new: str) -> str:
    """The first entry: the temporary password is replaced by one's own."""
    lines = f"{temporary}\n{new}\n{new}\n".encode()
    assert run("password", "--password-stdin", user=name, password=None, stdin=lines).code == 0
    return new


@pytest.mark.requirement("R-SCH-3", "R-USR-5")
def test_from_nothing_to_a_user_who_is_logged_on_and_a_school_that_sends_a_file(shell):
    run = lambda *words, **more: shell.process(*words, **more)  # noqa: E731
    shell.environ["S2S_DATABASE"] = f"sqlite:///{shell.folder}/new/s2s.sqlite"
    made = run("init", "--json").data
    wg = own_password(run, "wgadmin", made["password"], NEW)

    register = shell.folder / "register.csv"
    register.write_text(REGISTER, "cp1252")
    dry = run("schools", "import", register, "--dry-run", user="wgadmin", password=wg)
    assert "To open: 2" in dry.out
    assert run("schools", "import", register, user="wgadmin", password=wg).out.startswith("Opened: 2")

    add = ["users", "add", "--json"]
    new = run(*add, "680dba", "--role", "dba", "--la", "680", "--email", "mj@newport.gov.uk",
              user="wgadmin", password=wg).data  # fmt: skip
    dba = own_password(run, "680dba", new["password"], f"{NEW} dba")

    email = ["--email", "b.jones@newport.gov.uk"]
    new = run(*add, "680bjones", "--role", "user", *email, user="680dba", password=dba).data
    user = own_password(run, "680bjones", new["password"], f"{NEW} too")
    assert run("files", user="680bjones", password=user).code == 0

    # A school's account, made by the import, waits for its first reset.
    reset = run("users", "password", "s6804012", "--json", user="680dba", password=dba).data
    school = own_password(run, "s6804012", reset["password"], f"{NEW} there")
    shell.write(making.offered())
    sent = run("upload", making.offered().name, "--json", user="s6804012", password=school)
    assert [one["status"] for one in sent.data] == ["sent"]
    assert run("verify").code == 0


def test_the_page_tells_the_same_steps_in_this_order():
    page = PAGE.read_text("utf-8")
    hour = page[page.index("## The first hour") : page.index("## What lies where")]
    assert re.search("s2s-tui init", hour)
    commands = hour[hour.index("As commands, in this order") :]
    steps = (
        r"s2s-tui password",
        r"schools import .*--dry-run",
        r"schools import register.csv --user",
        r"users add 680dba --role dba --la 680",
        r"users add 680bjones --role user",
        r"users password s6804012",
    )
    places = [re.search(step, commands) for step in steps]
    assert all(places), [step for step, place in zip(steps, places, strict=True) if not place]
    assert [place.start() for place in places] == sorted(place.start() for place in places)
    assert "SELECT" not in hour
