"""What e-mails say, in their reader's language. Nothing personal: file and school names (decision 17)."""

from dataclasses import dataclass
from functools import lru_cache

from s2s_tui.base.text import printable
from s2s_tui.base.translation import N_, _, in_language


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a body, with the placeholders of `Facts`."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter may tell."""

    file: str
    source: str
    source_name: str
    destination: str
    destination_name: str
    pupils: int = 0
    reason: str = ""
    """Typed by a person: the only words in a mail that are."""
    files: tuple[str, ...] = ()
    """Lines of a list of files."""
    what: str = ""
    """Details that were changed, in the letter's language."""
    until: str = ""
    """A day, as people write it."""
    username: str = ""
    """Only in the letter that is about nothing else: never beside a password (R-USR-4)."""
    role: str = ""
    days: int = 0
    """For how long a temporary password lasts."""


HIDDEN = "\u2022" * 12
"""Stands in a body for what is filled in when it is sent: the outbox keeps no password (R-USR-4)."""

_SIGNED = N_("An automatic message of s2s, school to school transfer. Please don't reply to it.")

_WAITING = Letter(
    N_("s2s: a secure message awaits you"),
    N_(
        "A secure message awaits you in s2s.\n\n"
        "To read it, log on and choose Messaging. It is deleted after 31 days if nobody opens it."
    ),
)
"""Never what a message says, nor whose it is (R-MSG-5)."""

LETTERS: dict[str, Letter] = {
    **dict.fromkeys(("message", "chased", "discard", "standing-found", "finds-published"), _WAITING),
    "arrived": Letter(
        N_("s2s: a file awaits you, {file}"),
        N_(
            "{source} {source_name} has sent you the file {file}.\n\n"
            "To collect it, log on to s2s and choose Download. "
            "If it isn't meant for you, reject it there and say why."
        ),
    ),
    "confirmed": Letter(
        N_("s2s: uploaded, {file}"),
        N_(
            "Your file {file} to {destination} {destination_name} has been uploaded.\n\n"
            "You will be told when it is collected or rejected."
        ),
    ),
    "confirmed-lost": Letter(
        N_("s2s: in the Lost Pupil Database, {file}"),
        N_(
            "Your file {file} has been uploaded to the Lost Pupil Database.\n\n"
            "If you learn which school the pupil has gone to, ask your authority to remove the record."
        ),
    ),
    "copy": Letter(
        N_("s2s: a copy for your authority, {file}"),
        N_(
            "{source} {source_name} has sent the file {file} to {destination} {destination_name}.\n\n"
            "It awaits collection by the destination. Your copy can be downloaded from s2s; "
            "that changes nothing for the destination."
        ),
    ),
    "collected": Letter(
        N_("s2s: collected, {file}"),
        N_("{destination} {destination_name} has collected the file {file} of {source} {source_name}."),
    ),
    "rejected": Letter(
        N_("s2s: rejected, {file}"),
        N_(
            "{destination} {destination_name} has rejected the file {file} of {source} {source_name}.\n\n"
            "Reason given: {reason}\n\n"
            "The file is no longer in its queue. If it was sent there by mistake, send it to the right one."
        ),
    ),
    "withdrawn": Letter(
        N_("s2s: withdrawn, {file}"),
        N_(
            "{source} {source_name} has withdrawn the file {file} that was sent to {destination} "
            "{destination_name}. It was not collected and can't be any more.\n\n"
            "Reason given: {reason}"
        ),
    ),
    "recalled": Letter(
        N_("s2s: sent in error, {file}"),
        N_(
            "{source} {source_name} says that the file {file}, which {destination} {destination_name} has "
            "collected, was sent there in error.\n\nReason given: {reason}\n\n"
            "{destination} {destination_name}: please delete the file, and what was imported from it. "
            "Data protection rules may ask you to record this."
        ),
    ),
    "deleted": Letter(
        N_("s2s: deleted uncollected, {file}"),
        N_(
            "The file {file} of {source} {source_name} to {destination} {destination_name} was not collected "
            "and has been deleted by the authority.\n\n"
            "Reason given: {reason}"
        ),
    ),
    "moved": Letter(
        N_("s2s: a file awaits you after the merger, {file}"),
        N_(
            "{destination} {destination_name} has become part of your school. The file {file} of {source} "
            "{source_name}, which it had not collected, now awaits you: log on to s2s and choose Download."
        ),
    ),
    "reminder": Letter(
        N_("s2s: files not downloaded"),
        N_(
            "These files have not been downloaded:\n\n"
            "{files}\n\n"
            "Log on to s2s and choose Download. This reminder is sent once a week."
        ),
    ),
    "lost-downloaded": Letter(
        N_("s2s: a lost pupil was found, {file}"),
        N_(
            "{destination} {destination_name} has downloaded the file {file} of {source} {source_name} "
            "from the Lost Pupil Database and confirmed that the pupil is on roll at one of its schools.\n\n"
            "You can close the case. If you know otherwise, speak to {destination_name}."
        ),
    ),
    "lost-forwarded": Letter(
        N_("s2s: a lost pupil's file went to a school, {file}"),
        N_(
            "{destination} {destination_name} has forwarded the file {file} of {source} {source_name} "
            "from the Lost Pupil Database to one of its schools, where the pupil is on roll.\n\n"
            "You can close the case."
        ),
    ),
    "lost-put-back": Letter(
        N_("s2s: a lost pupil is lost again, {file}"),
        N_(
            "{destination} {destination_name} has put the file {file} of {source} {source_name} back "
            "into the Lost Pupil Database: it was taken by mistake.\n\n"
            "Please open the case again."
        ),
    ),
    "school-changed": Letter(
        N_("s2s: your school's details were changed"),
        N_(
            "{source_name} has changed what s2s holds of {destination} {destination_name}: {what}.\n\n"
            "Is that not right? Then tell {source_name}."
        ),
    ),
    "school-off": Letter(
        N_("s2s: your school is inactive"),
        N_(
            "{source_name} has made {destination} {destination_name} inactive in s2s. Its account can't be "
            "used, and no files are sent to it, until it is active again.\n\n"
            "Use of s2s is a statutory requirement: is this not right, then tell {source_name}."
        ),
    ),
    "school-on": Letter(
        N_("s2s: your school is active again"),
        N_(
            "{source_name} has made {destination} {destination_name} active in s2s. Files can be sent to it, "
            "and its account works as before."
        ),
    ),
    "user-audit": Letter(
        N_("s2s: the annual audit of users has begun"),
        N_(
            "The Welsh Government asks {destination_name} to confirm each of its users of s2s, and of its "
            "schools' accounts, or to remove it. Please answer by {until}.\n\n"
            "Your DBA logs on to s2s and chooses DBA, User audit."
        ),
    ),
    "user-audit-reminder": Letter(
        N_("s2s: the annual audit of users awaits your answer"),
        N_(
            "{destination_name} has not yet answered for all of its users of s2s and its schools' accounts. "
            "The Welsh Government asks for the answer by {until}.\n\n"
            "Your DBA logs on to s2s and chooses DBA, User audit."
        ),
    ),
    "user-name": Letter(
        N_("s2s: your account"),
        N_(
            "{source_name} has given you an account of s2s, school to school transfer.\n\n"
            "Username: {username}\nRole: {role}\n\n"
            "The password comes to you apart from this e-mail. It is a temporary one: when you first log on "
            "you choose another, which only you know."
        ),
    ),
    "user-password": Letter(
        N_("s2s: a temporary password"),
        N_(
            "{source_name} has given you a temporary password for s2s:\n\n    {password}\n\n"
            "It lasts {days} days. When you log on with it you choose another, which only you know. "
            "Didn't you expect this? Then tell {source_name}."
        ),
    ),
    "user-role": Letter(
        N_("s2s: your role has changed"),
        N_("{source_name} has changed your role in s2s. It is now: {role}.\n\nLog on again to work with it."),
    ),
    "user-details": Letter(
        N_("s2s: the details of your account were corrected"),
        N_(
            "{source_name} has corrected the name, e-mail address or telephone number that s2s holds of you."
            "\n\nDidn't you expect this? Then tell {source_name}."
        ),
    ),
    "user-deleted": Letter(
        N_("s2s: your account has ended"),
        N_("{source_name} has deleted your account of s2s. You can't log on with it any more."),
    ),
    "user-off": Letter(
        N_("s2s: your account is inactive"),
        N_("{source_name} has made your account of s2s inactive. You can't log on until it is active again."),
    ),
    "user-on": Letter(
        N_("s2s: your account is active again"),
        N_("{source_name} has made your account of s2s active. You can log on again."),
    ),
}


def written(about: str, facts: Facts, language: str) -> tuple[str, str]:
    """A letter's subject and body in a language.

    Args:
        about: a key of `LETTERS`.
        facts: what it tells.
        language: `en` or `cy`.
    """
    letter, known = _translated(about, language), _lines(facts)
    if facts.role:
        with in_language(language):
            known = known | {"role": _(facts.role)}
    return letter.subject.format_map(known), letter.body.format_map(known)


@lru_cache(maxsize=256)
def _translated(about: str, language: str) -> Letter:
    letter = LETTERS[about]
    with in_language(language):
        return Letter(_(letter.subject), f"{_(letter.body)}\n\n-- \n{_(_SIGNED)}\n")


@lru_cache(maxsize=1)
def _lines(facts: Facts) -> dict[str, str]:
    """The facts as they stand in a letter; those about one file are several letters' in a row."""
    # Line ends would break a subject; in a body they could pass for our own words.
    known = {name: _one_line(getattr(facts, name)) for name in Facts.__slots__}
    known["files"] = "\n".join(map(_one_line, facts.files))
    known["password"] = HIDDEN
    return known


def _one_line(text: object) -> str:
    return " ".join(printable(text).split())
