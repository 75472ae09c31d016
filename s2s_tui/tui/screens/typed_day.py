"""A whole day as people type it into a form."""

from datetime import date

from s2s_tui.base.errors import Refused
from s2s_tui.rules import typed


def typed_day(text: str, field: str) -> date:
    """A day to come or past, such as `30/1/2027` or `30 January 2027`.

    Raises:
        Refused: `day-typed`, with the field.
    """
    try:
        # Two digits of a year may be of years to come, which a birth date's are not.
        found = typed.typed_date(text, date(2099, 12, 31))
    except Refused as error:
        raise Refused("day-typed", typed=text[:40], field=field) from error
    if found is None or found.year is None or found.month is None or found.day is None:
        raise Refused("day-typed", typed=text[:40], field=field)
    return date(found.year, found.month, found.day)
