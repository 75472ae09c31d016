"""Every act that is put on record has words for it, in both languages (R-SYS-3, R-SYS-5)."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import s2s_tui
from s2s_tui.base.translation import in_language
from s2s_tui.rules.roles import PERMISSIONS
from s2s_tui.services import audit_log
from s2s_tui.services.audit_log import Wanted
from s2s_tui.services.wording.acts import ACTS, act, meant

pytestmark = pytest.mark.requirement("R-SYS-3")
SERVICES = Path(s2s_tui.__file__).parent / "services"
HANDED_ON = {"action", "act", "permission"}
"""Names of parameters by which an act is handed on to where it is put on record."""
NO_ACTS = {"school_import.py"}
"""Modules in which `act` is something else: what a register does to a school."""


@cache
def trees() -> dict[str, ast.Module]:
    trees = {
        str(path.relative_to(SERVICES)): ast.parse(path.read_text("utf-8"))
        for path in sorted(SERVICES.rglob("*.py"))
    }
    # What is begun in a lesson is the one act above the services.
    return trees | {"practice.py": ast.parse((SERVICES.parent / "demo/practice.py").read_text("utf-8"))}


def takers() -> dict[str, set[tuple[int, str]]]:
    """The functions that are told an act: which argument it is, by place and by name."""
    found: dict[str, set[tuple[int, str]]] = {}
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and module not in NO_ACTS:
                for place, one in enumerate(node.args.args):
                    if one.arg in HANDED_ON and ast.unparse(one.annotation or one) == "str":
                        found.setdefault(node.name, set()).add((place, one.arg))
    return found


def told() -> Iterator[tuple[str, str, ast.expr]]:
    """Each argument that says what was done: in which module, to which function."""
    known = takers()
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                for place, word in known.get(name.rpartition(".")[2], ()):
                    given = node.args[place : place + 1]
                    given += [keyword.value for keyword in node.keywords if keyword.arg == word]
                    yield from ((module, name, one) for one in given)


def keys_of(module: str, one: ast.expr) -> set[str] | None:
    """The keys that an argument may be; None where it can't be told from here."""
    match one:
        case ast.Constant(value=str(key)):
            return {key}
        case ast.IfExp():
            both = keys_of(module, one.body), keys_of(module, one.orelse)
            return None if None in both else both[0] | both[1]  # type: ignore[operator]
        case ast.Name(id=name) if name.isupper():
            for tree in (trees()[module], *trees().values()):
                for node in tree.body:
                    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                        return keys_of(module, node.value)
        case ast.Name(id=name) if name in HANDED_ON:
            return set()
    return None


def test_every_act_that_is_put_on_record_is_said_in_words():
    found, unclear = {"unlock"}, []  # which `prove_again` says where it is told nothing else
    for module, name, one in told():
        keys = keys_of(module, one)
        if keys is not None:
            found |= keys
        elif name in ("audit.record", "access.refused", "recorded", "user_reach.recorded"):
            unclear.append(f"{module}: {name} {ast.unparse(one)}")
    assert unclear == [], "say here what that may be"
    assert found - set(ACTS) == set(), "give it words in services/wording/acts.py"
    assert set(PERMISSIONS) - set(ACTS) == set()
    assert set(ACTS) - found - set(PERMISSIONS) == set(), "nobody does that any more"


def test_an_act_is_found_by_words_of_what_it_is_called(site, on):
    dba = on("dba", "680")
    audit_log.entries(dba, site)
    site.clock.forward(seconds=1)
    found = audit_log.entries(dba, site, Wanted(action="look AUDIT"))
    assert {entry.action for entry in found.page()} == {"audit-view"}
    assert meant("audit") == (), "the beginning of a key is that of a key"
    assert {"lost-search"} < set(meant("pupil database")) < set(ACTS)
    assert meant("no such thing") == meant(" ") == ()
    with in_language("cy"):
        assert meant("look audit") == ()


def test_an_act_is_said_in_the_readers_language():
    assert act("lost-search") == "Search the Lost Pupil Database"
    assert "\x1b" not in act("of a newer program\x1b[2J")
    with in_language("cy"):
        assert act("lost-search") != "Search the Lost Pupil Database"
