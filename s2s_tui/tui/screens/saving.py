"""Saving something in a folder that the person picks, asked again where it can't be saved there (R-DWN-6)."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from s2s_tui.base.errors import Refused
from s2s_tui.base.translation import _
from s2s_tui.services.wording import say
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.screens.folders import FolderPicker, remember, remembered

T = TypeVar("T")

ASKED_AGAIN = ("file-exists", "folder-missing")
"""Refusals after which another folder may do."""


async def save(pane: Pane, title: str, write: Callable[[Path], Awaitable[T]]) -> T | None:
    """Ask where, and save; the folder is remembered for the next time.

    Args:
        pane: on whose behalf.
        title: what the picker says; translated.
        write: saves in a folder, and never over a file.

    Returns:
        What `write` gave; None where the person left the picker.

    Raises:
        S2SError: what `write` raises, but for a refusal of `ASKED_AGAIN`, which the picker says.
    """
    folder = remembered(pane.actor.session, "save", pane.app.settings)
    notice = ""
    while True:
        picker = FolderPicker(folder, title, _("Save here"), making=True, notice=notice)
        chosen = await pane.app.push_screen_wait(picker)
        if chosen is None:
            return None
        folder = Path(chosen)
        try:
            saved = await write(folder)
        except Refused as error:
            if error.code not in ASKED_AGAIN:
                raise
            notice = say(error)
            continue
        remember(pane.actor.session, "save", folder)
        return saved
