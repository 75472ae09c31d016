"""Changes one thing at a time in `rules/` and `matching/` and sees whether their tests notice.

    nice -n 15 python tests/mutants.py --sample 300            # of all modules
    nice -n 15 python tests/mutants.py rules/names --all       # every change of one

Each mutant is one change of the syntax tree: a comparison moved by one or turned round, `and` for `or`, a
number one larger, a text another, a `not` left out, a sum for a difference, a condition that always or never
holds. It is put into a copy of the package below a temporary folder, and the module's own tests are run there
until one fails; for `matching/`, whose modules lean on each other, all tests of the folder. First those are
run without a change: they must pass, and what each takes is measured. The quickest are asked, the module's
own first, up to `PATIENCE` seconds in all. `--sample` takes so many at random (`--seed` for the same ones
again). It ends with 1 where fewer than 85 % are noticed.
"""

import argparse
import ast
import copy
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("rules", "matching")
ENOUGH = 0.85
LONGEST = 90
"""Seconds; a mutant that takes longer loops, and counts as noticed."""
PATIENCE = 4.0
"""Seconds of the processor that the tests of one mutant may take."""
FEW = "800"
"""Made-up pupils, in place of the ten thousand of `tests/matching`."""
EXAMPLES = 30
"""Of a property that doesn't say how many itself."""
SKIPPED = {"__init__"}
QUICK = "not quickly and not memory and not accuracy and not nearly_always"
"""Which tests are asked: those that measure time or memory say nothing on a busy machine."""
TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: in which module (`rules/names`), which of its changes, where, and what it is."""

    module: str
    number: int
    line: int
    what: str


def _left_alone(tree: ast.Module) -> set[int]:
    """The nodes that say nothing to a test: docstrings, annotations, imports' own lines."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            found |= {id(e.value) for e in node.body if isinstance(e, ast.Expr)}
        annotations = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for annotation in filter(None, annotations):
            found |= {id(part) for part in ast.walk(annotation)}
        if isinstance(node, ast.Call):
            # How messages are worded inside an assertion or a decorator changes nothing that is kept.
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("dataclass", "TypeVar", "NewType", "cast"):
                found |= {id(part) for part in ast.walk(node)}
    return found


def changes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Makes each change in turn in a tree, gives its line and what it is, and takes it back when asked on."""
    alone = _left_alone(tree)
    for node in ast.walk(tree):
        if id(node) in alone:
            continue
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Compare):
            for at, was in enumerate(list(node.ops)):
                if type(was) in TURNED:
                    node.ops[at] = TURNED[type(was)]()  # type: ignore[assignment]
                    yield line, f"{type(was).__name__} → {type(node.ops[at]).__name__}"
                    node.ops[at] = was
        elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in TURNED:
            op = node.op
            node.op = TURNED[type(op)]()  # type: ignore[assignment]
            yield line, f"{type(op).__name__} → {type(node.op).__name__}"
            node.op = op  # type: ignore[assignment]
        elif isinstance(node, ast.Constant):
            value = node.value
            if isinstance(value, bool):
                node.value = not value
            elif isinstance(value, int | float):
                node.value = value + 1
            elif isinstance(value, str) and value:
                node.value = value + "~"
            else:
                continue
            yield line, f"{value!r} → {node.value!r}"
            node.value = value
        elif isinstance(node, ast.If | ast.IfExp | ast.While):
            test = node.test
            for truth in (True, False) if not isinstance(node, ast.While) else (False,):
                node.test = ast.copy_location(ast.Constant(truth), test)
                yield line, f"if {truth}"
            node.test = test
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            operand = node.operand
            node.operand = ast.copy_location(ast.UnaryOp(ast.Not(), operand), operand)
            yield line, "not x → x"
            node.operand = operand


def modules(named: list[str]) -> list[str]:
    """The modules to change: those named, or all."""
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / "s2s_tui" / room).rglob("*.py")):
            name = path.relative_to(ROOT / "s2s_tui").with_suffix("").as_posix()
            if path.stem not in SKIPPED and (not named or any(name.startswith(one) for one in named)):
                found.append(name)
    return found


def mutants(named: list[str]) -> list[Mutant]:
    """Every mutant there is."""
    return [
        Mutant(module, number, line, what)
        for module in modules(named)
        for number, (line, what) in enumerate(changes(_tree(module)))
    ]


def _tree(module: str) -> ast.Module:
    return ast.parse((ROOT / "s2s_tui" / f"{module}.py").read_text("utf-8"))


def source(mutant: Mutant) -> str:
    """The module with the change."""
    tree = _tree(mutant.module)
    for number, _change in enumerate(changes(tree)):
        if number == mutant.number:
            return ast.unparse(copy.deepcopy(tree))
    raise ValueError(mutant)


def tests_of(module: str) -> tuple[list[str], list[str]]:
    """The test modules of its folder that are called as it is or import it, and which else are asked.

    Those are all others of the folder for `matching/`, and elsewhere where it has none of its own.
    """
    room, name = module.split("/")[0], module.split("/")[-1]
    parts = set(module.split("/")[1:])
    everything = sorted((ROOT / "tests" / room).glob("test_*.py"))
    imported = re.compile(rf"^\s*(?:from|import) .*\b{name}\b", re.MULTILINE)
    own = [
        path
        for path in everything
        if any(part in path.stem for part in parts) or imported.search(path.read_text("utf-8"))
    ]
    others = [path for path in everything if path not in own] if room == "matching" or not own else []
    own_names, other_names = ([one.relative_to(ROOT).as_posix() for one in some] for some in (own, others))
    return own_names, other_names


class _Measure:
    """Writes down what each test takes of the processor."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._took: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """One test with its fixtures."""
        before = time.process_time()
        result = yield
        self._took[item.nodeid] = time.process_time() - before
        return result

    def pytest_sessionfinish(self) -> None:
        """All of them."""
        self._file.write_text(json.dumps(self._took), "utf-8")


class _Quickest:
    """Takes the quickest tests, the module's own first, as long as there is patience."""

    def __init__(self, took: dict[str, float], own: list[str]) -> None:
        self._took = took
        self._own = tuple(own)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Choose."""
        patience, kept = PATIENCE, []
        key = lambda item: (not item.nodeid.startswith(self._own), self._took.get(item.nodeid, 99.0))  # noqa: E731
        for item in sorted(items, key=key):
            took = self._took.get(item.nodeid, 99.0)
            if took <= patience / 2:
                patience -= took
                kept.append(item)
        items[:] = kept


def measured(folder: Path, room: str) -> dict[str, float] | None:
    """What each test of a room takes, without a change; None where one fails."""
    file = folder / f"{room}.json"
    if not _passes(folder, room, [f"tests/{room}"], _Measure(file), 20 * LONGEST):
        return None
    took: dict[str, float] = json.loads(file.read_text("utf-8"))
    return took


def is_noticed(mutant: Mutant | None, folder: Path, module: str, took: dict[str, float]) -> bool:
    """Whether a test fails; None: without a change, as the tests must pass then.

    Args:
        mutant: the change.
        folder: the copy.
        module: where the change is.
        took: what each test takes.
    """
    target = folder / "s2s_tui" / f"{module}.py"
    before, made = target.read_text("utf-8"), target.stat().st_mtime
    own, others = tests_of(module)
    if mutant:
        target.write_text(source(mutant), "utf-8")
    try:
        return not _passes(folder, module.split("/")[0], [*own, *others], _Quickest(took, own), LONGEST)
    finally:
        # What was compiled of it unchanged is good again.
        target.write_text(before, "utf-8")
        os.utime(target, (made, made))


def _passes(folder: Path, room: str, tests: list[str], plugin: _Measure | _Quickest, longest: float) -> bool:
    """Whether tests pass in the copy within a time, in a child."""
    child = os.fork()
    if not child:
        _run(folder, room, tests, plugin)
    end = time.monotonic() + longest
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _run(folder: Path, room: str, tests: list[str], plugin: _Measure | _Quickest) -> None:
    """In a child: the tests over the copy, until the first that fails."""
    os.setpgid(0, 0)
    os.chdir(folder)
    sys.path[:0] = [str(folder), str(folder / "tests")]
    os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "S2S_PUPILS": FEW}
    # What was compiled without a change is kept; a change isn't.
    sys.dont_write_bytecode = isinstance(plugin, _Quickest)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    hypothesis.settings.register_profile("few", max_examples=EXAMPLES, deadline=None)
    hypothesis.settings.load_profile("few")
    options = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow and not debian", "-k", QUICK]
    options += ["--confcutdir", f"tests/{room}", "-W", "ignore::pytest.PytestConfigWarning"]
    code = 1
    try:
        code = int(pytest.main([*options, *tests], [plugin]))
    finally:
        os._exit(code)


def _say(text: str, file: TextIO = sys.stdout) -> None:
    file.write(f"{text}\n")
    file.flush()


def copied(folder: Path) -> Path:
    """The package and its tests, to be changed."""
    for name in ("s2s_tui", "tests", "docs", "bench"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def main() -> int:
    """Run the mutants; prints those that nobody noticed, and the share of the others."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("modules", nargs="*", help="rules/names, matching …; none: all")
    asked.add_argument("--sample", type=int, default=300)
    asked.add_argument("--all", action="store_true")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    # What takes long to import is imported once; none of it is the package's.
    import lxml.etree  # noqa: F401
    import numpy as np  # noqa: F401
    import rapidfuzz  # noqa: F401

    found = mutants(given.modules)
    chosen = found if given.all else random.Random(given.seed).sample(found, min(given.sample, len(found)))
    chosen.sort(key=lambda mutant: (mutant.module, mutant.number))
    survivors: list[Mutant] = []
    with tempfile.TemporaryDirectory(prefix="s2s-mutants-") as name:
        folder = copied(Path(name))
        took: dict[str, float] = {}
        for room in sorted({mutant.module.split("/")[0] for mutant in chosen}):
            of_room = measured(folder, room)
            if of_room is None:
                _say(f"The tests of {room} fail without a change.", sys.stderr)
                return 2
            took |= of_room
        for module in sorted({mutant.module for mutant in chosen}):
            if is_noticed(None, folder, module, took):
                _say(f"The tests of {module} fail without a change.", sys.stderr)
                return 2
        for done, mutant in enumerate(chosen, 1):
            if not is_noticed(mutant, folder, mutant.module, took):
                survivors.append(mutant)
                _say(f"{mutant.module}.py:{mutant.line}  {mutant.what}")
            if done % 50 == 0:
                _say(f"  {done} of {len(chosen)}, {len(survivors)} unnoticed", sys.stderr)
    share = 1 - len(survivors) / max(1, len(chosen))
    _say(f"{len(chosen)} of {len(found)} mutants, {share:.1%} noticed")
    return int(share < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
