"""The names of files (R-NAM): who sends what to whom is read from the name, and from nothing else.

`FORMS` is the one table of what may travel; reading, building and the lists of what is allowed come from it.
Slips that can only mean one thing are mended in `name_slips`.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from s2s_tui.base.errors import Refused
from s2s_tui.rules import name_slips
from s2s_tui.rules.mailboxes import LEFT, LOST, Mailbox, authority_of, is_authority, is_school, mailbox_kind
from s2s_tui.rules.problems import Problem, refuse

__all__ = [
    "FORMS",
    "LEFT",
    "LOST",
    "BadName",
    "FileName",
    "Kind",
    "Mailbox",
    "authority_of",
    "build",
    "is_authority",
    "is_school",
    "mailbox_kind",
    "parse",
    "readdressed",
    "renumbered",
]

LONGEST_LABEL = 15
LONGEST_NAME = 255
"""What file systems take; nothing longer is looked at."""

HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that are not seen, or that turn what is seen around: controls, direction marks, fillers."""


class Kind(StrEnum):
    """What a file is."""

    CTF = "ctf"
    GENERIC = "generic"
    PLASC = "plasc"
    ADMISSIONS = "admissions"


@dataclass(frozen=True, slots=True)
class Form:
    """One form of name: a row of R-NAM's table.

    Attributes:
        code: the constant in the middle of the name; empty for a generic file, which has none.
        routes: from which kind of mailbox to which.
        extensions: allowed endings; the first is the usual one.
        digits: how many digits the number has (the last three are 001–999); 0 for a generic file.
    """

    kind: Kind
    code: str
    routes: tuple[tuple[Mailbox, Mailbox], ...]
    extensions: tuple[str, ...]
    digits: int

    @property
    def patterns(self) -> str:
        """Every name of this form, as R-NAM writes it."""
        ending = self.extensions[0] if len(self.extensions) == 1 else f"({'|'.join(self.extensions)})"
        middle = f"_{self.code}_" if self.code else "_"
        what = {0: "TEXT", 3: "NNN", 5: "YYNNN"}[self.digits]
        return ", ".join(
            f"{_SENDER[sender]}{middle}{receiver_pattern}_{what}.{ending}"
            for sender, receiver in self.routes
            for receiver_pattern in _RECEIVER[receiver]
        )


_SENDER = {
    Mailbox.SCHOOL: "1112222",
    Mailbox.GENERAL: "111LLLL",
    Mailbox.PLASC: "111PLAS",
    Mailbox.ADMISSIONS: "111ADMS",
}
_RECEIVER = {
    Mailbox.SCHOOL: ("3334444",),
    Mailbox.GENERAL: ("333LLLL",),
    Mailbox.PLASC: ("333PLAS",),
    Mailbox.ADMISSIONS: ("333ADMS",),
    Mailbox.LPD: (LOST, LEFT),
}

_BETWEEN = (
    (Mailbox.SCHOOL, Mailbox.SCHOOL),
    (Mailbox.SCHOOL, Mailbox.GENERAL),
    (Mailbox.GENERAL, Mailbox.SCHOOL),
)
_TO_LPD = ((Mailbox.SCHOOL, Mailbox.LPD), (Mailbox.GENERAL, Mailbox.LPD))
_IN, _OUT = (Mailbox.SCHOOL, Mailbox.GENERAL), (Mailbox.GENERAL, Mailbox.SCHOOL)

GENERIC = Form(Kind.GENERIC, "", _BETWEEN, ("ZIP",), 0)
FORMS: dict[str, Form] = {
    form.code: form
    for form in (
        GENERIC,
        Form(Kind.CTF, "CTF", _BETWEEN + _TO_LPD, ("XML",), 3),
        Form(
            Kind.PLASC,
            "PLA",
            ((Mailbox.SCHOOL, Mailbox.PLASC), (Mailbox.PLASC, Mailbox.SCHOOL)),
            ("XML", "ZIP"),
            3,
        ),
        Form(
            Kind.ADMISSIONS,
            "ADM",
            ((Mailbox.SCHOOL, Mailbox.ADMISSIONS), (Mailbox.ADMISSIONS, Mailbox.SCHOOL)),
            ("XML", "ZIP"),
            3,
        ),
        # England's admissions forms: R-NAM shows ADT leaving the authority, ASL coming in, others both ways.
        Form(Kind.ADMISSIONS, "ADT", (_OUT,), ("XML",), 5),
        Form(Kind.ADMISSIONS, "ASL", (_IN,), ("XML",), 5),
        Form(Kind.ADMISSIONS, "AOT", (_IN, _OUT), ("XML",), 5),
        Form(Kind.ADMISSIONS, "ALT", (_IN, _OUT), ("XML",), 5),
        Form(Kind.ADMISSIONS, "APT", (_IN, _OUT), ("XML",), 5),
    )
}
_USUAL_FORM = {Kind.CTF: "CTF", Kind.PLASC: "PLA", Kind.ADMISSIONS: "ADM", Kind.GENERIC: ""}
_ENGLAND_ONLY = ("CMJ", "CML")
_NUMBER = re.compile(r"(?:[0-9]{2})?(?!000)[0-9]{3}")
_NOT_IN_LABEL = re.compile(r'[\s/\\:*?"<>|()]')


@dataclass(frozen=True, slots=True)
class FileName:
    """A name that follows the rules, taken apart.

    Attributes:
        text: the name as typed.
        source: mailbox of the sender, in capitals (`6804012`, `680LLLL`).
        destination: mailbox of the receiver, or `XXXXXXX` or `MMMMMMM`.
        number: `001`–`999`, `26001` for England's admissions forms; empty for a generic file.
        label: a generic file's text as typed; empty for the others.
        form: `CTF`, `PLA`, `ADM`, `ADT`…; empty for a generic file.
        extension: `XML` or `ZIP`.
    """

    text: str
    kind: Kind
    source: str
    destination: str
    number: str
    label: str
    form: str
    extension: str

    @property
    def key(self) -> str:
        """What two names are compared by: case doesn't count, nor how an accented letter is composed."""
        return unicodedata.normalize("NFC", self.text.upper())

    @property
    def to_lpd(self) -> bool:
        """Whether it goes to the lost pupil database."""
        return self.destination in (LOST, LEFT)

    @property
    def serial(self) -> int:
        """The running number, 1–999; 0 for a generic file."""
        return int(self.number[-3:]) if self.number else 0


class BadName(Refused):
    """A name that doesn't follow the rules.

    Attributes:
        problem: what is wrong with it.
        mended: the right name, where the slip can only mean one thing; it parses.
    """

    def __init__(self, problem: Problem, mended: str | None = None) -> None:
        super().__init__(problem.code, **problem.params)
        self.problem = problem
        self.mended = mended


def parse(name: str) -> FileName:
    """Take a file's name apart (R-NAM).

    Raises:
        BadName: it is none of the forms; with the mended name where a slip is known for sure.
    """
    read = _read(name)
    if isinstance(read, FileName):
        return read
    deepest = read
    if len(name) <= LONGEST_NAME:
        last = None
        for slip in name_slips.candidates(name):
            last = _read(slip.mended)
            if isinstance(last, FileName):
                # `name` is the placeholder of several sentences, so the typed one travels as `given`.
                problem = refuse(slip.code, given=name, mended=slip.mended)
                raise BadName(problem, slip.mended)
        # With the slips out of the way a deeper fault may show; else the name as typed counts.
        if isinstance(last, Problem) and deepest.code in _SHALLOW and last.code not in _SHALLOW:
            deepest = last
    raise BadName(deepest)


_SHALLOW = frozenset({"name-empty", "name-shape", "name-source", "name-form"})


def _read(text: str) -> FileName | Problem:
    """The name taken apart, strictly, or the first thing wrong with it."""
    if not text:
        return refuse("name-empty")
    if len(text) > LONGEST_NAME:
        return refuse("name-too-long", count=len(text), limit=LONGEST_NAME)
    if "/" in text or "\\" in text:
        return refuse("name-path", given=text)
    if hidden := HIDDEN.search(text):
        return refuse("name-hidden", found=f"U+{ord(hidden[0]):04X}", at=hidden.start() + 1)
    stem, _, extension = text.rpartition(".")
    if not stem:
        stem, extension = extension, ""
    first, _, others = stem.partition("_")
    middle, _, last = others.partition("_")
    if not middle:
        return refuse("name-shape", given=text)
    if mailbox_kind(first) in (None, Mailbox.LPD):
        return refuse("name-source", found=first)
    code = middle.upper() if middle.isascii() else middle
    if code in _ENGLAND_ONLY:
        return refuse("name-england-only", found=code)
    if code and code in FORMS:
        return _read_numbered(text, FORMS[code], first, last, extension)
    if len(middle) == 7 or extension.upper() == "ZIP":
        return _read_generic(text, first, middle, last, extension)
    return refuse("name-form", found=middle)


def _read_numbered(text: str, form: Form, source: str, last: str, extension: str) -> FileName | Problem:
    destination, _, number = last.partition("_")
    if problem := _wrong_route(form, source, destination):
        return problem
    if not _NUMBER.fullmatch(number) or len(number) != form.digits:
        code = "name-number" if form.digits == 3 else "name-year-number"
        return refuse(code, found=number)
    if problem := _wrong_extension(form, extension):
        return problem
    return FileName(
        text, form.kind, source.upper(), destination.upper(), number, "", form.code, extension.upper()
    )


def _read_generic(text: str, source: str, destination: str, label: str, extension: str) -> FileName | Problem:
    if problem := _wrong_route(GENERIC, source, destination):
        return problem
    if not label:
        return refuse("name-label-missing", limit=LONGEST_LABEL)
    if len(label) > LONGEST_LABEL:
        return refuse("name-label-long", found=label, count=len(label), limit=LONGEST_LABEL)
    wrong = _NOT_IN_LABEL.search(label)
    found = wrong[0] if wrong else next((letter for letter in label if not letter.isprintable()), "")
    if found:
        return refuse("name-label-space") if found.isspace() else refuse("name-label", found=found)
    if problem := _wrong_extension(GENERIC, extension):
        return problem
    return FileName(text, Kind.GENERIC, source.upper(), destination.upper(), "", label, "", "ZIP")


def _wrong_route(form: Form, source: str, destination: str) -> Problem | None:
    """Why a file of this form can't go from one mailbox to the other; None when it can."""
    sender, receiver = mailbox_kind(source), mailbox_kind(destination)
    if receiver is None:
        if len(destination) > 1 and destination.isalpha():
            return refuse("name-supplier", found=destination)
        return refuse("name-destination", found=destination)
    if (sender, receiver) in form.routes:
        return None
    if form.kind is Kind.GENERIC and receiver is Mailbox.LPD:
        return refuse("name-generic-lpd", found=destination.upper())
    code = "name-authorities" if sender is receiver is Mailbox.GENERAL else "name-not-allowed"
    return refuse(code, source=source.upper(), destination=destination.upper(), allowed=form.patterns)


def _wrong_extension(form: Form, extension: str) -> Problem | None:
    """What is wrong with the ending; None when it is one of the form's."""
    if extension.isascii() and extension.upper() in form.extensions:
        return None
    if form.kind is Kind.CTF and extension.upper() == "ZIP":
        return refuse("name-ctf-zip")
    allowed = ", ".join(f".{ending}" for ending in form.extensions)
    if not extension:
        return refuse("name-extension-missing", allowed=allowed)
    return refuse("name-extension", found=f".{extension}", allowed=allowed)


def build(
    kind: Kind,
    source: str,
    destination: str,
    what: int | str,
    extension: str | None = None,
    form: str | None = None,
) -> str:
    """The name of a file, in capitals but for a generic file's text (R-NAM).

    Args:
        kind: what the file is.
        source: the sender's mailbox.
        destination: the receiver's mailbox, or `LOST` or `LEFT`.
        what: the number (7 or "007"; 26007 for England's admissions forms), or a generic file's text.
        extension: `XML` or `ZIP`; None is the usual one. A generic file's is always `ZIP`.
        form: the constant where a kind has several (`ADT`); None is the usual one.

    Raises:
        BadName: the parts make no allowed name.
    """
    code = _USUAL_FORM[kind] if form is None else form.upper()
    if kind is Kind.GENERIC:
        name = f"{source.upper()}_{destination.upper()}_{what}.ZIP"
    else:
        digits = FORMS[code].digits if code in FORMS else 3
        ending = (extension or "XML").upper()
        name = f"{source.upper()}_{code}_{destination.upper()}_{str(what).zfill(digits)}.{ending}"
    return parse(name).text


def renumbered(name: FileName, number: int) -> str:
    """The same name with another running number; the year of an admissions form stays.

    A generic file has no number: it is put at the end of its text, which is cut to make room.

    Args:
        name: the name to change; its case is kept.
        number: 1–999.

    Raises:
        BadName: the number is out of range.
    """
    if name.kind is Kind.GENERIC:
        ending = f"_{number}"
        label = name.label[: LONGEST_LABEL - len(ending)] + ending
        return parse(f"{name.text[:16]}{label}{name.text[-4:]}").text
    return parse(f"{name.text[:-7]}{number:03}{name.text[-4:]}").text


def readdressed(name: FileName, destination: str, number: int) -> str:
    """The name under which a file is forwarded: another destination and number, the source kept (R-UPL-5).

    Args:
        name: the name that the file came with; its case is kept.
        destination: the new mailbox.
        number: 1–999; a generic file keeps its text instead.

    Raises:
        BadName: a file of this kind can't go from its source to there, or the number is out of range.
    """
    start = len(name.source) + 1 + (len(name.form) + 1 if name.form else 0)
    moved = parse(f"{name.text[:start]}{destination.upper()}{name.text[start + 7 :]}")
    return moved.text if name.kind is Kind.GENERIC else renumbered(moved, number)
