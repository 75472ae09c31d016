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
    position: int = 0
    """A pupil's place in the file: what a mail says instead of a name."""
    files: tuple[str, ...] = ()
    """Lines of a list of files."""


_SIGNED = N_("An automatic message of s2s, school to school transfer. Please don't reply to it.")

LETTERS: dict[str, Letter] = {
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
    "chased": Letter(
        N_("s2s: please collect the files that await you"),
        N_(
            "{source_name} asks you to collect these files, sent to {destination} {destination_name}:\n\n"
            "{files}\n\n"
            "Log on to s2s and choose Download. Reject what isn't meant for you."
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
    "discard": Letter(
        N_("s2s: a pupil has changed place, {file}"),
        N_(
            "Pupil number {position} in the file {file}, which {source} {source_name} sent to you, has "
            "accepted a place at another school.\n\n"
            "Please note that the pupil will not be on roll at your school, and delete the record from your "
            "admissions software."
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
            "into the Lost Pupil Database: it was downloaded by mistake.\n\n"
            "Please open the case again."
        ),
    ),
    "standing-found": Letter(
        N_("s2s: a file has arrived that fits a search of yours"),
        N_(
            "A file has come into the Lost Pupil Database that fits a search which you kept.\n\n"
            "Log on to s2s and choose Lost Pupil to look at it."
        ),
    ),
    "finds-published": Letter(
        N_("s2s: the annual matching has found lost pupils"),
        N_(
            "The annual matching has found lost pupils that concern your authority.\n\n"
            "Log on to s2s and choose Lost Pupil to see them."
        ),
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
    return known


def _one_line(text: object) -> str:
    return " ".join(printable(text).split())
