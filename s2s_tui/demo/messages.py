"""Some secure messages, templates and groups, so that Messaging has something to show (R-MSG); invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.demo.ledger import Entry, Ledger
from s2s_tui.rules import inboxes
from s2s_tui.rules import messages as rules
from s2s_tui.rules.roles import WALES, Actor, Role
from s2s_tui.services import inbox_counts, message_recipients, message_sending
from s2s_tui.services.site import Site
from s2s_tui.store.models import MessageCopy, MessageGroup, MessageGroupMember, MessageTemplate
from s2s_tui.store.statements import insert


@dataclass(frozen=True, slots=True)
class Note:
    """A message of the made-up world.

    Attributes:
        ago: days before now.
        sender: the account that wrote it.
        to: inboxes.
        read: who opened it: inbox → username, and how many days later.
    """

    ago: float
    sender: Actor
    to: tuple[str, ...]
    subject: str
    text: str
    read: tuple[tuple[str, str, float], ...] = ()


_NEWPORT = Actor("680user", Role.USER, "680")
_NEWPORT_DBA = Actor("680dba", Role.DBA, "680")
_CARDIFF_LOST = Actor("681lost", Role.LOST_PUPIL, "681")
_ANGLESEY = Actor("660user", Role.USER, "660")
_GLAN = Actor("s6804012", Role.SCHOOL, "6804012")
_BRO_GLAN = Actor("s6814053", Role.SCHOOL, "6814053")
_WALES = Actor("wgadmin", Role.WG, WALES)

NOTES = (
    Note(
        11.2,
        _WALES,
        ("660/dba", "680/dba", "681/dba"),
        "Accounts of people who have left",
        "Please look through the accounts of your authority, and delete those of people who have left.",
        (("680/dba", "680dba", 1.1), ("681/dba", "681dba", 3.0)),
    ),
    Note(
        6.1,
        _NEWPORT,
        ("6804012", "6804031"),
        "Files wait for you to collect them",
        "Files that were sent to you have waited for more than a week. Please collect them, or reject those "
        "that are not meant for you.",
        (("6804012", "s6804012", 0.9),),
    ),
    Note(
        5.1,
        _GLAN,
        ("680/user",),
        "Re: Files wait for you to collect them",
        "We have collected ours. One is of a pupil whom we don't know; we have rejected it.",
        (("680/user", "680user", 0.2),),
    ),
    Note(
        3.3,
        _CARDIFF_LOST,
        ("680/user", "680/lost-pupil"),
        "Enquiry: pupil who may have moved to Newport",
        "We are looking for Osian Trefaldwyn, born 14/02/2015, who left a school of ours in October. His "
        "mother told a neighbour that they would move to Newport.\n\nIs he on roll at one of your schools?",
    ),
    Note(
        2.2,
        _ANGLESEY,
        ("680/user", "681/user"),
        "Enwau ysgolion sy'n uno",
        "Bydd dwy o'n hysgolion yn uno ym mis Ionawr. Anfonwch ffeiliau at yr ysgol newydd o'r tymor nesaf "
        "ymlaen, os gwelwch yn dda.",
        (("681/user", "681user", 0.5),),
    ),
    Note(
        1.2,
        _BRO_GLAN,
        ("680/user",),
        "A CTF that we can't import",
        "The CTF that Glan-yr-Afon sent us last week holds two records of the same pupil. Could you ask them "
        "to send it again?",
    ),
    Note(
        0.9,
        _NEWPORT_DBA,
        ("6804012",),
        "Your telephone number",
        "The number that we hold of you does not answer any more. Which is the right one?",
    ),
)
"""In the order of their time."""

TEMPLATES = (
    (
        "680",
        "680user",
        "Please collect your files",
        "Files wait for {school}",
        "To {school}\n\nFiles wait for ",
    ),
    (
        "660",
        "660user",
        "Casglu ffeiliau",
        "Mae ffeiliau'n aros am {school}",
        "At {school}\n\nMae ffeiliau'n ",
    ),
)
_REST = {
    "680": "you. Please collect them by the end of the week.\n\n{la}, {date}",
    "660": "aros. Casglwch nhw erbyn diwedd yr wythnos, os gwelwch yn dda.\n\n{la}, {date}",
}
GROUPS = (
    ("680", "680user", "Neighbours", ("681/user", "681/lost-pupil")),
    ("680", "680dba", "Secondary schools", ("6804012", "6804031")),
)


def write(ledger: Ledger, now: datetime) -> None:
    """Note the messages in the ledger, which sends them in the order of their time."""
    for number, note in enumerate(NOTES, 1):
        at = (now - timedelta(days=note.ago)).replace(microsecond=0)
        ledger.note(at, lambda site, note=note: _send(site, note))  # type: ignore[misc]
        details = {"to": list(note.to), "recipients": len(note.to)}
        ledger.entries.append(Entry(at, note.sender, "message-send", str(number), details=details))


def keep(now: datetime) -> None:
    """Write the templates and groups, within the current transaction."""
    made = now - timedelta(days=60)
    insert(
        MessageTemplate,
        [
            _titled(organisation, title, by, made) | {"subject": subject, "text": text + _REST[organisation]}
            for organisation, by, title, subject, text in TEMPLATES
        ],
    )
    keys = insert(
        MessageGroup, [_titled(organisation, title, by, made) for organisation, by, title, _to in GROUPS]
    )
    insert(MessageGroupMember, list(_members(keys)))


def _titled(organisation: str, title: str, by: str, made: datetime) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "title": title,
        "title_key": rules.sort_key(title),
        "changed_by": by,
        "changed_at": made,
    }


def _members(keys: list[int]) -> Iterator[dict[str, Any]]:
    for key, (_organisation, _by, _title, to) in zip(keys, GROUPS, strict=True):
        yield from ({"group": key, "inbox": inbox} for inbox in to)


def _send(site: Site, note: Note) -> None:
    recipients = message_recipients.resolve(site, note.to).recipients
    sender = inboxes.inbox_of(note.sender)
    message_id, _told = message_sending.post(
        site, sender, note.sender.user, recipients, note.subject, note.text
    )
    for inbox, by, later in note.read:
        at = (site.clock() + timedelta(days=later)).replace(microsecond=0)
        due = rules.due_read(local_date(at))
        MessageCopy.update(is_read=True, read_at=at, read_by=by, due_on=due).where(
            (MessageCopy.message == message_id) & (MessageCopy.inbox == inbox)
        ).execute()
        inbox_counts.was_read(inbox)
