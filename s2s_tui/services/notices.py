"""Secure messages that the program writes when something was done: to chase, to discard, of what was found.

Each is in its reader's language, and told of by the usual e-mail. Unlike that it may name a pupil.
"""

from collections.abc import Iterable, Sequence

from s2s_tui.base.text import printable
from s2s_tui.base.translation import N_, _, in_language
from s2s_tui.rules import inboxes, messages
from s2s_tui.rules.roles import SYSTEM, Actor, Role
from s2s_tui.services import directory, message_recipients, message_sending, ready_templates, templates
from s2s_tui.services.letters import Letter
from s2s_tui.services.message_recipients import Recipient
from s2s_tui.services.site import Site
from s2s_tui.services.templates import Template

NOTICES: dict[str, Letter] = {
    "discard": Letter(
        N_("A pupil has changed place: {file}"),
        N_(
            "{pupil}, a pupil in the file {file} that {sender} sent to you, has accepted a place at another "
            "school.\n\n"
            "Please note that the pupil will not be on roll at your school, and delete the record from your "
            "admissions software."
        ),
    ),
    "standing-found": Letter(
        N_("A file has arrived that fits a search of yours"),
        N_(
            "A file has come into the Lost Pupil Database that fits a search which you kept.\n\n"
            "Choose Lost Pupil to look at it."
        ),
    ),
    "finds-published": Letter(
        N_("The annual matching has found lost pupils"),
        N_(
            "The annual matching has found lost pupils that concern your authority.\n\n"
            "Choose Lost Pupil to see them."
        ),
    ),
}


def chased(actor: Actor, site: Site, school: str, files: Sequence[str], words: Template) -> bool | None:
    """Ask a school to collect files (R-DWN-5), within the current transaction.

    Args:
        actor: of the authority that asks; the school can answer.
        site: the site.
        school: an establishment number.
        files: a line each.
        words: the template that it is asked in.

    Returns:
        Whether an e-mail address is known to which it is told; None where the school has closed.

    Raises:
        Refused: `message-long`, with so many files.
    """
    to = _standing(site, [school])
    if not to:
        return None
    subject, text = chasing(actor, site, to[0], files, words)
    sender = inboxes.inbox_of(actor)
    _id, told = message_sending.post(
        site, sender, actor.user, to, subject, text, about="chased", template=words.id
    )
    return bool(told)


def chasing(
    actor: Actor, site: Site, to: Recipient, files: Sequence[str], words: Template
) -> tuple[str, str]:
    """Subject and text of what asks a school to collect files.

    They stand where the template has `{files}`, else below its text; a template without a subject has the
    ready one's.

    Raises:
        Refused: `message-long`.
    """
    spoken = _language(site, to)
    lines = [" ".join(printable(line).split()) for line in files]
    with in_language(spoken):
        known = templates.values(actor, site, [to.inbox])
        subject, text = templates.worded(words, spoken)
        subject = subject or ready_templates.worded(ready_templates.CHASE, spoken)[1]
    text = text if "{files}" in text else f"{text.rstrip()}\n\n{{files}}".lstrip()
    subject = messages.filled(subject, {**known, "files": ", ".join(lines)})
    text = messages.filled(text, {**known, "files": "\n".join(lines)})
    return subject[: messages.LONGEST_SUBJECT], messages.require_text(text)


def discard(actor: Actor, site: Site, file: str, school: str, pupil: str) -> None:
    """Tell a school, or its successor, that a pupil sent to it has accepted another place (R-PHA-2)."""
    _post(actor, site, "discard", [school], file=printable(file), pupil=printable(pupil))


def standing_found(site: Site, authority: str) -> None:
    """Tell an authority that a file has come that fits a search it kept (R-LPD-6)."""
    _post(SYSTEM, site, "standing-found", [inboxes.of_role(authority, Role.LOST_PUPIL)])


def finds_published(actor: Actor, site: Site, authorities: Iterable[str]) -> None:
    """Tell authorities that the annual matching has found something for them (R-LPD-8)."""
    _post(actor, site, "finds-published", [inboxes.of_role(code, Role.LOST_PUPIL) for code in authorities])


def _post(actor: Actor, site: Site, about: str, to: Sequence[str], **facts: str) -> int:
    """Write one message a language to inboxes; how many e-mails tell of them."""
    told = 0
    sender = directory.names(site, [actor.organisation])[actor.organisation]
    by_language: dict[str, list[Recipient]] = {}
    for one in _standing(site, to):
        by_language.setdefault(_language(site, one), []).append(one)
    for spoken, recipients in by_language.items():
        with in_language(spoken):
            letter = NOTICES[about]
            known = {"sender": printable(sender), **facts}
            subject, text = _(letter.subject).format_map(known), _(letter.body).format_map(known)
        _id, count = message_sending.post(
            site,
            inboxes.inbox_of(actor),
            actor.user,
            recipients,
            subject[: messages.LONGEST_SUBJECT],
            text,
            about=about,
        )
        told += count
    return told


def _standing(site: Site, to: Sequence[str]) -> tuple[Recipient, ...]:
    """Recipients that are there; in a merged school's place its successor."""
    found = message_recipients.resolve(site, to)
    heirs = [
        str(problem.params["successor"]) for problem in found.problems if problem.code == "recipient-merged"
    ]
    return (*found.recipients, *(_standing(site, heirs) if heirs else ()))


def _language(site: Site, recipient: Recipient) -> str:
    organisation = inboxes.organisation_of(recipient.inbox)
    found = (
        directory.address(site, organisation)
        if len(organisation) == 7
        else directory.authority(site, organisation)
    )
    return found.language if found is not None else "en"
