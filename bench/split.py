"""How fast, and in how much memory, a bulk CTF of 5,000 pupils is split into 60 schools (R-PHA-1)."""

import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from bench.measuring import peak_mb, ratio, say

PUPILS = 5_000
SCHOOLS = 60
_WRITTEN = datetime(2026, 7, 1, 9, 30)
_MEASURED = """
import sys
from pathlib import Path
from bench.split import divided
assert divided(Path(sys.argv[1]).read_bytes()) == 60
"""


def bulk(pupils: int = PUPILS) -> bytes:
    """A CTF of so many invented pupils, each with attendance and assessments as systems export them."""
    return b"".join([_HEAD, *(_pupil(number) for number in range(pupils)), b"</CTFpupilData></CTfile>\n"])


def divided(content: bytes) -> int:
    """Take a file apart and write one for each school; how many they are."""
    from s2s_tui.rules.split import newest, put_together, take_apart

    parts = take_apart(content)
    schools = defaultdict(list)
    for piece in parts.pieces:
        schools[f"681{4000 + piece.position % SCHOOLS}"].append(piece)
    for school, pieces in schools.items():
        put_together(
            pieces,
            source="680LLLL",
            source_name="Newport",
            destination=school,
            written=_WRITTEN,
            school_year=2025,
            version=newest([parts.version]),
        )
    return len(schools)


def run() -> None:
    """Print the figures."""
    from lxml import etree

    content = bulk()
    # Before anything big is held here: a process starts with the peak of the one that made it.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bulk.xml"
        path.write_bytes(content)
        peak = peak_mb(_MEASURED, str(path))
    parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
    ours, theirs, times = ratio(lambda: divided(content), lambda: etree.fromstring(content, parser))
    say("the file", len(content) / 1024**2, "MB")
    say(f"bare lxml parse of {PUPILS:,} pupils", theirs * 1000, "ms")
    say(f"split into {SCHOOLS} schools", ours * 1000, "ms")
    say("  against the bare parse", times, "times", "at most 5")
    say("  peak memory of the process", peak, "MB", "at most 300")


_HEAD = b"""<?xml version="1.0" encoding="UTF-8"?>
<CTfile><Header><DocumentName>Common Transfer File</DocumentName><CTFversion>26.0</CTFversion>
<DateTime>2026-07-01T09:30:00</DateTime><DocumentQualifier>full</DocumentQualifier>
<SourceSchool><LEA>680</LEA><Estab>2310</Estab><SchoolName>Ysgol</SchoolName></SourceSchool>
<DestSchool><LEA>680</LEA><Estab>LLLL</Estab></DestSchool></Header><CTFpupilData>
"""


def _pupil(number: int) -> bytes:
    attendance = "".join(
        f"<SessionDetails><AttendanceYear>{year}</AttendanceYear><SessionsPossible>190</SessionsPossible>"
        f"<SessionsAttended>{150 + number % 40}</SessionsAttended></SessionDetails>\n"
        for year in range(2020, 2026)
    )
    results = "".join(
        f"<StageAssessment><Stage>KS{stage}</Stage><Subject>{subject}</Subject>"
        f"<Component>1</Component><Result>{(number + stage) % 6}</Result></StageAssessment>\n"
        for stage in range(1, 3)
        for subject in ("ENG", "MAT", "SCI", "CYM")
    )
    return (
        f"<Pupil><UPN>A6802310{number:05}</UPN><Surname>Llwyd-Evans {number}</Surname>"
        f"<Forename>Siân</Forename><DOB>2014-0{number % 9 + 1}-11</DOB><Gender>F</Gender>\n"
        f"<BasicDetails><Ethnicity>WBRI</Ethnicity><Language>CYM</Language></BasicDetails>\n"
        "<Address><AddressLines><AddressLine1>1 Heol y Môr</AddressLine1></AddressLines></Address>\n"
        f"<Attendance>{attendance}</Attendance><StageAssessments>{results}</StageAssessments></Pupil>\n"
    ).encode()
