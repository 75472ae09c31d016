"""What people type into a search: dates as they write them, UPNs, the fields as a whole (R-LPD-1)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from s2s_tui.base.errors import Mistyped

LONGEST = 100
"""Characters of one field: no name or town is longer."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan ionawr ion",
            "february feb chwefror chwef chw",
            "march mar mawrth maw",
            "april apr ebrill ebr",
            "may mai",
            "june jun mehefin meh",
            "july jul gorffennaf gorff gor",
            "august aug awst aws",
            "september sept sep medi med",
            "october oct hydref hyd",
            "november nov tachwedd tach tac",
            "december dec rhagfyr rhag rha",
        ),
        1,
    )
    for name in names.split()
}
# As they stand after `o`: 12 o Fawrth.
_MONTHS |= {"fawrth": 3, "fai": 5, "fehefin": 6, "orffennaf": 7, "fedi": 9, "dachwedd": 11, "ragfyr": 12}
_OF = re.compile(r"(?<=\s)(?:o|of)(?=\s)")
_MIDNIGHT = re.compile(r"[t ]00:00(:00(\.0+)?)?z?$")
"""What spreadsheets and programs put after a day."""
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|af|il|ail|ydd|edd|ed|fed|eg)\b")
_UPN = re.compile(r"[A-Z]?[0-9]{11,12}[A-Z]?")
_WHOLE_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")
_UPN_PARTED = re.compile(r"[\s./_\\‐-―−-]+")
_AS_DIGITS = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class TypedDate:
    """A date of which parts may be unknown."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


def typed_date(text: str, today: date) -> TypedDate | None:
    """A date of birth as people type it, in English or Welsh; None where nothing was typed.

    `12/3/14`, `12.03.2014`, `2014-03-12`, `12 Mawrth 2014`, `12fed o Fawrth 2014`, `March 2014`, `3/2014`,
    `2014`, `12032014`, `120314`: the day comes before the month; two digits of a year mean the latest that is
    past.

    Raises:
        Mistyped: `date-unclear`, it is no date that is understood; `date-unreal`, there is no such day.
    """
    plain = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", text).casefold().strip())
    plain = _OF.sub("", _ORDINAL.sub("", plain))
    parts = re.findall(r"[0-9]+|[^\W\d_]+", plain)
    if not plain:
        return None
    if len(plain) > LONGEST or not parts or not 1 <= len(parts) <= 3:
        raise Mistyped("date-unclear", typed=text[:LONGEST])
    if len(parts) == 1 and len(parts[0]) == 8 and parts[0].isdigit():
        run = parts[0]
        parts = [run[:2], run[2:4], run[4:]] if 1 <= int(run[2:4]) <= 12 else [run[:4], run[4:6], run[6:]]
    elif len(parts) == 1 and len(parts[0]) == 6 and parts[0].isdigit():
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    words = [place for place, part in enumerate(parts) if not part.isdigit()]
    if len(words) > 1 or any(parts[place] not in _MONTHS for place in words):
        raise Mistyped("date-unclear", typed=text)
    if words:
        month: int | None = _MONTHS[parts.pop(words[0])]
        day, year = _day_and_year(parts, text)
    elif len(parts) == 3:
        first, middle, last = parts
        day, month, year = (last, int(middle), first) if len(first) == 4 else (first, int(middle), last)
    elif len(parts) == 2:
        month, year = (int(parts[1]), parts[0]) if len(parts[0]) == 4 else (int(parts[0]), parts[1])
        day = ""
    else:
        month, day, year = None, "", parts[0]
        if len(year) != 4:
            raise Mistyped("date-unclear", typed=text)
    return _real(_year(year, today, text), month, int(day) if day else None, text)


def _day_and_year(rest: list[str], text: str) -> tuple[str, str]:
    """What stands beside a month's name."""
    if len(rest) == 2:
        return (rest[1], rest[0]) if len(rest[0]) == 4 else (rest[0], rest[1])
    if len(rest) == 1 and len(rest[0]) == 4:
        return "", rest[0]
    raise Mistyped("date-unclear", typed=text)


def _year(year: str, today: date, text: str) -> int:
    if len(year) == 4:
        return int(year)
    if len(year) != 2:
        raise Mistyped("date-unclear", typed=text)
    century = today.year // 100 * 100
    return century + int(year) if century + int(year) <= today.year else century - 100 + int(year)


def _real(year: int, month: int | None, day: int | None, text: str) -> TypedDate:
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise Mistyped("date-unreal", typed=text) from None
    return TypedDate(year, month, day)


def typed_upn(text: str) -> str:
    """A UPN as typed, in capitals, without spaces, hyphens, dots, slashes; some may be missing or wrong.

    The letters O, I and L among the digits are 0 and 1 where that makes a whole UPN: so they are misread.

    Raises:
        Mistyped: `upn-typed`, it is too long, too short, or has characters that no UPN has.
    """
    plain = _UPN_PARTED.sub("", text).upper()
    if not text.strip():
        return ""
    # O and I are never at the end of one either; L may be, of a temporary one.
    mended = plain[:1] + plain[1:12].translate(_AS_DIGITS) + plain[12:].replace("O", "0").replace("I", "1")
    if _WHOLE_UPN.fullmatch(mended):
        return mended
    if not plain.isascii() or not plain.isalnum() or not 10 <= len(plain) <= 13 or not _UPN.search(plain):
        raise Mistyped("upn-typed", typed=text[:LONGEST], length=len(plain))
    return plain


def typed_name(text: str, field: str) -> str:
    """A name or town as typed.

    Raises:
        Mistyped: `text-long`, or `text-blank` where there is something, but no letter or digit.
    """
    plain = text.strip()
    if len(plain) > LONGEST:
        raise Mistyped("text-long", field=field, most=LONGEST)
    if plain and not any(character.isalnum() for character in plain):
        raise Mistyped("text-blank", field=field)
    return plain
