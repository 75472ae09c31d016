"""School dates: dates as files write them, school years, leaving age."""

from datetime import MAXYEAR, date, timedelta

_FRIDAY = 4


def parse_date(text: str) -> date | None:
    """The date that a text writes as YYYY-MM-DD; None for any other form, or no real date (R-UPL-2)."""
    # fromisoformat also takes 20140203 and 2014-W05-1, which a CTF does not.
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def school_year(day: date) -> int:
    """The calendar year in which the school year of a day starts; school years start on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


def age(born: date, day: date) -> int:
    """Whole years from a birth date to a day; negative before birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def year_group(born: date, day: date) -> int:
    """The year group of a birth date in the school year of a day.

    0 is reception, 7 the first at secondary school; negative before school.
    """
    return school_year(day) - school_year(born) - 5


def leaving_date(born: date) -> date:
    """The statutory leaving date: the last Friday of June in the school year of the 16th birthday (R-LPD-7).

    A birth date so late that the year can't be written gives the last Friday of June in year 9999.
    """
    # The 16th birthday is in the school year that starts 16 after that of the birth; its June is a year on.
    end = date(min(school_year(born) + 17, MAXYEAR), 6, 30)
    return end - timedelta(days=(end.weekday() - _FRIDAY) % 7)


def youngest_leaver(day: date) -> date:
    """The latest birth date whose leaving date is before a day: a whole school year leaves at once."""
    # Of the school year that ends with this June, or of the one before where that is still to come.
    born = date(day.year - 16, 8, 31)
    return born if leaving_date(born) < day else date(day.year - 17, 8, 31)
