"""What a search found as other programs take it: JSON records, and a CSV of a batch's candidates."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from s2s_tui.base.text import cell_text
from s2s_tui.services import files
from s2s_tui.services.lost import Record
from s2s_tui.services.search import Answer, Hit
from s2s_tui.services.wording import say
from s2s_tui.services.wording.reasons import why

CSV_COLUMNS = (
    *("ref", "line", "rank", "score", "id", "upn", "surname", "forename", "dob", "gender", "town"),
    *("la", "school", "school_name", "uploaded", "former_upn", "former_surname", "middle_names", "why"),
)


def record_json(record: Record) -> dict[str, Any]:
    """A record with the keys of the contract; days and moments as ISO 8601, moments in UTC."""
    return {
        "id": str(record.id),
        "upn": record.upn,
        "surname": record.surname,
        "forename": record.forename,
        "dob": record.dob.isoformat(),
        "gender": record.gender,
        "town": record.town,
        "la": record.la,
        "school": record.school,
        "school_name": record.school_name,
        "uploaded": record.uploaded.isoformat(timespec="seconds") + "Z",
        "former_upn": record.former_upn,
        "former_surname": record.former_surname,
        "middle_names": record.middle_names,
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """A record with its score and the reasons, sentences in the reader's language."""
    return record_json(hit.record) | {"score": hit.score, "why": [why(reason) for reason in hit.why]}


def answer_json(answer: Answer) -> dict[str, Any]:
    """A batch's row with its candidates, best first; or why it could not be looked for."""
    error = {"error": say(answer.error)} if answer.error else {}
    better = {"better": [str(record.id) for record in answer.better]} if answer.better else {}
    return {"ref": answer.ref, "results": [hit_json(hit) for hit in answer.hits]} | better | error


def as_json(answers: Iterable[Answer]) -> bytes:
    """A batch's answers as one JSON document."""
    return (json.dumps([answer_json(answer) for answer in answers], indent=1) + "\n").encode()


def as_csv(answers: Iterable[Answer]) -> bytes:
    """A batch's answers as a CSV for spreadsheets: a row a candidate, one without any where none was found.

    What a spreadsheet would take for a formula is kept from it by an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, CSV_COLUMNS, restval="")
    writer.writeheader()
    for answer in answers:
        own = {"ref": answer.ref, "line": answer.line}
        for rank, hit in enumerate(answer.hits, 1):
            row = hit_json(hit) | own | {"rank": rank, "why": "; ".join(map(why, hit.why))}
            writer.writerow({name: cell_text(value) for name, value in row.items()})
        if not answer.hits:
            said = say(answer.error) if answer.error else ""
            writer.writerow({name: cell_text(value) for name, value in (own | {"why": said}).items()})
    return out.getvalue().encode("utf-8-sig")


def save(folder: Path, name: str, content: bytes) -> Path:
    """Save a list whole, never over a file that is there.

    Raises:
        Refused, WrongUse, Unreachable: as `files.save`.
    """

    def write(file: BinaryIO) -> None:
        file.write(content)

    return files.save(folder, name, write)
