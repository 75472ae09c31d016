"""`docs/commands.md` says what the program does: its help pages, its options, its JSON."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
import rolls
from making import PASSWORD, offered, upn

_spec = importlib.util.spec_from_file_location("helppages", Path(__file__).with_name("helppages.py"))
helppages = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(helppages)

PAGE = helppages.PAGE.read_text("utf-8")


@pytest.mark.parametrize("words", list(helppages.every()), ids=" ".join)
def test_every_command_and_option_is_documented(words):
    assert helppages.block(words) in PAGE


def test_the_page_documents_nothing_that_does_not_exist():
    documented = [tuple((found or "").split()) for found in helppages.BLOCK.findall(PAGE)]
    assert sorted(documented) == sorted(helppages.every())
    assert helppages.renewed(PAGE) == PAGE


def examples(heading):
    """The JSON examples under a heading."""
    section = re.search(rf"^##+ {heading}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]
    return [json.loads(found) for found in re.findall(r"```json\n(.*?)```", section, re.DOTALL)]


def shape(data):
    """Keys in their order, all the way down; of a list its first."""
    if isinstance(data, dict):
        return {key: shape(value) for key, value in data.items()}
    return [shape(value) for value in data[:1]] if isinstance(data, list) else None


@pytest.fixture
def number(shell):
    return shell("files", "--json", user="s6814053").data[0]["id"]


CASES = [
    ("files", 0, ["files", "--with-pupils"], "s6814053"),
    ("download", 0, ["download", "{id}"], "s6814053"),
    ("confirm", 0, ["confirm", "{id}"], "s6814053"),
    ("confirm", 0, ["reject", "{id}", "--reason", "x"], "s6814053"),
    ("files", 1, ["files", "--tab", "uncollected"], "680user"),
    ("confirm", 0, ["delete", "{id}", "--reason", "x"], "680user"),
    ("chase", 0, ["chase", "{id}"], "680user"),
    ("remind", 0, ["remind"], None),
    ("recall", 0, ["recall", "{id}", "--reason", "x"], "s6804012"),
    ("pupil", 0, ["pupil", upn(2)], "s6804012"),
    ("pupil", 1, ["pupil", "6804012"], "s6804012"),
    ("find", 0, ["find", "6804012"], "wg"),
    ("lost search", 0, ["lost", "search", "--surname", "Llwyd"], "680lostpupil"),
    ("lost search", 1, ["lost", "search", "--batch", "arrivals.csv"], "680lostpupil"),
    ("lost show", 0, ["lost", "show", "1"], "680lostpupil"),
    ("lost download", 0, ["lost", "download", "1", "--on-roll"], "680lostpupil"),
    ("lost remove", 0, ["lost", "remove", "1", "--reason", "x"], "680lostpupil"),
    ("housekeeping", 0, ["housekeeping"], None),
    (
        "messages send",
        0,
        ["messages", "send", "--to", "681/user", "--subject", "S", "--text", "T"],
        "680user",
    ),
    ("templates delete", 0, ["templates", "copy", "ctf-request.en"], "680user"),
    ("groups delete", 0, ["groups", "add", "Near", "--to", "681/user"], "680user"),
    ("schools", 0, ["schools", "show", "6804012"], "680dba"),
    ("la", 0, ["la", "show"], "680dba"),
    ("users audit", 0, ["users", "audit", "open", "2026", "--until", "2099-12-24"], "wg"),
    ("verify", 0, ["verify"], None),
    ("backup", 0, ["backup", "copy"], None),
    ("mail send", 0, ["mail", "send"], None),
    ("mail list", 0, ["mail", "list"], None),
    ("demo", 0, ["demo", "--dir", "world"], None),
    ("init", 0, ["init", "--database", "sqlite:///new.sqlite"], None),
    ("language", 0, ["language", "cy"], "s6804012"),
    ("password", 0, ["password", "--password-stdin"], "s6804012"),
]


@pytest.mark.parametrize(("heading", "place", "arguments", "user"), CASES)
def test_the_json_has_the_keys_of_the_page(shell, number, heading, place, arguments, user):
    lines = f"{PASSWORD}\nnew secret words\nnew secret words\n".encode()
    filled = [argument.format(id=number) for argument in arguments]
    (shell.folder / "arrivals.csv").write_text("ref,surname\na,Llwyd\n")
    ran = shell(*filled, "--json", user=user, stdin=lines)
    assert json.dumps(shape(ran.data)) == json.dumps(shape(examples(heading)[place]))


def test_the_json_of_checks_has_the_keys_of_the_page(shell):
    (shell.folder / "6804012_CTF_XXXXXXX_001.XML").write_bytes(
        offered("6804012", "XXXXXXX", 1, [*map(_child, (1, 2))]).content
    )
    documented = json.dumps(shape(examples("check")[0]))
    for arguments in (["check"], ["upload"], ["upload", "--dry-run"]):
        assert json.dumps(shape(shell(*arguments, ".", "--json", user="s6804012").data)) == documented


def test_the_json_of_phase_transfers_and_forwarding_has_the_keys_of_the_page(shell):
    bulk = [_child(serial) for serial in (31, 31, 32, 33)]
    name = shell.write(offered("6804012", "680LLLL", 1, bulk)).name
    assert shell("upload", name, user="s6804012").code == 0
    for folder in ("in", "out"):
        (shell.folder / folder).mkdir()
    gathered = shell("phase", "gather", "--to", "in", "--json", user="680user").data
    assert json.dumps(shape(gathered)) == json.dumps(shape(examples("phase gather")[0]))
    (shell.folder / "in/notes.txt").write_text("x")
    rows = ("upn,school", f"{upn(31)},6804031", f"{upn(32)},6809999", f"{upn(99)},6804031")
    (shell.folder / "list.csv").write_text("\n".join(rows))
    done = shell("phase", "split", "in", "--allocation", "list.csv", "--to", "out", "--json", user="680user")
    assert json.dumps(shape(done.data)) == json.dumps(shape(examples("phase split")[0]))
    sent = shell("phase", "send", "out", "--json", user="680user").data
    keys = list(examples("check")[0][0])
    assert [list(one) for one in sent] == [keys]
    forwarded = shell("forward", gathered[0]["id"], "--school", "6802310", "--json", user="680user").data
    assert list(forwarded) == keys


def test_the_json_of_annual_matching_has_the_keys_of_the_page(shell):
    rolls.written(shell.folder, ["A680401220001,Llwyd,Siân,2016-08-19,F,,,6604025"])
    run = shell("lost", "match", "roll.csv", "--json", user="wg").data
    assert json.dumps(shape(run)) == json.dumps(shape(examples("lost match")[0]))
    assert json.dumps(shape(shell("lost", "runs", "--json", user="wg").data[0])) == json.dumps(shape(run))
    found = shell("lost", "runs", "show", run["id"], "--json", user="wg").data
    assert json.dumps(shape(found)) == json.dumps(shape(examples("lost finds")[0]))
    dropped, published, discarded = examples("lost runs")
    told = shell("lost", "runs", "publish", run["id"], "--json", user="wg").data
    assert json.dumps(shape(told)) == json.dumps(shape(published))
    said = shell("lost", "finds", "set", found[0]["id"], "not-ours", "--json", user="660lostpupil").data
    assert json.dumps(shape(said)) == json.dumps(shape(examples("lost finds")[1]))
    again = shell("lost", "match", "roll.csv", "--json", user="wg").data
    (find,) = shell("lost", "runs", "show", again["id"], "--json", user="wg").data
    gone = shell("lost", "runs", "drop", find["id"], "--json", user="wg").data
    assert json.dumps(shape(gone)) == json.dumps(shape(dropped))
    gone = shell("lost", "runs", "discard", again["id"], "--json", user="wg").data
    assert json.dumps(shape(gone)) == json.dumps(shape(discarded))


def test_the_json_of_a_mail_is_that_of_the_list_with_its_body(shell):
    listed = shell("mail", "list", "--json").data[0]
    assert list(shell("mail", "show", listed["id"], "--json").data) == [*listed, "body"]


def test_the_json_of_migrate_has_the_keys_of_the_page(shell):
    assert list(shell("migrate", "--json").data) == list(examples("migrate")[0])


def _child(serial):
    from making import Child

    return Child(upn(serial))
