"""The program's start: the command line, which opens the app where nothing else is asked for."""

import sys


def main() -> None:
    """Run `s2s-tui`."""
    from s2s_tui.cli import main as command_line

    sys.exit(command_line.run(open_app))


def open_app(*args: object, **options: object) -> int:
    """Open the terminal app; Textual is loaded only here."""
    from s2s_tui.tui import start

    return start.run(*args, **options)


if __name__ == "__main__":
    main()
