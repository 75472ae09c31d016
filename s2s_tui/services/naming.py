"""Giving a file the name that it must have (R-NAM): what can be guessed, the next free one, the copy.

The names themselves are made by `rules.names.build`. Whether the file can be sent under its new name is for
the check to say, as of every file.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Refused
from s2s_tui.base.translation import language
from s2s_tui.rules import ctf, names
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.mailboxes import LEFT, LOST, Mailbox, is_school, mailbox_kind
from s2s_tui.rules.names import FORMS, LONGEST_LABEL, BadName, FileName, Kind
from s2s_tui.rules.problems import Problem, refuse
from s2s_tui.rules.roles import Actor, Role, mailboxes, may, owns
from s2s_tui.services import access, checking, directory, files
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site
from s2s_tui.store import models
from s2s_tui.store.content import digest_of
from s2s_tui.store.models import Transfer

_BOX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{7}|[0-9]{3}(?:LLLL|PLAS|ADMS)|X{7}|M{7})(?![0-9A-Za-z])", re.I)
_COPIED = re.compile(r"^(?:copy|copi)[\s_]+(?:\([0-9]+\)[\s_]+)?(?:of|o)[\s_]+|[\s_]*\([0-9]{1,3}\)$", re.I)
_NO_LABEL = re.compile(r'[\s/\\:*?"<>|()]+')
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a name is built from.

    Attributes:
        source: the sender's mailbox.
        destination: the receiver's, or the lost pupil database's `XXXXXXX` or `MMMMMMM`; empty: not known.
        form: the constant in the middle (`ADT`); empty for a generic file, and where none fits.
        what: a number, or a generic file's text.
        extension: `XML` or `ZIP`, what the content is.
        passed_on: whether it is another's file, which the authority passes on with its source (R-UPL-5).
    """

    kind: Kind
    source: str
    destination: str = ""
    form: str = ""
    what: str = ""
    extension: str = "XML"
    passed_on: bool = False

    @property
    def name(self) -> str:
        """The name.

        Raises:
            BadName: the parts make no allowed name.
        """
        # Said of the text itself: a slip in a whole name would be told as something to rename.
        if self.kind is Kind.GENERIC and (wrong := _NO_LABEL.search(self.what)):
            space = wrong[0][0].isspace()
            raise BadName(refuse("name-label-space") if space else refuse("name-label", found=wrong[0][0]))
        return names.build(
            self.kind, self.source, self.destination, self.what, self.extension, self.form or None
        )

    @property
    def forms(self) -> tuple[str, ...]:
        """The constants that may stand between this source and this destination, the usual one first."""
        route = (mailbox_kind(self.source), mailbox_kind(self.destination))
        return tuple(
            code for code, form in _forms(self.kind, self.extension) if code and route in form.routes
        )


@dataclass(frozen=True, slots=True)
class Named:
    """A draft, completed.

    Attributes:
        source_name: whose mailbox it is, in the reader's language.
        destination_name: likewise; empty where there is none.
        problem: why no file can be called so; None where one can.
    """

    draft: Draft
    source_name: str
    destination_name: str
    problem: Problem | None


def sources(actor: Actor, kind: Kind, extension: str = "XML") -> tuple[str, ...]:
    """The own mailboxes that a file of a kind can come from; a school that one acts for is none of them."""
    senders = {sender for _, form in _forms(kind, extension) for sender, _ in form.routes}
    own = mailboxes(actor.role, actor.organisation, kind)
    return tuple(mailbox for mailbox in own if mailbox_kind(mailbox) in senders)


def acts_for_schools(actor: Actor, kind: Kind) -> bool:
    """Whether a file of this kind may be sent in the name of a school of the authority (§7.4)."""
    return actor.role is Role.LA_SCHOOL and kind is Kind.CTF


def receivers(actor: Actor, draft: Draft) -> frozenset[Mailbox]:
    """The kinds of mailbox that a draft's source sends such files to; the LPD only where the role may."""
    sender = mailbox_kind(draft.source)
    found = {to for _, form in _forms(draft.kind, draft.extension) for by, to in form.routes if by is sender}
    return frozenset(found if may(actor, "ctf.lost") else found - {Mailbox.LPD})


def begin(actor: Actor, site: Site, kind: str, offered: Offered) -> Draft:
    """What a file's name could be, as far as its present name and its content tell.

    A slip in the name is mended, a CTF's header read; where both are silent a mailbox that stands anywhere
    in the name is taken for the destination.

    Args:
        actor: who would send it.
        site: the site.
        kind: what it is to be sent as.
        offered: the file, read.

    Raises:
        NotAllowed: the role sends no such files.
        Refused: it can't be read; `naming-no-zip`, `name-ctf-zip`: its content is of another kind.
    """
    kind = Kind(kind)
    access.require(actor, site, f"{kind}.upload")
    if offered.problem is not None:
        raise Refused(offered.problem.code, **offered.problem.params)
    extension = _extension(kind, offered)
    own = sources(actor, kind, extension)
    known = _meant(offered.name)
    if known is not None and known.kind is not kind:
        known = None
    draft = Draft(
        kind=kind,
        source=own[0],
        extension=extension,
        what=_label(offered.name, known) if kind is Kind.GENERIC else known.number if known else "",
    )
    for source, destination in _ends(kind, offered, known, site):
        if source in own or _is_on_behalf(actor, kind, source):
            draft = replace(draft, source=source, passed_on=False)
        elif draft.source == own[0] and _is_passed_on(actor, site, source, kind, offered):
            draft = replace(draft, source=source, passed_on=True)
        if destination and not draft.destination and mailbox_kind(destination) in receivers(actor, draft):
            draft = replace(draft, destination=destination)
    wanted = known.form if known else ""
    return replace(draft, form=wanted if wanted in draft.forms else next(iter(draft.forms), ""))


def complete(
    actor: Actor, site: Site, draft: Draft, beside: Collection[str] = (), *, fill: bool = True
) -> Named:
    """A draft with the constant that fits, a free number (or text), and who the two ends are.

    Args:
        actor: who would send it.
        site: the site.
        draft: what is known.
        beside: the names of the files in the folder, which are not free either.
        fill: whether the number may change; the one that is there is taken where it is free.

    Raises:
        NotAllowed: the role sends no such files.
        Refused: `names-used-up`.
    """
    access.require(actor, site, f"{draft.kind}.upload")
    if not draft.form:
        draft = replace(draft, form=next(iter(draft.forms), ""))
    named = directory.names(site, [draft.source, draft.destination], language())
    source, destination = named.get(draft.source, ""), named.get(draft.destination, "")
    if not draft.destination:
        return Named(draft, source, destination, refuse("naming-destination"))
    if mailbox_kind(draft.destination) is Mailbox.LPD and not may(actor, "ctf.lost"):
        return Named(draft, source, destination, refuse("naming-lost", destination=draft.destination))
    if fill:
        draft = replace(draft, what=_free(site, draft, beside))
    try:
        name = names.parse(draft.name)
    except BadName as error:
        return Named(draft, source, destination, error.problem)
    problems = [] if draft.passed_on else checking.check_source(actor, name)
    problems += checking.check_destination(site, name)
    if name.key in {other.upper() for other in beside}:
        problems.append(refuse("naming-taken", name=name.text))
    return Named(draft, source, destination, next(iter(problems), None))


def copy(actor: Actor, site: Site, kind: str, path: Path, name: str) -> Path:
    """Copy a file under an allowed name, beside itself and never over another; the original stays.

    Raises:
        NotAllowed: the role sends no such files.
        BadName: it is no allowed name of this kind.
        Refused: `naming-taken`, or it can't be read.
        Unreachable: `disk`.
    """
    access.require(actor, site, f"{Kind(kind)}.upload")
    parsed = names.parse(name)
    if parsed.kind != kind:
        raise Refused("naming-kind", name=name)
    offered = files.read(path)
    if offered.problem is not None:
        raise Refused(offered.problem.code, **offered.problem.params)
    try:
        return files.save(path.parent, name, lambda file: _write(file, offered.content))
    except Refused as error:
        if error.code == "file-exists":
            raise Refused("naming-taken", name=name) from error
        raise


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)


def _forms(kind: Kind, extension: str) -> Iterator[tuple[str, names.Form]]:
    return ((c, form) for c, form in FORMS.items() if form.kind is kind and extension in form.extensions)


def _extension(kind: Kind, offered: Offered) -> str:
    """What the content is, where the kind allows it."""
    if offered.content.startswith(_ZIP):
        if kind is Kind.CTF:
            raise Refused("name-ctf-zip")
        return "ZIP"
    if kind is Kind.GENERIC:
        raise Refused("naming-no-zip", name=offered.name)
    return "XML"


def _meant(name: str) -> FileName | None:
    """The name taken apart, a slip in it mended."""
    try:
        return names.parse(name)
    except BadName as error:
        return names.parse(error.mended) if error.mended else None


def _ends(kind: Kind, offered: Offered, known: FileName | None, site: Site) -> Iterator[tuple[str, str]]:
    """Sources and destinations that a file may be meant for, the surest first.

    Name and header must agree (R-UPL-2), and the header can't be changed; but one that is passed on keeps
    its header, so a whole name comes first.
    """
    if known is not None:
        yield known.source, known.destination
    if kind is Kind.CTF:
        today = local_date(site.clock())
        header = ctf.read(offered.content, source="", destination="", today=today).header
        if header is not None:
            yield header.source, header.destination
    if known is None:
        for box in _BOX.findall(offered.name):
            yield "", box.upper()


def _is_on_behalf(actor: Actor, kind: Kind, source: str) -> bool:
    return acts_for_schools(actor, kind) and is_school(source) and owns(actor.organisation, source)


def _is_passed_on(actor: Actor, site: Site, source: str, kind: Kind, offered: Offered) -> bool:
    """Whether it is, byte for byte, what the authority has downloaded from this source."""
    if kind is not Kind.CTF or actor.role is Role.SCHOOL or not is_school(source):
        return False
    with site.store.connection():
        return bool(
            Transfer.select(Transfer.id)
            .join(models.Download)
            .where(
                (models.Download.organisation == actor.organisation)
                & (models.Download.is_copy == False)  # noqa: E712
                & (Transfer.source == source)
                & (Transfer.content == digest_of(offered.content))
            )
            .exists()
        )


def _label(name: str, known: FileName | None) -> str:
    """A generic file's text: that of its name, or what can be made of it."""
    if known is not None:
        return known.label
    stem = name.rpartition(".")[0] or name
    stem = _COPIED.sub("", _BOX.sub(" ", stem).strip(" _-"))
    plain = "".join(letter for letter in stem if letter.isprintable())
    return _NO_LABEL.sub("_", plain).strip("_-.")[:LONGEST_LABEL].strip("_-.")


def _free(site: Site, draft: Draft, beside: Collection[str]) -> str:
    """The draft's own number or text where it is free, else the next one; as it was where it fits nothing."""
    year = school_year(local_date(site.clock()))
    generic = draft.kind is Kind.GENERIC
    if not generic and draft.form:
        digits = FORMS[draft.form].digits
        if not re.fullmatch(f"[0-9]{{{digits}}}", draft.what) or int(draft.what[-3:]) == 0:
            draft = replace(draft, what=f"{year % 100:02}001"[-digits:])
    try:
        name = names.parse(draft.name)
    except BadName:
        return draft.what
    keys = frozenset(other.upper() for other in beside)
    if generic and name.key not in keys and not checking.check_name_free(site, name, "", year)[1]:
        return draft.what
    free = checking.free_name(site, name, year, 1 if generic else name.serial - 1, keys)
    if not free:
        raise Refused("names-used-up", source=draft.source, destination=draft.destination)
    return names.parse(free).label if generic else names.parse(free).number


LOST_BOXES = (LOST, LEFT)
"""The two addresses of the lost pupil database: unknown, and out of the maintained sector (R-UPL-10)."""
