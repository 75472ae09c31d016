"""What the reports keep: counts of past months, saved sets of parameters, the days schools don't teach."""

from peewee import BigAutoField, BigIntegerField, CharField, CompositeKey, DateField, DateTimeField, TextField

from s2s_tui.store.models.base import Kept
from s2s_tui.store.models.lost import LostPupil
from s2s_tui.store.models.transfers import Download, Transfer


class CountedMonth(Kept):
    """A month that is over, in London, and of which the CTFs are counted in `MonthCount`.

    A trigger takes the row away where a transfer's event within it is written or changed later: a month
    without a row is counted anew, so that counts are never wrong.
    """

    month = CharField(7, primary_key=True)
    begins_at = DateTimeField(index=True)
    ends_at = DateTimeField()


class MonthCount(Kept):
    """CTFs of an authority in a month: how many met with an event, and the pupils in them."""

    month = CharField(7)
    authority = CharField(3)
    event = CharField(10)
    """`uploaded`, `arrived` (sent to it or its schools), `collected`, `rejected`, `deleted`."""
    files = BigIntegerField()
    pupils = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("month", "authority", "event")


class SavedReport(Kept):
    """A set of parameters that a user gave a name, relative ranges kept as such (`last-month`)."""

    id = BigAutoField()
    username = CharField(40)
    name = CharField(60)
    report = CharField(20)
    parameters = TextField()
    """As JSON."""
    saved_at = DateTimeField()

    class Meta:
        indexes = ((("username", "name"), True),)


class SchoolHoliday(Kept):
    """Days on which an authority's schools don't teach, weekends apart; both ends within."""

    id = BigAutoField()
    authority = CharField(3, index=True)
    first = DateField()
    last = DateField()
    title = TextField(default="")


# One covering index for each side of a transfer, from which the reports count (R-REP).
Transfer.add_index(
    Transfer.index(
        Transfer.source_authority,
        Transfer.kind,
        Transfer.uploaded_at,
        Transfer.source,
        Transfer.destination_authority,
        Transfer.forwarded_from,
        Transfer.pupil_count,
        name="transfer_report_sent",
    )
)
Transfer.add_index(
    Transfer.index(
        Transfer.destination_authority,
        Transfer.kind,
        Transfer.state,
        Transfer.state_at,
        Transfer.uploaded_at,
        Transfer.destination,
        Transfer.source_authority,
        Transfer.pupil_count,
        where=Transfer.destination_authority.is_null(False),
        name="transfer_report_came",
    )
)
Transfer.add_index(
    Transfer.index(
        Transfer.sender,
        Transfer.kind,
        Transfer.uploaded_at,
        Transfer.pupil_count,
        where=Transfer.forwarded_from.is_null(False),
        name="transfer_report_forwarded",
    )
)
LostPupil.add_index(
    LostPupil.index(
        LostPupil.authority,
        LostPupil.uploaded_at,
        LostPupil.born,
        LostPupil.gender,
        name="lost_pupil_report",
    )
)
Download.add_index(
    Download.index(
        Download.organisation,
        Download.confirmed_at,
        Download.transfer,
        Download.is_copy,
        where=Download.confirmed_at.is_null(False),
        name="download_report",
    )
)
