"""The reports, in the portal's order (§7). One that is not here doesn't exist for any face.

From an entry come the screen, the command, the CSV, the help and the tests that all reports share. What works
out its numbers is a module of its own, loaded when it is run: help needs no database (decision 21).
"""

from dataclasses import replace

from s2s_tui.base.translation import N_
from s2s_tui.services.reports import words
from s2s_tui.services.reports.model import Column, Given, Of, Report, Shape

_UPLOADED = (
    Column("uploaded", N_("Uploaded"), Of.NUMBER, files=True, sums=True),
    Column("uploaded_pupils", N_("Pupils"), Of.NUMBER, sums=True, extra=True),
)
_AFTER = (
    Column("downloaded", N_("Downloaded"), Of.NUMBER, files=True, sums=True),
    Column("downloaded_pupils", N_("Pupils"), Of.NUMBER, sums=True, extra=True),
    Column("awaiting", N_("Awaiting"), Of.NUMBER, files=True, sums=True),
    Column("awaiting_pupils", N_("Pupils"), Of.NUMBER, sums=True, extra=True),
    Column("rejected", N_("Rejected"), Of.NUMBER, files=True, sums=True),
    Column("rejected_pupils", N_("Pupils"), Of.NUMBER, sums=True, extra=True),
)
_USAGE = (
    Column("school", N_("School")),
    Column("name", N_("Name"), yields=True),
    *_UPLOADED,
    Column("lost", N_("Of these lost"), Of.NUMBER, files=True, sums=True, extra=True),
    *_AFTER,
)
_CLUSTER = (
    Column("from_la", N_("From")),
    Column("from_name", N_("Authority"), yields=True),
    Column("to_la", N_("To")),
    Column("to_name", N_("Authority"), yields=True),
    *_UPLOADED,
    *_AFTER,
)
_LOST_NUMBERS = (
    Column("la", N_("LA")),
    Column("name", N_("Name"), yields=True),
    Column("age", N_("Age"), Of.NUMBER),
    Column("gender", N_("Gender"), Of.WORD, words=words.GENDERS),
    Column("uploaded", N_("Uploaded"), Of.NUMBER, files=True, sums=True),
    Column("downloaded", N_("Downloaded"), Of.NUMBER, files=True, sums=True),
)
_NATIONAL = (
    Column("la", N_("LA")),
    Column("name", N_("Name"), yields=True),
    Column("month", N_("Month")),
    *_UPLOADED,
    # What waits at the end of one month may wait at the end of the next.
    *(replace(column, sums=False) if column.id.startswith("awaiting") else column for column in _AFTER),
)
_COMPARED = (
    Column("line", N_("Line"), Of.NUMBER, extra=True),
    Column("school", N_("School")),
    Column("name", N_("Name"), yields=True, extra=True),
    Column("upn", N_("UPN"), extra=True),
    Column("surname", N_("Surname"), yields=True),
    Column("forename", N_("Forename"), yields=True),
    Column("dob", N_("Born"), Of.DAY, extra=True),
    Column("left", N_("Left"), Of.DAY, extra=True),
    Column("outcome", N_("File"), Of.WORD, words=words.OUTCOMES),
    Column("to", N_("To"), extra=True),
    Column("uploaded", N_("Uploaded"), Of.DAY, extra=True),
    Column("matched", N_("Known by"), Of.WORD, words=words.KNOWN_BY, extra=True),
    Column("school_days", N_("School days"), Of.NUMBER, extra=True),
    Column("overdue", N_("Overdue"), Of.WORD, words=words.OVERDUE),
)

_ALL = (
    Report(
        module="usage",
        key="usage",
        title=N_("General Usage/Volume"),
        says=N_(
            "How many CTFs each school uploaded, downloaded, has waiting and rejected, and how many "
            "pupils are in them. What was sent on behalf of a school counts as its own."
        ),
        permission="reports.authority",
        takes=(Given.START, Given.END, Given.SCHOOLS, Given.AUTHORITIES),
        columns=_USAGE,
        sorted_by=("school",),
        shape=Shape.LINES,
    ),
    Report(
        module="school",
        is_long=True,
        key="school",
        title=N_("School Report"),
        says=N_("Each CTF that a school sent, and to whom, received, or has waiting, by date."),
        permission="reports",
        takes=(Given.START, Given.END, Given.SCHOOLS, Given.AUTHORITIES),
        columns=(
            Column("school", N_("School"), extra=True),
            Column("name", N_("Name"), yields=True, extra=True, names="school"),
            Column("date", N_("Date"), Of.MOMENT),
            Column("what", N_("What"), Of.WORD, words=words.EVENTS),
            Column("file", N_("File")),
            Column("other", N_("To or from"), extra=True),
            Column("other_name", N_("Name"), yields=True, extra=True, names="other"),
            Column("pupils", N_("Pupils"), Of.NUMBER),
            Column("state", N_("State"), Of.WORD, words=words.FILE_STATES, extra=True),
        ),
        sorted_by=("school", "date", "what"),
        shape=Shape.LINES,
    ),
    Report(
        module="cluster",
        key="cluster",
        title=N_("LEA Cluster"),
        says=N_(
            "How many CTFs went between your own authority and up to nine others, each way and among "
            "them; or between all authorities of Wales, as a CSV."
        ),
        permission="reports.authority",
        takes=(Given.START, Given.END, Given.AUTHORITIES, Given.ALL_WALES),
        columns=_CLUSTER,
        sorted_by=("from_la", "to_la"),
        shape=Shape.HEAT,
        by_authority=False,
        most=10,
    ),
    Report(
        module="lost_numbers",
        key="lost-numbers",
        title=N_("Lost Pupil (Numbers)"),
        says=N_(
            "How many lost pupils' files were uploaded, and downloaded, by schools or on their behalf, by"
            " age at the last day and gender. Your own authority must be among those chosen."
        ),
        permission="reports.authority",
        takes=(Given.START, Given.END, Given.AUTHORITIES),
        columns=_LOST_NUMBERS,
        sorted_by=("la", "age", "gender"),
        shape=Shape.BARS,
        most=10,
    ),
    Report(
        module="lost_details",
        is_long=True,
        key="lost-details",
        title=N_("Lost Pupil (Details)"),
        says=N_(
            "Each pupil whose file your schools sent to the lost pupil database: missing, left the "
            "maintained sector, or both; only those now downloaded, by the day of the download. With a "
            "list of leavers it tells instead who was uploaded, who was not, who was sent elsewhere, and "
            "who is overdue."
        ),
        permission="reports.authority",
        takes=(
            *(Given.START, Given.END, Given.SCHOOLS, Given.AUTHORITIES),
            *(Given.WHICH, Given.NOW_DOWNLOADED, Given.LEAVERS),
        ),
        columns=(
            Column("school", N_("School")),
            Column("name", N_("Name"), yields=True, extra=True, names="school"),
            Column("upn", N_("UPN"), extra=True),
            Column("surname", N_("Surname"), yields=True),
            Column("forename", N_("Forename"), yields=True),
            Column("dob", N_("Born"), Of.DAY),
            Column("gender", N_("Gender"), extra=True),
            Column("which", N_("Why"), Of.WORD, words=words.REASONS, extra=True),
            Column("file", N_("File"), extra=True),
            Column("uploaded", N_("Uploaded"), Of.MOMENT),
            Column("state", N_("State"), Of.WORD, words=words.RECORD_STATES),
            Column("downloaded", N_("Downloaded"), Of.MOMENT, extra=True),
            Column("downloaded_by", N_("By"), extra=True),
        ),
        sorted_by=("school", "uploaded"),
        compared=_COMPARED,
    ),
    Report(
        module="movement",
        is_long=True,
        key="movement",
        title=N_("Generic/Other File Movement"),
        says=N_(
            "Generic zips, PLASC and admissions files that your schools and your authority sent, with the"
            " days on which they were uploaded and downloaded. A file is in it if either day is in the "
            "range."
        ),
        permission="reports.authority",
        takes=(Given.START, Given.END, Given.SCHOOLS, Given.AUTHORITIES),
        columns=(
            Column("school", N_("From")),
            Column("name", N_("Name"), yields=True, extra=True, names="school"),
            Column("file", N_("File"), yields=True),
            Column("kind", N_("Kind"), Of.WORD, words=words.KINDS, extra=True),
            Column("to", N_("To"), extra=True),
            Column("to_name", N_("Name"), yields=True, extra=True, names="to"),
            Column("size", N_("Size"), Of.NUMBER, extra=True),
            Column("uploaded", N_("Uploaded"), Of.MOMENT),
            Column("downloaded", N_("Downloaded"), Of.MOMENT),
            Column("state", N_("State"), Of.WORD, words=words.FILE_STATES, extra=True),
        ),
        sorted_by=("uploaded", "school"),
    ),
    Report(
        module="messages",
        key="messages",
        title=N_("Message Report"),
        says=N_(
            "How many messages came to each school and role within your authority, how many are read, and"
            " which schools have unread ones, as far as messages are kept. It tells neither what they say"
            " nor who sent them."
        ),
        permission="reports.messages",
        takes=(Given.START, Given.END, Given.SCHOOLS, Given.AUTHORITIES),
        columns=(
            Column("inbox", N_("Inbox")),
            Column("name", N_("Name"), yields=True),
            Column("received", N_("Within the LA"), Of.NUMBER, sums=True),
            Column("read", N_("Read"), Of.NUMBER, sums=True),
            Column("unread", N_("Unread"), Of.NUMBER, sums=True),
            Column("unread_elsewhere", N_("From elsewhere"), Of.NUMBER, sums=True, extra=True),
            Column("oldest", N_("Unread since"), Of.DAY, extra=True),
            Column("expired", N_("Deleted unread"), Of.NUMBER, sums=True, extra=True),
        ),
        sorted_by=("inbox",),
    ),
    Report(
        module="national",
        key="national",
        title=N_("Usage by authority and month"),
        says=N_(
            "How many CTFs were uploaded, downloaded and rejected in each authority and month, and how "
            "many waited when the month ended."
        ),
        permission="reports.national",
        takes=(Given.START, Given.END, Given.AUTHORITIES),
        columns=_NATIONAL,
        sorted_by=("la", "month"),
        shape=Shape.LINES,
        whole="screen",
        by_authority=False,
        most=10,
        is_prepared=True,
    ),
)

REPORTS: dict[str, Report] = {report.key: report for report in _ALL}
"""Key → entry."""
