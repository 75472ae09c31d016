"""Paths on the command line, as the person typed them: bytes that are no text are kept."""

from pathlib import Path
from typing import Any

import click

from s2s_tui.base.translation import _


class PathType(click.ParamType[Path]):
    """A path that need not exist; what is wrong with it is said by whoever opens it."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path; an empty one would quietly mean the current folder."""
        if not str(value) or "\0" in str(value):
            self.fail(_("Name a file or a folder."), param, ctx)
        return Path(value)


PATH = PathType()
