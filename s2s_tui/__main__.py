"""The program's start: the command line, which opens the app where nothing else is asked for."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s2s_tui.base.settings import Settings


def main() -> None:
    """Run `s2s-tui`."""
    from s2s_tui.cli import main as command_line

    sys.exit(command_line.run(open_app))


def open_app(settings: "Settings", *, username: str = "") -> int:
    """Open the terminal app; Textual is loaded only here."""
    from s2s_tui.tui import start

    return start.run(settings, username=username)


if __name__ == "__main__":
    main()
