"""What can be done to a message wherever it is listed: printing it (R-MSG-1)."""

from pathlib import Path

from s2s_tui.base import reach
from s2s_tui.base.translation import _
from s2s_tui.services import messages
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.screens import saving
from s2s_tui.tui.threads import in_thread


async def print_message(pane: Pane, message_id: int) -> bool:
    """Save a message as text where the person chooses, never over another file.

    Returns:
        Whether it was saved; printing opens it.
    """

    async def write(folder: Path) -> Path:
        return await in_thread(messages.save_text, pane.actor, pane.site, message_id, folder)

    path = await saving.save(pane, _("Where is the message saved?"), write)
    if path is not None:
        pane.tell(_("Saved as {path}.").format(path=reach.told(path)), "done")
    return path is not None
