"""What a message may hold, how long it is kept, and when a list of pupils is about to go to everybody."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from s2s_tui.base.errors import Refused
from s2s_tui.rules.people import name_key

LONGEST_SUBJECT = 200
LONGEST_TEXT = 100_000
LONGEST_TITLE = 60
"""Characters of a template's or a group's title."""
UNREAD_DAYS = 31
READ_DAYS = 14
LONGEST_DAYS = UNREAD_DAYS + READ_DAYS
"""A message opened on the last day is kept for a fortnight from there: no copy outlives this."""
FIELDS = ("school", "la", "date", "files")
"""What fills itself in, in a template: `{school}`, `{la}`, `{date}`; `{files}` where schools are chased."""

LIMITS = ((timedelta(hours=1), 60, 5_000), (timedelta(days=1), 300, 20_000))
"""Within so long one account sends so many messages, to so many inboxes altogether: far more than who
writes to all schools of an authority, and far less than a program that floods them."""

LIST_FROM = 2
"""From so many pupils on a text is a list of pupils."""

_FIELD = re.compile(r"\{(" + "|".join(FIELDS) + r")\}")
_UPN = re.compile(r"\b[A-Za-z][0-9]{11}[0-9A-Za-z]\b")
_MONTHS = (
    "jan feb mar apr may jun jul aug sep oct nov dec ion chwe maw ebr mai meh gorff awst medi hyd tach rhag"
)
_DATE = re.compile(
    r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|ain|af|fed|eg|ydd)?\s+(?:{'|'.join(_MONTHS.split())})[a-z]*\.?,?\s+\d{{4}})\b",
    re.IGNORECASE,
)


def due_unread(received: date) -> date:
    """The London day on which a message that nobody opens is deleted: the 31st after it came (R-MSG-1)."""
    return received + timedelta(days=UNREAD_DAYS)


def due_read(read: date) -> date:
    """The London day on which a message is deleted after its first reading: the 14th from there (R-MSG-1)."""
    return read + timedelta(days=READ_DAYS)


def due_whole(sent: date) -> date:
    """The London day on which the sender's copy goes too, and with it all that is left of the message."""
    return sent + timedelta(days=LONGEST_DAYS)


def room_at(sent: Sequence[tuple[datetime, int, int]], now: datetime) -> datetime | None:
    """When an account may send again; None where it may now. A single message goes to as many as it will.

    Args:
        sent: what it has sent, the latest first: when, how many messages it counts for (what the program
            words counts for none), to how many inboxes.
        now: the moment; what is dated later doesn't count.
    """
    free = None
    for window, most_messages, most_inboxes in LIMITS:
        messages = inboxes = 0
        for at, count, copies in sent:
            if not now - window < at <= now:
                continue
            messages, inboxes = messages + count, inboxes + copies
            if messages >= most_messages or inboxes >= most_inboxes:
                # Once this one is that long ago, those after it leave room.
                free = max(free or now, at + window)
                break
    return free


def sort_key(text: str) -> str:
    """What subjects and titles are sorted and told apart by."""
    return name_key(text)[:LONGEST_TITLE]


def require_subject(subject: str) -> str:
    """A subject as it is kept: one line, without blanks around it.

    Raises:
        Refused: `subject-missing`, `subject-long`, `message-nul`.
    """
    said = " ".join(_sound(subject).split())
    if not said:
        raise Refused("subject-missing")
    if len(said) > LONGEST_SUBJECT:
        raise Refused("subject-long", most=LONGEST_SUBJECT, length=len(said))
    return said


def require_text(text: str, *, may_be_empty: bool = False) -> str:
    """A text as it is kept: just as it was typed.

    Raises:
        Refused: `text-missing`, `message-long`, `message-nul`.
    """
    if not may_be_empty and not text.strip():
        raise Refused("text-missing")
    if len(text) > LONGEST_TEXT:
        raise Refused("message-long", most=LONGEST_TEXT, length=len(text))
    return _sound(text)


def require_title(title: str) -> str:
    """A title of a template or a group as it is kept.

    Raises:
        Refused: `title-missing`, `title-long`, `message-nul`.
    """
    said = " ".join(_sound(title).split())
    if not said or not sort_key(said):
        raise Refused("title-missing")
    if len(said) > LONGEST_TITLE:
        raise Refused("title-long", most=LONGEST_TITLE, length=len(said))
    return said


def _sound(text: str) -> str:
    """Text that every database takes and gives back as it was; half a character is none."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused("message-nul")
    return text


def answered(subject: str) -> str:
    """The subject of a reply: `Re: …`, once."""
    said = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    return said[:LONGEST_SUBJECT]


def filled(text: str, fields: dict[str, str]) -> str:
    """A template's text with its fields filled in; one whose value isn't known stays as it is."""
    return _FIELD.sub(lambda found: fields.get(found[1]) or found[0], text)


def left_open(text: str) -> tuple[str, ...]:
    """The fields that still stand in a text, each once: `{school}`."""
    return tuple(dict.fromkeys(found[0] for found in _FIELD.finditer(text)))


def pupils_in(text: str) -> int:
    """How many pupils a text seems to list: UPNs, or lines with a date of birth, whichever are more."""
    upns = {found.upper() for found in _UPN.findall(text)}
    born = sum(1 for line in text.splitlines() if _DATE.search(line) and _names_somebody(line))
    return max(len(upns), born)


def _names_somebody(line: str) -> bool:
    """Whether a line has two words with a capital beside its date: a name, not just a date."""
    words = _DATE.sub(" ", line).replace(",", " ").replace("\t", " ").replace(";", " ").split()
    return sum(word[:1].isupper() for word in words) >= 2


def is_blanket(authorities: Collection[str], all_of_wales: Collection[str]) -> bool:
    """Whether recipients are every authority of Wales, or all but one's own (§4.2: no blanket enquiries)."""
    missing = set(all_of_wales) - set(authorities)
    return len(all_of_wales) > 1 and len(missing) <= 1


def is_list_to_all(text: str, authorities: Collection[str], all_of_wales: Collection[str]) -> bool:
    """Whether a list of pupils is about to go to all authorities, which asks twice (R-MSG-2, §4.2)."""
    return is_blanket(authorities, all_of_wales) and pupils_in(text) >= LIST_FROM
