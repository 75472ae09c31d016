"""The help pages inside `docs/commands.md`; `python tests/cli/helppages.py` writes them anew."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import click

from s2s_tui.base import translation
from s2s_tui.cli.main import invoke
from s2s_tui.cli.table import COMMANDS

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
BLOCK = re.compile(r"```text\n\$ s2s-tui( [a-z -]+)? --help\n.*?```\n", re.DOTALL)
COMMON = "Options of every command:"


def every() -> Iterator[tuple[str, ...]]:
    """Each command's name, as its words."""
    yield ()
    for name in COMMANDS:
        yield from _with_below((name,))


def _with_below(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    command, context = invoke(words)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _with_below((*words, below))


def block(words: tuple[str, ...]) -> str:
    """A command's help as it stands in the page; the options of every command are shown once."""
    translation.speak("en")
    with mock.patch.dict(os.environ, {"COLUMNS": "80"}):
        command, context = invoke(words)
        text = command.get_help(context)
    if words:
        before, _, after = text.partition(COMMON)
        _, _, listed = after.partition("\n\n")
        text = "\n\n".join(part.strip("\n") for part in (before, listed) if part.strip())
    line = " ".join(("$ s2s-tui", *words, "--help"))
    return f"```text\n{line}\n{text.rstrip()}\n```\n"


def renewed(page: str) -> str:
    """The page with every block as the program would print it now."""
    return BLOCK.sub(lambda found: block(tuple((found[1] or "").split())), page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
