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
