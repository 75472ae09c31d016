"""`lost match`, `lost runs`, `lost finds`: the annual matching without screens (R-LPD-8)."""

import contextlib
import os
import pty
import signal
import subprocess

import pytest
import rolls

from s2s_tui.store.models import Find, MatchRun

CLERK, UPLOADER, THIRD = "680lostpupil", "681lostpupil", "660lostpupil"


@pytest.fixture
def roll(shell):
    """The usual roll, and the lost pupils whom it finds."""
    site = shell.site()
    rolls.lose(site)
    site.store.close()
    return rolls.usual(shell.folder)


@pytest.mark.requirement("R-LPD-8")
def test_from_the_roll_to_a_closed_case(shell, roll, mails):
    ran = shell("lost", "match", roll, user="wg")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "Run 1: 4 certain, 0 to check; of 7 lost pupils and 9 on roll."
    assert "to review" in shell("lost", "runs", user="wg").out
    assert shell("lost", "finds", user=CLERK).out == "No finds.\n"
    table = shell("lost", "runs", "show", "1", "--class", "certain", user="wg").out
    assert "Welsh and English forms of a surname: Beb / Bebb" in table
    assert "99%" in table
    beb = next(
        one for one in shell("lost", "runs", "show", "1", "--json", user="wg").data if one["la"] == "660"
    )
    assert shell("lost", "runs", "drop", beb["id"], user="wg").out == "1 find taken out.\n"
    assert shell("lost", "runs", "publish", "1", user="wg").out == "Published. Told: 680, 681\n"
    assert mails().count("finds-published") == 4
    found = shell("lost", "finds", "--json", user=CLERK).data
    assert sorted(one["record"]["surname"] for one in found) == ["Cynddylan", "Prydderch", "Treharne"]
    ran = shell("lost", "finds", "set", found[0]["id"], "school-has", user=CLERK)
    assert (ran.code, ran.out) == (0, f"Find {found[0]['id']}: school has it.\n")
    assert "school has it" in shell("lost", "finds", "--list", "elsewhere", user=UPLOADER).out
    assert shell("lost", "finds", user=THIRD).out == "No finds.\n"
    assert "published" in shell("lost", "runs", user="wg").out


@pytest.mark.requirement("R-LPD-8")
def test_wrong_rows_are_named_by_line_and_nothing_is_done(shell, roll):
    with roll.open("a") as file:
        file.write(rolls.row(4, dob="tomorrow") + "\n" + rolls.row(5, "1234567") + "\n")
    ran = shell("lost", "match", roll, "--json", user="wg")
    assert (ran.code, ran.out) == (1, "")
    first, second, last = ran.err.splitlines()
    assert first.startswith("Line 11: “tomorrow” is no date.")
    assert second == "Line 12: There is no school 1234567."
    assert last == "2 rows of the roll can't be used, the first in line 11. Nothing was done."
    assert shell("lost", "runs", "--json", user="wg").data == []


@pytest.mark.requirement("R-LPD-8")
@pytest.mark.parametrize(
    ("user", "arguments", "code", "said"),
    [
        (CLERK, ["match", "roll.csv"], 3, "may not do this"),
        (CLERK, ["runs"], 3, "may not do this"),
        ("680user", ["finds"], 3, "may not do this"),
        ("s6804012", ["finds"], 3, "may not do this"),
        ("wg", ["runs", "publish", "9"], 1, "There is no matching 9."),
        ("wg", ["runs", "show", "x"], 1, "There is no matching x."),
        ("wg", ["runs", "discard", "9"], 1, "There is no matching 9."),
        ("wg", ["runs", "drop", "9"], 1, "There is no find 9."),
        ("wg", ["match", "none.csv"], 1, "can't be read"),
        (CLERK, ["finds", "set", "9", "new"], 1, "There is no find 9."),
        (CLERK, ["finds", "set", "9", "gone"], 2, "is not one of"),
        (CLERK, ["finds", "--list", "all"], 2, "There is no list “all” here."),
    ],
)
def test_what_is_refused_says_so_in_a_line(shell, roll, user, arguments, code, said):
    ran = shell("lost", *arguments, user=user)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert said in ran.err


@pytest.mark.requirement("R-LPD-8")
def test_a_matching_that_is_interrupted_goes_on(shell, roll):
    strangers = [rolls.stranger(number) for number in range(5_000)]
    rolls.written(shell.folder, [rolls.row(0), *strangers])
    main, far = pty.openpty()
    running = subprocess.Popen(
        shell.line("lost", "match", roll),
        cwd=shell.folder,
        env=shell.env("wg", "three quiet words", None),
        stdout=subprocess.PIPE,
        stderr=far,
    )
    os.close(far)
    seen, asked = b"", False
    with contextlib.suppress(OSError):  # the far end is closed when it is over
        while True:
            seen += os.read(main, 4096)
            if b"Comparing names" in seen and not asked:
                asked = True
                running.send_signal(signal.SIGINT)
    os.close(main)
    running.wait(60)
    assert running.returncode == 1
    running.stdout.close()
    assert b"Stopped. Match the same roll again to go on" in seen
    ran = shell("lost", "match", roll, user="wg")
    assert ran.code == 0, ran.err
    with shell.site().store.connection():
        assert (MatchRun.select().count(), Find.select().count()) == (1, 1)
