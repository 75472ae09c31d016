"""Common transfer files: read once, checked, the named elements kept (R-UPL-2).

`content` looks at the bytes, `elements` at the XML, `checks` at the header and the pupils.
"""

from datetime import date

from s2s_tui.rules.ctf.checks import Checker
from s2s_tui.rules.ctf.content import not_utf8, text_of
from s2s_tui.rules.ctf.elements import records
from s2s_tui.rules.ctf.model import Ctf, Header, Pupil
from s2s_tui.rules.problems import Problem

__all__ = ["Ctf", "Header", "Pupil", "read"]

LIMIT = 25 * 1024 * 1024
"""The largest CTF taken, in bytes, when nothing else is said (R-UPL-4)."""


def read(
    content: bytes,
    *,
    source: str,
    destination: str,
    today: date,
    limit: int = LIMIT,
    forwarded: bool = False,
) -> Ctf:
    """Read and check a CTF. No bytes make it raise; no entity is expanded, no other file or address read.

    Args:
        content: the whole file.
        source: the sender in the file's name: `6804012`, `680LLLL`.
        destination: the receiver in the file's name: `6814053`, `681LLLL`, `XXXXXXX`, `MMMMMMM`.
        today: the day of the check, for dates in the future.
        limit: the largest size taken, in bytes.
        forwarded: the file was first sent to someone else, so the header's destination isn't compared
            with the name (R-UPL-5).

    Returns:
        What is kept and what was found; without header and pupils where the whole can't be read.
    """
    text = text_of(content, limit)
    if isinstance(text, Problem):
        return Ctf(None, (), (text,), "")
    checker = Checker(source=source, destination=destination, today=today, forwarded=forwarded)
    unreadable = records(text.utf8, checker.take_header, checker.take_pupil)
    if unreadable is not None:
        if text.encoding == "utf-8":
            unreadable = not_utf8(content) or unreadable
        return Ctf(None, (), (unreadable,), text.encoding)
    problems = checker.problems()
    return Ctf(checker.header, tuple(checker.pupils), problems, text.encoding)
