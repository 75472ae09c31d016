"""What is kept of a common transfer file: the header and the named elements of each pupil."""

from dataclasses import dataclass
from datetime import date, datetime

from s2s_tui.rules.problems import Problem


@dataclass(frozen=True, slots=True)
class Header:
    """The header; an absent element is an empty string.

    Attributes:
        version: `CTFversion`, as written.
        written: `DateTime` as the sender's wall clock, naive; None where absent or not a date and time.
        qualifier: `full` or `partial`, as written.
        source: authority and school in upper case: `6804012`, `680LLLL`.
        destination: likewise: `6814053`, `681LLLL`, `XXXXXXX`.
        school_name: the name of the source.
        academic_year: the year in which the school year starts, as written.
        supplier: the program that wrote the file.
    """

    version: str
    written: datetime | None
    qualifier: str
    source: str
    destination: str
    school_name: str
    academic_year: str
    supplier: str


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil, raw text without the spaces around it; an absent element is an empty string.

    Attributes:
        born: the date of birth.
        gender: `M`, `F` or another single character from the file; empty where missing or longer.
        town: `Town`, else `PostTown`, else the last filled address line.
        line: the line of the pupil's element, from 1.
    """

    upn: str
    surname: str
    forename: str
    born: date
    gender: str
    former_upn: str
    former_surname: str
    former_forename: str
    preferred_surname: str
    preferred_forename: str
    middle_names: str
    town: str
    postcode: str
    line: int


@dataclass(frozen=True, slots=True)
class Ctf:
    """What reading a CTF gave.

    Attributes:
        header: None where the file could not be read or has none.
        pupils: those without a refusal of their own, in the file's order.
        problems: what was found, in the order of the lines.
        encoding: `utf-8`, `utf-16`, `iso-8859-1` or `windows-1252`; empty where it is none of these.
    """

    header: Header | None
    pupils: tuple[Pupil, ...]
    problems: tuple[Problem, ...]
    encoding: str
