"""What is right and wrong about a header and its pupils (R-UPL-2)."""

import re
from datetime import date, datetime

from s2s_tui.rules.ctf.elements import Record
from s2s_tui.rules.ctf.letters import garbled, hidden
from s2s_tui.rules.ctf.model import Header, Pupil
from s2s_tui.rules.dates import age, parse_date
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.problems import Problem, Severity, hint, refuse, warn
from s2s_tui.rules.upn import upn_problem

MOST_PROBLEMS = 200
"""How many problems a file is told of, half of them refusals; then only that there are more."""

_DOCUMENT_NAME = "Common Transfer File"
_VERSION = re.compile(r"[0-9]{2}(\.[0-9]{1,2})?")
_VERSIONS = (10.0, 27.0)
_OLD_HEADER_DAYS = 730
_AGES = range(1, 26)
_GENDERS = ("M", "F")
_ADDRESS_LINES = tuple(f"address_{n}" for n in range(5, 0, -1))
_NAMES = (
    "surname",
    "forename",
    "middle_names",
    "former_surname",
    "former_forename",
    "preferred_surname",
    "preferred_forename",
)
_CLIP = 60


class Checker:
    """Checks the records of one file and gathers what is kept of them.

    Args:
        source: the sender in the file's name.
        destination: the receiver in the file's name.
        today: the day of the check.
        forwarded: the header's destination is the first one, not that of the name (R-UPL-5).
    """

    def __init__(self, *, source: str, destination: str, today: date, forwarded: bool) -> None:
        self.header: Header | None = None
        self.pupils: list[Pupil] = []
        self._source, self._destination = source.upper(), destination.upper()
        self._today, self._forwarded = today, forwarded
        self._kept: dict[bool, list[Problem]] = {True: [], False: []}
        self._more = {True: False, False: False}
        self._count = 0
        self._second_line: int | None = None
        self._first_lines: dict[str, int] = {}

    def _add(self, problem: Problem) -> None:
        # Refusals and the rest have a ration each, so that a refusal is never lost among warnings.
        refusal = problem.severity is Severity.REFUSE
        if len(self._kept[refusal]) < MOST_PROBLEMS // 2:
            self._kept[refusal].append(problem)
        else:
            self._more[refusal] = True

    def problems(self) -> tuple[Problem, ...]:
        """All that was found, in the order of the lines; asked for once, when all records were given."""
        found = self._kept[True] + self._kept[False]
        if self.header is None:
            found.append(refuse("header-missing"))
        if not self._count:
            found.append(refuse("no-pupils"))
        elif self._count > 1 and self._destination in (LOST, LEFT):
            found.append(refuse("lpd-one-pupil", line=self._second_line, count=self._count))
        if self._source == self._destination:
            found.append(warn("sender-is-receiver", mailbox=self._source))
        if self._destination.endswith("LLLL"):
            found.append(hint("to-authority"))
        found.sort(key=lambda problem: problem.line or 0)
        found += [
            make("more-problems") for refusal, make in ((True, refuse), (False, warn)) if self._more[refusal]
        ]
        return tuple(found)

    # The header

    def take_header(self, record: Record) -> None:
        """Check and keep a header; a second one doesn't count."""
        if self.header is not None:
            return
        texts = record.texts.get
        name = texts("document_name", "")
        if name != _DOCUMENT_NAME and " ".join(name.split()).lower() != _DOCUMENT_NAME.lower():
            code = "ctf-document-name" if name else "ctf-no-document-name"
            self._add(refuse(code, line=record.line_of("document_name"), name=_clip(name)))
        self.header = Header(
            version=texts("version", ""),
            written=_moment(texts("written", "")),
            qualifier=texts("qualifier", ""),
            source=(texts("source_lea", "") + texts("source_estab", "")).upper(),
            destination=(texts("destination_lea", "") + texts("destination_estab", "")).upper(),
            school_name=texts("school_name", ""),
            academic_year=texts("academic_year", ""),
            supplier=texts("supplier", ""),
        )
        self._check_mailbox("source", self.header.source, self._source, record)
        if not self._forwarded:
            self._check_mailbox("destination", self.header.destination, self._destination, record)
        self._check_version(record)
        self._check_written(record)

    def _check_mailbox(self, role: str, said: str, named: str, record: Record) -> None:
        if said == named:
            return
        code = f"header-{role}" if said else f"header-no-{role}"
        self._add(refuse(code, line=record.line_of(f"{role}_lea"), header=_clip(said), named=named))

    def _check_version(self, record: Record) -> None:
        version = record.texts.get("version", "")
        low, high = _VERSIONS
        if not version:
            self._add(warn("version-missing", line=record.line_of("version")))
        elif not (_VERSION.fullmatch(version) and low <= float(version) <= high):
            self._add(warn("version-odd", line=record.line_of("version"), version=_clip(version)))

    def _check_written(self, record: Record) -> None:
        assert self.header is not None
        written = self.header.written
        text = record.texts.get("written", "")
        if written is None:
            code = "written-odd" if text else "written-missing"
        elif (days := written.toordinal() - self._today.toordinal()) > 1:
            code = "written-future"
        elif days < -_OLD_HEADER_DAYS:
            code = "written-old"
        else:
            return
        self._add(warn(code, line=record.line_of("written"), written=_clip(text)))

    # The pupils

    def take_pupil(self, record: Record) -> None:
        """Check a pupil, and keep it where nothing about it refuses the file."""
        self._count += 1
        line = record.line
        if self._count == 2:
            self._second_line = line
        if self._more[True]:
            # Refused many times over: a file of a million faults isn't worth a minute.
            return
        texts = record.texts.get
        born = self._check_born(record)
        whole = born is not None
        for key in ("upn", "surname", "forename"):
            if not texts(key):
                self._add(refuse(f"pupil-no-{key}", line=record.line_of(key), name=_full_name(record)))
                whole = False
        self._check_upn(record, line)
        gender = self._check_gender(record)
        self._check_names(record)
        if whole and born is not None:
            self.pupils.append(
                Pupil(
                    texts("upn", ""),
                    texts("surname", ""),
                    texts("forename", ""),
                    born,
                    gender,
                    texts("former_upn", ""),
                    texts("former_surname", ""),
                    texts("former_forename", ""),
                    texts("preferred_surname", ""),
                    texts("preferred_forename", ""),
                    texts("middle_names", ""),
                    _town(record),
                    texts("postcode", ""),
                    line,
                )
            )

    def _check_born(self, record: Record) -> date | None:
        text = record.texts.get("born", "")
        if not text:
            self._add(refuse("pupil-no-born", line=record.line_of("born"), name=_full_name(record)))
            return None
        born = parse_date(text)
        if born is None:
            self._add(refuse("born-not-a-date", line=record.line_of("born"), text=_clip(text)))
        elif born > self._today:
            self._add(warn("born-future", line=record.line_of("born"), born=text))
        elif (years := age(born, self._today)) not in _AGES:
            self._add(warn("born-absurd", line=record.line_of("born"), born=text, age=years))
        return born

    def _check_upn(self, record: Record, line: int) -> None:
        upn = record.texts.get("upn", "")
        if not upn:
            return
        wrong = upn_problem(upn)
        if wrong:
            code, params = wrong
            self._add(warn(code, line=record.line_of("upn"), entry=None, **params))
        if upn in self._first_lines:
            first = self._first_lines[upn]
            self._add(warn("upn-twice", line=record.line_of("upn"), upn=_clip(upn), first=first))
        else:
            self._first_lines[upn] = line

    def _check_gender(self, record: Record) -> str:
        text = record.texts.get("gender", "")
        gender = text.upper()
        if not text:
            self._add(warn("gender-missing", line=record.line_of("gender"), name=_full_name(record)))
        elif gender not in _GENDERS:
            self._add(warn("gender-unknown", line=record.line_of("gender"), gender=_clip(text)))
        return gender if len(gender) == 1 else ""

    def _check_names(self, record: Record) -> None:
        names = {name: key for key in reversed(_NAMES) if (name := record.texts.get(key))}
        together = " ".join(names)
        if together.isascii() and together.isprintable() and "?" not in together and "&" not in together:
            return
        for name, key in names.items():
            if character := hidden(name):
                self._add(
                    warn("name-control", line=record.line_of(key), name=_clip(name), character=character)
                )
            if letters := garbled(name):
                self._add(warn("name-garbled", line=record.line_of(key), name=_clip(name), letters=letters))


def _clip(text: str) -> str:
    """Enough of a text to know it again: a hostile file may hold megabytes where a code should be."""
    return text if len(text) <= _CLIP else text[: _CLIP - 1] + "…"


def _full_name(record: Record) -> str:
    texts = record.texts.get
    return _clip(f"{texts('forename', '')} {texts('surname', '')}".strip() or texts("upn") or "–")


def _town(record: Record) -> str:
    texts = record.texts.get
    town = texts("town") or texts("post_town")
    return town or next((line for key in _ADDRESS_LINES if (line := texts(key))), "")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=None) if moment.tzinfo else moment
