"""Says where each line of the requirements is shown, tests and screens: `python docs/requirements.py`.

Tests carry `@pytest.mark.requirement("R-UPL-3")`, read here without running them; screens name their lines in
the docstrings of their modules, or in `screens.md`. The lines and their short titles are `requirements.csv`;
one marked `later` there need not be shown yet. A test holds that the page is what this makes.
"""

import ast
import csv
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parent
TESTS = DOCS.parent / "tests"
PAGE = DOCS / "requirements.md"
LINES = DOCS / "requirements.csv"
HEAD = """# Requirements and where they are shown

Made by `python docs/requirements.py`: the tests that are marked with a line's number, and the screens that
name it. A line without a test is one of later work.

| line | what | tests | screens |
|---|---|---|---|
"""
_CITED = re.compile(r"R-(?P<group>[A-Z]{3})(?P<numbers>(?:-\d+(?:(?:…|, ?| and )\d+)*)?)")
_RANGE = re.compile(r"(\d+)(?:…(\d+))?")


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered line: its number, a short title, and whether it is later work."""

    number: str
    title: str
    is_later: bool


def lines() -> list[Line]:
    """The numbered lines, in their order."""
    with LINES.open(encoding="utf-8", newline="") as file:
        return [Line(row["line"], row["title"], row["later"] == "later") for row in csv.DictReader(file)]


def cited(text: str) -> set[str]:
    """The lines that a text names, such as `R-LPD-1…5, 9` or `R-PHA` (all of that part)."""
    found: set[str] = set()
    for match in _CITED.finditer(text):
        part = f"R-{match['group']}"
        if not match["numbers"]:
            found |= {line.number for line in lines() if line.number.startswith(part)}
        for first, last in _RANGE.findall(match["numbers"]):
            found |= {f"{part}-{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def marks(tree: ast.AST) -> Iterator[str]:
    """The arguments of every `pytest.mark.requirement(…)` in a module, decorators and `pytestmark` alike."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and isinstance(called, ast.Attribute) and called.attr == "requirement":
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def tests() -> dict[str, list[str]]:
    """Line → the test modules that carry its mark, as paths below `tests/` without their ending."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        name = path.relative_to(TESTS).with_suffix("").as_posix()
        for number in sorted(set(marks(ast.parse(path.read_text("utf-8"))))):
            found.setdefault(number, []).append(name)
    return found


def screens() -> dict[str, list[str]]:
    """Line → the ids of the screens that show it."""
    catalogue = _catalogue()
    found: dict[str, list[str]] = {}
    sections = _sections(catalogue.PAGE.read_text("utf-8"), catalogue)
    for screen_id, pane in _panes(catalogue):
        text = sections.get(screen_id, "") + "".join(_docstrings(pane))
        for number in cited(text):
            found.setdefault(number, []).append(screen_id)
    return found


def page() -> str:
    """The page as it should be."""
    by_test, by_screen = tests(), screens()
    rows = []
    for line in lines():
        shown = [f"`{name}`" for name in by_test.get(line.number, ())]
        there = [f"`{name}`" for name in by_screen.get(line.number, ())]
        tested = ", ".join(shown) if shown else "later work" if line.is_later else "**none**"
        rows.append(f"| {line.number} | {line.title} | {tested} | {', '.join(there) or '–'} |\n")
    return HEAD + "".join(rows)


def _catalogue() -> ModuleType:
    spec = spec_from_file_location("screens_page", DOCS / "screens.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _sections(text: str, catalogue: ModuleType) -> dict[str, str]:
    found: dict[str, str] = {}
    current = ""
    for row in text.splitlines():
        heading = catalogue._SECTION.match(row)
        if heading or row.startswith("#"):
            current = heading["id"] if heading else ""
        elif current:
            found[current] = found.get(current, "") + row + "\n"
    return found


def _panes(catalogue: ModuleType) -> Iterator[tuple[str, type]]:
    for screen_id, (_title, kind) in catalogue.BEFORE.items():
        yield screen_id, kind
    for entry in catalogue.walk(catalogue.TRAINING):
        if entry.pane is not None:
            yield entry.id, type(entry.pane())


def _docstrings(pane: type) -> Iterable[str]:
    """What the modules of a screen say of themselves: its own, and those of the bases it is made of."""
    names = {kind.__module__ for kind in pane.__mro__ if kind.__module__.startswith("s2s_tui.tui.screens.")}
    names -= {"s2s_tui.tui.screens.list_pane", "s2s_tui.tui.screens.panel"}
    for kind in pane.__mro__:
        if kind.__module__ in names:
            yield kind.__doc__ or ""
    for name in names:
        yield sys.modules[name].__doc__ or ""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
