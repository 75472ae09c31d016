"""`s2s-tui`: finds the command, loads it alone, and turns whatever happens into an exit code and one line.

Nothing here loads the database, lxml, numpy or Textual: `--version` and `--help` stay quick (decision 21).
"""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from s2s_tui.base.errors import S2SError
from s2s_tui.base.text import printable
from s2s_tui.base.translation import N_, _, speak
from s2s_tui.cli.parts import Asked, Group, Option
from s2s_tui.cli.stopping import Stopped, stoppable
from s2s_tui.cli.table import COMMANDS

NAME = "s2s-tui"
DONE, REFUSED, USAGE = 0, 1, 2
OPTIONS = {"on-roll": "--on-roll", "dba-one": "--replace", "message-list-to-all": "--sure --sure"}
"""What a screen asks about and a command is told by an option: error code → the option."""


class Commands(Group):
    """The commands of the table, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        """The command, its module loaded."""
        entry = COMMANDS.get(name)
        if entry is None:
            return None
        command: click.Command = getattr(
            importlib.import_module(f"s2s_tui.cli.{entry.module}"), name.replace("-", "_")
        )
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, from the table."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(entry.says)) for name, entry in COMMANDS.items()])


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from s2s_tui import __version__

        click.echo(f"{NAME} {__version__}")
        ctx.exit()


def _open(ctx: click.Context) -> int:
    """Open the app where no command is named."""
    if ctx.invoked_subcommand is not None:
        return DONE
    from s2s_tui.cli.site import settings_of

    asked = ctx.find_object(Asked)
    assert asked is not None
    return asked.open_app(settings_of(asked), username=asked.user or os.environ.get("S2S_USER", ""))


root = Commands(
    NAME,
    callback=click.pass_context(_open),
    invoke_without_command=True,
    help="\n\n".join(
        (
            N_("School to school secure transfer: pupils' files from one school to the next."),
            N_("Without a command it opens the app. The commands do the same without screens."),
        )
    ),
    params=[
        Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help=N_("Show the version."),
        )
    ],
)


def run(open_app: Callable[..., int], arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        open_app: opens the terminal app: `open_app(settings, username=…)`, gives an exit code.
        arguments: what was typed after the program's name; None is the process's.

    Returns:
        0 done · 1 something was refused or not found, or it was stopped · 2 wrong use · 3 not allowed or not
        logged on · 4 the database or mail server can't be reached.
    """
    speak(os.environ.get("S2S_LANGUAGE"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    asked = Asked(open_app)
    try:
        with stoppable():
            code = root.main(
                list(sys.argv[1:] if arguments is None else arguments),
                prog_name=NAME,
                standalone_mode=False,
                obj=asked,
            )
        return code if isinstance(code, int) else DONE
    except S2SError as error:
        return _failed(error)
    except click.ClickException as error:
        return _misused(error)
    except (click.Abort, Stopped, KeyboardInterrupt):
        _complain(_("Stopped."))
        return REFUSED
    except Exception as error:
        # A bug: kept for those who mend it, one line for the person.
        return _broken(error, asked)


def _failed(error: S2SError) -> int:
    from s2s_tui.services.wording import say

    option = OPTIONS.get(error.code)
    _complain(f"{say(error)} ({option})" if option else say(error))
    return error.exit_code


def _misused(error: click.ClickException) -> int:
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else NAME
    said = " ".join(printable(error.format_message()).split())
    _complain(_("{command}: {said} See “{command} --help”.").format(command=path, said=said))
    return USAGE


def _broken(error: Exception, asked: Asked) -> int:
    from s2s_tui.base.failures import keep
    from s2s_tui.base.settings import data_dir
    from s2s_tui.cli.site import settings_of

    try:
        folder = settings_of(asked).home
    except Exception:  # the settings may be what broke it
        folder = data_dir()
    reference, path = keep(error, folder)
    _complain(
        _("Something went wrong in the program. Report {reference}; what happened is in {path}.").format(
            reference=reference, path=path or _("no file: none could be written")
        )
    )
    return REFUSED


def _complain(text: str) -> None:
    from s2s_tui.cli.out import complain

    complain(text)


def invoke(arguments: Sequence[str]) -> Any:
    """The command that arguments name, loaded; for the pages of `docs/commands.md`."""
    command: click.Command = root
    context = click.Context(root, info_name=NAME)
    for name in arguments:
        assert isinstance(command, click.Group)
        found = command.get_command(context, name)
        assert found is not None
        command, context = found, click.Context(found, parent=context, info_name=name)
    return command, context
