"""Sentences of the reports; placeholders are the error's parameters."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    "report-unknown": N_("There is no report “{report}”. There are: {known}."),
    "report-parameter": N_("The report “{report}” takes no “{parameter}”."),
    "report-range": N_("“{range}” is no range of days. There are: {known}."),
    "report-range-twice": N_("Give a range, or from and to: not both."),
    "report-day": N_("“{typed}” is no day. Write it like 24/11/2026 or 2026-11-24."),
    "report-future": N_("{day} is still to come. Today is {today}."),
    "report-from-after-to": N_("From {start} is after to {end}. Change one of them."),
    "report-which": N_("“{which}” is none of: {known}."),
    "report-school": N_("There is no school {school} in this report. Look it up with the finder."),
    "report-schools-many": N_("At most {most} schools can be named. Leave the field blank for all."),
    "report-la": N_("There is no authority {la}. Look it up with the finder."),
    "report-la-own": N_("Your own authority, {own}, must be one of those chosen."),
    "report-la-own-only": N_("This report is of your own authority only: {own}."),
    "report-la-many": N_("At most {most} authorities can be chosen, your own among them."),
    "report-wales-twice": N_("All of Wales, or authorities by their codes: not both."),
    "report-csv-only": N_(
        "This is too long for a screen. Save it as a CSV, or choose an authority or a school."
    ),
    "report-no-files": N_("There are no files behind this number."),
    "report-counts-only": N_("Of other authorities there are numbers only, no files."),
    "report-la-missing": N_("Say which authority."),
    "report-picture": N_("This report has no picture."),
    "saved-name": N_("Give it a name of at most {most} characters."),
    "saved-many": N_("You keep {most} already. Forget one first."),
    "saved-leavers": N_("A list of leavers isn't kept. Save it without, and give the list each time."),
    "saved-unknown": N_("You keep no report “{name}”. “s2s-tui report list” shows those that you keep."),
    "holiday-day": N_("“{typed}” is no day. Write it like 21/12/2026 or 2026-12-21."),
    "holiday-order": N_("The last day, {last}, is before the first, {first}."),
    "holiday-long": N_("A holiday has at most {most} days."),
    "holiday-title": N_("At most {most} characters."),
    "holiday-many": N_("There are {most} already. Remove old ones first."),
    "holiday-unknown": N_("There is no holiday {id}."),
    "leavers-columns": N_("The list of leavers lacks: {missing}. Its first line names the columns."),
    "leavers-school": N_(
        "Line {line} of the list of leavers names the school {school}, which isn’t in this report."
    ),
    "leavers-unreadable": N_("The list of leavers can't be read at line {line}: {reason}."),
    "leavers-long": N_("The list of leavers has more than {most} rows. Divide it."),
    "leavers-row": N_("Line {line} of the list of leavers isn't clear: {what}. Nothing was compared."),
}
