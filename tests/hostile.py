"""Names that nobody means well with, and whether a text is shown harmlessly."""

import os
import unicodedata

HOSTILE = [
    "\x1b]0;owned\x07.xml",
    "\x1b[2J\x1b[31mred.xml",
    "two\nlines.xml",
    "\r6804012_CTF_6814053_001.XML",
    "\u202egnp.xml",
    "a\u009b31m.xml",
    "[bold]x[link=a].xml",
    "[nothing",
    "{braces} {0} %s %(x)s.xml",
    "tab\there.xml",
    "\u200b.xml",
    "☃ 漢字 é.xml",
    os.fsdecode(b"\xff\xfe\x80.xml"),
    "--json",
    "-x",
]


def harmless(text: str) -> bool:
    """Whether nothing but line ends in it could act on a terminal."""
    return all(character == "\n" or unicodedata.category(character)[0] != "C" for character in text)
