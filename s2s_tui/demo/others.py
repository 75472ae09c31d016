"""What travels beside CTFs: zips of lists, PLASC and admissions files."""

import io
import zipfile
from datetime import datetime


def register_zip(label: str, at: datetime) -> bytes:
    """A harmless zip with one list in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        info = zipfile.ZipInfo(f"{label}.csv", at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        lines = [f"{label},week,sessions,attended"]
        lines += [f"class {number},{at:%V},{20 + number},{18 + number}" for number in range(1, 8)]
        bundle.writestr(info, "\r\n".join(lines))
    return out.getvalue()


def other_xml(form: str, source: str, at: datetime) -> bytes:
    """A PLASC or admissions file, which is passed on as it is."""
    root = {"PLA": "PLASC", "ADM": "Admissions"}[form]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n  <Header>\n    <LEA>{source[:3]}</LEA>\n'
        f"    <Estab>{source[3:]}</Estab>\n    <DateTime>{at:%Y-%m-%dT%H:%M:%S}</DateTime>\n"
        f"  </Header>\n  <Return>All made up.</Return>\n</{root}>\n"
    ).encode()
