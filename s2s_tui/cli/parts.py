"""click's parts as used here: help in the reader's language, options that stand before a command or after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from s2s_tui.base.text import storable
from s2s_tui.base.translation import LANGUAGES, N_, _, speak
from s2s_tui.cli.table import COMMANDS

Body = TypeVar("Body", bound=Callable[..., Any])


@dataclass(slots=True)
class Asked:
    """What was asked for, wherever on the line it stood.

    Attributes:
        open_app: opens the terminal app; handed in, so that nothing here knows Textual.
    """

    open_app: Callable[..., int]
    database: str | None = None
    user: str | None = None
    password_stdin: bool = False
    as_json: bool = False
    language: str | None = None


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    @property
    def help(self) -> str | None:
        """What it does, in the reader's language."""
        return _(self._says) if self._says else None

    @help.setter  # noqa: A003 - click's name
    def help(self, says: str | None) -> None:
        self._says = says


class Text(click.ParamType[str]):
    """Text from the command line as every database takes it: bytes that are no text become U+FFFD."""

    name = "text"

    def convert(self, value: Any, *_where: object) -> str:
        """The text; nothing is refused."""
        return storable(str(value))


TEXT = Text()


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Remember an option that may stand before or after the command."""
    if value == "":
        # An unset variable of a script; it must not quietly mean the usual database or user.
        raise click.BadParameter(_("Give a value, or leave the option out."), ctx, param)
    asked: Asked = ctx.find_object(Asked) or ctx.ensure_object(Asked)
    if value and param.name:
        setattr(asked, param.name, value)
        if param.name == "language":
            speak(value)


def anywhere() -> list[click.Parameter]:
    """The options that every command takes, before its name or after it."""
    kept: dict[str, Any] = {"expose_value": False, "callback": _keep}
    return [
        Option(
            ["--database"],
            metavar="URL",
            type=TEXT,
            help=N_("The database: sqlite:///PATH, postgresql://… or cockroachdb://…; else S2S_DATABASE."),
            **kept,
        ),
        Option(["--user"], metavar="NAME", type=TEXT, help=N_("Who you are; else S2S_USER."), **kept),
        Option(
            ["--password-stdin"],
            is_flag=True,
            help=N_("Read the password from standard input; else it is S2S_PASSWORD, or asked for."),
            **kept,
        ),
        Option(["--json", "as_json"], is_flag=True, help=N_("Write one JSON document."), **kept),
        Option(["--language"], type=click.Choice(list(LANGUAGES)), help=N_("English or Welsh."), **kept),
        Option(
            ["--help"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            help=N_("Show this help."),
        ),
    ]


def _show_help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


class _Told:
    """Help made of paragraphs that are translated when shown, with the options of everywhere apart."""

    _says: Sequence[str]
    params: list[click.Parameter]

    @property
    def help(self) -> str | None:
        """The paragraphs, in the reader's language."""
        return "\n\n".join(_(paragraph) for paragraph in self._says) or None

    @help.setter  # noqa: A003 - click's name
    def help(self, says: str | None) -> None:
        self._says = says.split("\n\n") if says else ()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options, then those that every command takes."""
        own: list[tuple[str, str]] = []
        common: list[tuple[str, str]] = []
        for param in self.params:
            record = param.get_help_record(ctx)
            if record is not None:
                (own if param.expose_value or param.name == "version" else common).append(record)
        for title, records in ((_("Options"), own), (_("Options of every command"), common)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


class Command(_Told, click.Command):
    """A command; it returns its exit code."""

    def __init__(self, name: str | None, **options: Any) -> None:
        super().__init__(name, add_help_option=False, **options)
        self.params += anywhere()


class Group(_Told, click.Group):
    """A command of commands."""

    def __init__(self, name: str | None, **options: Any) -> None:
        super().__init__(name, add_help_option=False, no_args_is_help=False, **options)
        self.params += anywhere()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def _paragraphs(name: str, more: tuple[str, ...]) -> str:
    first = (COMMANDS[name].says,) if name in COMMANDS else ()
    return "\n\n".join((*first, *more))


def command(name: str, *more: str) -> Callable[[Callable[..., int]], Command]:
    """Make a function a command.

    Args:
        name: a key of `COMMANDS`, whose sentence begins the help; else the first of `more` does.
        more: further paragraphs, marked for translation.
    """
    return click.command(name, cls=Command, help=_paragraphs(name, more))


def subcommand(name: str, *says: str) -> Callable[[Callable[..., int]], Command]:
    """Make a function a command of a group, which may be called as one of `COMMANDS` is.

    Args:
        name: how it is called.
        says: the paragraphs of its help, marked for translation; the first is its line in the list.
    """
    return click.command(name, cls=Command, help="\n\n".join(says))


def group(name: str, *more: str) -> Callable[[Callable[..., Any]], Group]:
    """Make a function a command of commands; as `command`."""
    return click.group(name, cls=Group, help=_paragraphs(name, more))


def option(*names: str, **options: Any) -> Callable[[Body], Body]:
    """An option whose help is marked with `N_`."""
    return click.option(*names, cls=Option, **options)
