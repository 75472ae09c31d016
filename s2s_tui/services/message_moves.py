"""What lies in a merged school's inbox goes to its successor's, as its waiting files do (R-SCH-3)."""

from s2s_tui.services import inbox_counts, message_addresses, message_recipients, messages, notify
from s2s_tui.services.site import Site
from s2s_tui.store.models import MessageCopy
from s2s_tui.store.statements import tuples

AT_A_TIME = 500


def move(site: Site, number: str, into: str) -> int:
    """Put all messages of one school's inbox into another's, within the current transaction.

    Each stays read or unread, keeps its last day, and says to whom it was addressed; what both got lies there
    once. Where something is unread, an e-mail tells the successor that messages wait.

    Returns:
        How many moved.
    """
    copy = MessageCopy
    held = (copy.inbox == number) & copy.gone_at.is_null()
    query = copy.select(copy.id, copy.message, copy.is_read).where(held)
    rows = {key: (message, bool(read)) for key, message, read in tuples(query)}
    there = {
        message
        for (message,) in tuples(
            copy.select(copy.message).where(
                (copy.inbox == into) & copy.message.in_(copy.select(copy.message).where(held))
            )
        )
    }
    moving = [key for key, (message, _read) in rows.items() if message not in there]
    for start in range(0, len(moving), AT_A_TIME):
        copy.update(inbox=into).where(copy.id.in_(moving[start : start + AT_A_TIME])).execute()
    copy.delete().where(held).execute()
    inbox_counts.went((number, read, 1) for _message, read in rows.values())
    unread = sum(not rows[key][1] for key in moving)
    inbox_counts.moved_in(into, len(moving), unread)
    messages.clear(sorted(there))
    if unread:
        to = message_recipients.resolve(site, [into]).recipients
        notify.message_waits(site, message_addresses.addresses(to))
    return len(moving)
