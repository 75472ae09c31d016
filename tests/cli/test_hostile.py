"""Text from outside is shown literally (R-SYS-2), whatever it is, and breaks nothing."""

import making
import pytest
from hostile import HOSTILE, harmless
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import Child, upn


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("there", [True, False])
def test_a_files_name_is_shown_harmlessly(shell, name, there):
    if there:
        (shell.folder / name).write_bytes(making.ctf())
    for command, user in ((["check"], None), (["upload"], "s6804012")):
        ran = shell(*command, "--", name, user=user)
        assert ran.code == 1
        assert harmless(ran.out + ran.err), ran
        assert "Traceback" not in ran.err
        found = shell(*command, "--json", "--", name, user=user)
        assert found.out.isascii()
        assert harmless(found.data[0]["problems"][0]["message"])
        assert found.data[0]["file"].encode()


@pytest.mark.parametrize("name", HOSTILE)
def test_as_a_process_too(shell, name):
    (shell.folder / name).write_bytes(b"x")
    ran = shell.process("check", "--", name)
    assert ran.code == 1
    assert harmless(ran.out + ran.err), ran


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("text", HOSTILE[:-2])
@pytest.mark.parametrize(
    "arguments",
    [
        ["files", "--pupil"],
        ["files", "--school"],
        ["pupil"],
        ["find"],
        ["download"],
        ["confirm"],
        ["reject", "--reason", "x"],
        ["recall", "--reason", "x"],
        ["delete", "--reason", "x"],
        ["chase"],
        ["forward", "1", "--school"],
        ["forward", "--school", "6804031"],
        ["phase", "send"],
        ["phase", "gather", "--to"],
        ["phase", "split", "--to", ".", "--allocation", "x"],
        ["phase", "split", ".", "--to", ".", "--allocation"],
        ["phase", "split", ".", "--allocation", "x", "--to"],
        ["reject", "1", "--reason"],
        ["download", "1", "--to"],
        ["pupil", upn(1), "--export"],
        ["mail", "show"],
        ["files", "--tab"],
        ["--user"],
        ["nothing"],
        ["--database"],
        ["demo", "--no-app", "--dir", "/proc", "--scale"],
    ],
)
def test_any_argument_is_shown_harmlessly_and_breaks_nothing(shell, arguments, text):
    if arguments == ["--user"]:
        arguments, text = ["files", "--user"], text
    authoritys = {"delete", "chase", "forward", "phase"}
    ran = shell(*arguments, text, user="680user" if arguments[0] in authoritys else "s6814053")
    assert ran.code in (0, 1, 2, 3, 4), ran
    assert harmless(ran.out + ran.err), ran
    assert "Something went wrong" not in ran.err, ran
    assert "Traceback" not in ran.err


def test_pupils_and_reasons_from_files_are_shown_harmlessly(shell):
    child = Child(upn(60), surname="[/]O'Brien \u202eevil \u009b31m", forename="{x} %s")
    shell.write(making.offered("6804012", "6814053", 60, [child]))
    assert shell("upload", ".", user="s6804012").code in (0, 1)
    for arguments in (["files", "--with-pupils", "--tab", "sent"], ["pupil", upn(60)], ["pupil", "6804012"]):
        ran = shell(*arguments, user="s6804012")
        assert harmless(ran.out + ran.err)
    number = shell("files", "--json", user="s6814053").data[0]["id"]
    shell("reject", number, "--reason", "bad \x1b[31m [/] {x}", user="s6814053")
    assert harmless(shell("pupil", upn(1), user="s6804012").out)


@pytest.mark.parametrize("origin", ["\x1b[31m 1 2 3", "\udcff 1", "x" * 500, ""])
def test_a_strange_origin_breaks_nothing(shell, origin):
    assert shell("find", "mon", user="wg", env={"SSH_CONNECTION": origin}).code == 0


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(st.characters(exclude_characters="\0"), max_size=30))
def test_whatever_is_typed_nothing_breaks(shell, text):
    for arguments in (["find", "--", text], ["pupil", "--", text], ["files", "--pupil", text]):
        ran = shell(*arguments, user="s6814053")
        assert ran.code in (0, 1), ran
        assert "Something went wrong" not in ran.err
        assert harmless(ran.out + ran.err)


PLACES = {
    "680dba": (
        *("users list --text {}", "users show {}", "users add {} --role user --email a@newport.gov.uk"),
        *("users add ab1 --role {} --email a@newport.gov.uk", "users add ab2 --role user --email {}"),
        *(
            "users add ab3 --role user --email a@newport.gov.uk --contact {}",
            "users update 680plasc --phone {}",
        ),
        *("users role 680plasc {}", "users delete {}", "users password {}", "users unlock {}"),
        *("users audit answer {} --confirm", "users audit certificate --to {}", "schools list --text {}"),
        *("schools show {}", "schools update {} --name x", "schools update 6804031 --town {}"),
        *("schools update 6804031 --username {}", "schools update 6804031 --language {}", "la show {}"),
        *("la update 680 --name-cy {}", "la update 680 --email {}", "la update 680 --copies {}"),
        *("audit list --user {}", "audit list --action {}", "audit list --organisation {}", "audit pupil {}"),
        *("audit list --from {}", "report {}", "report usage --from {}", "report usage --school {}"),
        *("report usage --la {}", "report usage --save {}", "report run {}", "report forget {}"),
        *("report usage --csv {}", "report usage --chart {}", "report lost-details --leavers {}"),
        *("report holidays add 1.1.2027 --title {}", "report holidays add {}", "report holidays remove {}"),
    ),
    "680user": (
        *("messages list --find {}", "messages show {}", "messages send --to {} --subject x --text x"),
        *(
            "messages send --to 6804012 --subject {} --text {}",
            "messages send --group {} --subject x --text x",
        ),
        *("messages send --to 6804012 --template {} --subject x --text x", "messages reply {} --text x"),
        *("messages recall {}", "messages print {} --to .", "messages print 1 --to {}", "messages delete {}"),
        *("templates show {}", "templates add {} --subject {} --text {}", "templates copy {}"),
        *(
            "templates update {} --text x",
            "templates delete {}",
            "groups show {}",
            "groups add {} --to 6804012",
        ),
        *("groups add x --to {}", "groups update {} --title x", "groups copy {}", "groups delete {}"),
    ),
    "wg": (
        *(
            "schools import {}",
            "schools open {} --name x",
            "schools open 6804999 --name {}",
            "schools close {}",
        ),
        *("schools merge {} --into 6804012", "schools merge 6804031 --into {}", "la add {} --name x"),
        *("la add 199 --name {}", "users audit open {} --until 2027-01-31", "users audit open x --until {}"),
        *("lost match {}", "users add ab4 --role dba --la {} --email a@newport.gov.uk"),
    ),
    "680lostpupiltransfer": (
        *(
            "lost search --surname {}",
            "lost search --upn {}",
            "lost search --dob {}",
            "lost search --gender {}",
        ),
        *("lost search --town {} --keep", "lost search --batch {}", "lost search --sort {}", "lost show {}"),
        *(
            "lost download {} --to . --on-roll",
            "lost forward {} --school 6804012 --on-roll",
            "lost confirm {}",
        ),
        *(
            "lost put-back {}",
            "lost remove {} --reason x",
            "lost standing remove {}",
            "lost finds set {} new",
        ),
        *("lost finds set 1 {}",),
    ),
    "": ("backup {}", "mail list --state {}", "second-factor --forget {}", "database copy {}", "check {}"),
}
"""Who types what, with a place for what nobody means well with."""


@pytest.mark.slow
@pytest.mark.requirement("R-SYS-2", "R-SYS-4")
@pytest.mark.parametrize("user", PLACES)
@pytest.mark.parametrize("text", [*HOSTILE[:3], HOSTILE[4], HOSTILE[6], HOSTILE[8], "=1+1", "x" * 5000])
def test_no_argument_of_any_command_acts_on_the_terminal_or_breaks_anything(shell, user, text):
    for place in PLACES[user]:
        arguments = [text if part == "{}" else part for part in place.split()]
        ran = shell(*arguments, **({"user": user} if user else {}))
        assert ran.code in (0, 1, 2, 3, 4), (place, ran)
        assert harmless(ran.out + ran.err), (place, ran)
        assert "Something went wrong" not in ran.err, (place, ran)
        assert "Traceback" not in ran.err, (place, ran)
