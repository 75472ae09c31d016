"""Printing what is still being written (R-MSG-2): a plain text page, saved as every file is."""

from functools import partial
from pathlib import Path
from typing import BinaryIO

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import _, language
from s2s_tui.rules.inboxes import inbox_of, organisation_of, role_title
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, directory, files, message_page, message_recipients
from s2s_tui.services.drafts import Draft
from s2s_tui.services.site import Site

NAME = "message-draft.txt"


def save_text(actor: Actor, site: Site, draft: Draft, folder: Path, *, name: str = NAME) -> Path:
    """Save a draft as a plain text file, never over another, never half.

    Args:
        actor: who writes.
        site: the site.
        draft: as it is written now; it needn't have been saved.
        folder: where; it must exist.
        name: the file's name.

    Returns:
        The file.

    Raises:
        NotAllowed: the role has no messages.
        S2SError: as `files.save`.
    """
    access.require(actor, site, "messages")
    own = inbox_of(actor)
    place = organisation_of(own)
    sender = message_page.who(own, directory.names(site, [place], language())[place], role_title(own))
    to = [
        message_page.who(one.inbox, one.name, one.role)
        for one in message_recipients.resolve(site, draft.to).recipients
    ]
    content = message_page.laid_out(sender, to, draft.subject, _("not sent yet"), draft.text).encode()
    site.store.write(lambda: audit.record(site, actor, "draft-print", str(draft.id or "")))
    try:
        return files.save(folder, name, partial(_write, content))
    except S2SError as error:
        access.refused(actor, site, "draft-print", str(draft.id or ""), error.code)
        raise


def _write(content: bytes, file: BinaryIO) -> None:
    file.write(content)
