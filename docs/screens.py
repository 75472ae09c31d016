"""Fills in `screens.md` what the registry knows, permissions and keys: `python docs/screens.py`.

What a screen is for and what it shows while it is empty, busy or broken is written by hand; a test holds
that every entry of the menu has its section, in the menu's order, and that this file would change nothing.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from s2s_tui.tui.acting import Acting
from s2s_tui.tui.menu_entries import TRAINING
from s2s_tui.tui.registry import NAMED_IN_HELP_ONLY, Action, key_name, parent_of, walk
from s2s_tui.tui.screens.first_password import FirstPassword
from s2s_tui.tui.screens.forgotten import ForgottenScreen
from s2s_tui.tui.screens.logon import LogonScreen
from s2s_tui.tui.screens.needs import Needs

PAGE = Path(__file__).parent.parent / "screens.md"
BEFORE: dict[str, tuple[str, type[Acting]]] = {
    "logon": ("Logon", LogonScreen),
    "first-password": ("Logon › Choose your own password", FirstPassword),
    "forgotten": ("Logon › Forgotten your details?", ForgottenScreen),
}
"""The screens before there is a menu."""
PARTS: dict[str, type[Acting]] = {"home": Needs}
"""Parts of panes that have keys of their own, beside the lists' (the grammar of the page's first part)."""
_SECTION = re.compile(r"^### (?P<title>.+) \(`(?P<id>[a-z.-]+)`\)$")


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry says of a screen; `keys` is None where there is none yet."""

    title: str
    permission: str
    keys: str | None


def known() -> dict[str, Known]:
    """Every screen by its id, in the order of the page."""
    found = {
        screen_id: Known(title, "none", _keys(kind.all_actions()))
        for screen_id, (title, kind) in BEFORE.items()
    }
    for entry in walk(TRAINING):
        if entry.children and entry.pane is None and not entry.later:
            continue
        parent = parent_of(TRAINING, entry.id)
        title = f"{parent.title} › {entry.title}" if parent else entry.title
        if entry.called:
            title += f" / {entry.called[1]}"
        permission = " or ".join(f"`{name}`" for name in entry.permission) or "every account"
        keys = _pane_keys(entry.id) if entry.pane else None
        found[entry.id] = Known(title, permission, keys)
    return found


def _pane_keys(entry_id: str) -> str:
    entry = next(entry for entry in walk(TRAINING) if entry.id == entry_id)
    assert entry.pane is not None
    pane = entry.pane()
    actions = pane.all_actions() if isinstance(pane, Acting) else ()
    part = PARTS.get(entry_id)
    return _keys((*actions, *(part.all_actions() if part else ())))


def _keys(actions: tuple[Action, ...]) -> str:
    named = [action for action in actions if action.rank < NAMED_IN_HELP_ONLY]
    return " · ".join(f"`{key_name(action.key)}` {action.title}" for action in named) or "those of its list"


def filled(text: str) -> str:
    """The page with the lines that the registry knows."""
    screens = known()
    lines = []
    screen: Known | None = None
    for line in text.splitlines():
        heading = _SECTION.match(line)
        if line.startswith("#"):
            screen = screens.get(heading["id"]) if heading else None
        if heading and screen:
            line = f"### {screen.title} (`{heading['id']}`)"
        elif screen and line.startswith("- Permission:"):
            line = f"- Permission: {screen.permission}"
        elif screen and line.startswith("- Keys:"):
            line = f"- Keys: {screen.keys}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """The page's screens: id and the names of the lines of facts in it."""
    current: tuple[str, list[str]] | None = None
    for line in text.splitlines():
        heading = _SECTION.match(line)
        if line.startswith("#"):
            if current:
                yield current
            current = (heading["id"], []) if heading else None
        elif current and line.startswith("- "):
            current[1].append(line[2:].partition(":")[0])
    if current:
        yield current


def main() -> int:
    """Fill the page in; say which screens it lacks."""
    text = PAGE.read_text("utf-8")
    PAGE.write_text(filled(text), "utf-8")
    missing = set(known()) - {screen_id for screen_id, _ in sections(text)}
    for screen_id in sorted(missing):
        sys.stderr.write(f"screens.md has no section for {screen_id}\n")
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
