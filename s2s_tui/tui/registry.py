"""What an entry of the menu and an action are; each is said once (`menu_entries`, `ACTIONS` of a widget).

An `Action` gives the key binding, the foot line, the F1 page and the palette; an `Entry` gives the
sidebar and the palette (architecture, decision 2). Titles and helps are marked with `N_()` and
translated when shown.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from textual.binding import Binding

from s2s_tui.base.translation import _

if TYPE_CHECKING:
    from textual.widget import Widget

May = Callable[[str], bool]
"""Whether the person has a permission: `rules.roles.may` with the actor filled in."""


NAMED_IN_HELP_ONLY = 99
"""The rank of an action that the foot line leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that can be done in a pane or widget.

    Attributes:
        id: names the method: `reject` is done by `do_reject()` (hyphens become underscores).
        key: Textual's name of its key; more after commas are stand-ins that the foot line leaves out.
        title: one or two words for the foot line.
        help: a sentence for F1 and the palette.
        permission: a key of `rules.roles.PERMISSIONS`; empty: everybody. Without it the key is dead
            and named nowhere (the service refuses all the same).
        rank: what the foot line gives up last has the lowest; 99 is named in the help only.
        run: a Textual action to run in place of `do_<id>()`; for quick ones such as moving a cursor.
    """

    id: str
    key: str
    title: str
    help: str = ""
    permission: str = ""
    rank: int = 50
    run: str = ""

    @property
    def method(self) -> str:
        """The name of the method that does it."""
        return "do_" + self.id.replace("-", "_")

    def binding(self) -> Binding:
        """Textual's half of it."""
        return Binding(self.key, self.run or f"act({self.id!r})", self.title, show=False, id=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the sidebar.

    Attributes:
        id: unique in the whole menu.
        title: as the portal has it, marked with `N_()`.
        called: a permission, and the title for those who have it (the portal's "Administration" for WG).
        key: the letter that jumps to it while the sidebar has the focus; empty for children.
        permission: any one of these lets it be seen; empty: everybody.
        pane: makes its pane (a widget), at the first visit; None for an entry that only holds children.
        later: shown in place of a pane that is still to be written.
        children: the entries under it.
        apart: whether an empty line stands before it.
    """

    id: str
    title: str
    called: tuple[str, str] | None = None
    key: str = ""
    permission: tuple[str, ...] = ()
    pane: "Callable[[], Widget] | None" = None
    later: str = ""
    children: tuple["Entry", ...] = ()
    apart: bool = False

    def title_for(self, may: May) -> str:
        """Its title in the language in force, as this person knows it."""
        return _(self.called[1] if self.called and may(self.called[0]) else self.title)

    def allowed(self, may: May) -> bool:
        """Whether it is shown: it has a permission of its own, or a child that is shown."""
        own = not self.permission or any(map(may, self.permission))
        shows = bool(self.pane or self.later) or not self.children
        return own and (shows or any(child.allowed(may) for child in self.children))


def lazily(module: str, name: str, *arguments: str) -> "Callable[[], Widget]":
    """A pane's factory that imports its module at the first visit, so that starting stays quick.

    Args:
        module: below `s2s_tui.tui.screens`.
        name: the class in it.
        arguments: what the class is called with.
    """

    def make() -> "Widget":
        kind = getattr(import_module(f"s2s_tui.tui.screens.{module}"), name)
        return kind(*arguments)  # type: ignore[no-any-return]

    return make


def visible(entries: Iterable[Entry], may: May) -> list[tuple[Entry, int]]:
    """The entries that a person sees, in order, each with its depth (0, or 1 for a child)."""
    found: list[tuple[Entry, int]] = []
    for entry in entries:
        if entry.allowed(may):
            found.append((entry, 0))
            found += [(child, 1) for child in entry.children if child.allowed(may)]
    return found


def walk(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Every entry, children after their parent."""
    for entry in entries:
        yield entry
        yield from walk(entry.children)


def opens(entry: Entry, may: May) -> Entry:
    """What is shown when the entry is opened: itself, or its first child that may be seen."""
    if entry.pane is None and not entry.later:
        for child in entry.children:
            if child.allowed(may):
                return child
    return entry


def find(entries: Iterable[Entry], entry_id: str) -> Entry | None:
    """The entry with an id, or None."""
    return next((entry for entry in walk(entries) if entry.id == entry_id), None)


def parent_of(entries: Iterable[Entry], entry_id: str) -> Entry | None:
    """The entry that holds the one with an id, or None where it stands by itself."""
    return next((e for e in entries if any(child.id == entry_id for child in e.children)), None)


DEAD_KEYS = frozenset(
    {"ctrl+h", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+at", "ctrl+s", "ctrl+q", "ctrl+b", "ctrl+z"}
)
"""Keys that terminals, multiplexers or flow control keep for themselves."""

TABLE_KEYS = frozenset(
    {"up", "down", "pageup", "pagedown", "home", "end", "enter", "space", "v", "ctrl+a", "A", "s", "f5"}
)
"""The grammar that every list of records keeps; a pane with a list leaves them to it."""

SHELL_KEYS = frozenset({"escape", "f1", "ctrl+p", "f2", "tab", "shift+tab", "ctrl+c", "f10"})
"""Kept everywhere by the app."""


def clashes(actions: Iterable[Action], kept: frozenset[str] = SHELL_KEYS | TABLE_KEYS) -> list[str]:
    """What is wrong with the keys of one pane, in words for a test: twice used, kept by others, or dead."""
    wrong: list[str] = []
    taken: dict[str, str] = {}
    for action in actions:
        keys = action.key.split(",")
        for key in keys:
            if key in taken:
                wrong.append(f"{key}: both {taken[key]} and {action.id}")
            taken[key] = action.id
            if key in kept:
                wrong.append(f"{key}: {action.id} takes a key of the grammar")
            if key in DEAD_KEYS:
                wrong.append(f"{key}: {action.id} has a key that terminals keep")
        if all(key.startswith("ctrl+") for key in keys):
            wrong.append(f"{action.key}: {action.id} has only Ctrl keys")
    return wrong


_KEY_NAMES = {
    "escape": "Esc",
    "slash": "/",
    "question_mark": "?",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
}


def key_name(key: str) -> str:
    """How a key is written on screens: `ctrl+p` is `Ctrl+P`, `d` is `d`; of several, the first."""
    first = key.split(",")[0]
    if len(first) == 1:
        return first
    return "+".join(_KEY_NAMES.get(part, part.capitalize()) for part in first.split("+"))
