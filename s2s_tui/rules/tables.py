"""Tables that spreadsheets and management systems write: a CSV's rows as a stream, each with its line."""

import csv
import re
from collections.abc import Iterator
from itertools import chain

from s2s_tui.base.errors import Refused

_SEPARATORS = ",;\t"
"""Where none is said it is the one that the header has most of; of as many, a comma."""
_SAID = re.compile(r"\ufeff?\s*sep=([^\"\0\r\n])\s*", re.IGNORECASE)
_BLANK = "\ufeff \t\r\n"


def rows(text: Iterator[str], unreadable: str = "table-unreadable") -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV that hold anything, its header first, as (line where the row begins, cells).

    Commas, semicolons or tabs; blank lines and `sep=;` before the header are passed over. Of a table without
    any row nothing is given.

    Args:
        text: its lines.
        unreadable: the code of the error for what is no CSV.

    Raises:
        Refused: that code, with `line` and `reason`.
    """
    separator, before = "", 0
    for head in text:
        said = _SAID.fullmatch(head)
        if said:
            separator = said[1]
        elif head.strip(_BLANK):
            break
        before += 1
    else:
        return
    reader = csv.reader(
        chain([head.lstrip("\ufeff")], text),
        delimiter=separator or max(_SEPARATORS, key=head.count),
        strict=True,
    )
    ended = 0
    try:
        for cells in reader:
            line, ended = before + ended + 1, reader.line_num
            if any(map(str.strip, cells)):
                yield line, cells
    except csv.Error as error:
        raise Refused(unreadable, line=before + reader.line_num, reason=str(error)) from error
