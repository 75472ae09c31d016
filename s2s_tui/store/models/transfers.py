"""Files on their way: content, transfers, their pupils, downloads."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from s2s_tui.store.models.base import Kept


class Content(Kept):
    """The bytes of files as they came, compressed, once for each digest (SHA-256)."""

    digest = CharField(64, primary_key=True)
    size = IntegerField()
    packed = BlobField()


class Transfer(Kept):
    """A file on its way: one destination, one state.

    `within`, `incoming` and `outgoing` name the authority in whose tab it is listed (R-DWN-1), so that each
    list is one equality and one index.
    """

    id = BigAutoField()
    name = CharField(60)
    name_key = CharField(60, index=True)
    kind = CharField(10)
    source = CharField(7)
    destination = CharField(7)
    source_authority = CharField(3)
    destination_authority = CharField(3, null=True)
    within = CharField(3, null=True)
    incoming = CharField(3, null=True)
    outgoing = CharField(3, null=True)
    content = ForeignKeyField(Content, backref="transfers")
    content_id: str
    size = IntegerField()
    pupil_count = IntegerField(default=0)
    school_year = IntegerField()
    uploaded_at = DateTimeField(index=True)
    uploaded_by = CharField(40)
    sender = CharField(7)
    """The organisation that sent it: the source, or the authority that forwarded or sent on behalf."""
    on_behalf_of = CharField(7, null=True)
    forwarded_from = BigIntegerField(null=True, index=True)
    state = CharField(10, default="awaiting")
    state_at = DateTimeField(null=True)
    state_by = CharField(40, default="")
    state_reason = TextField(default="")
    recalled_at = DateTimeField(null=True)
    chased_at = DateTimeField(null=True)
    chased_by = CharField(40, default="")
    first_destination = CharField(7, null=True)
    """Where it was addressed before its school merged into another (R-SCH-3)."""


# One covering index for each list × sort offered (R-DWN-1); SQLite carries the id in each anyway. Partial
# where the owner may be null, and only there: elsewhere SQLite would never use it.
for _owner in (Transfer.source, Transfer.destination, Transfer.within, Transfer.incoming, Transfer.outgoing):
    for _sort in (Transfer.uploaded_at, Transfer.name_key):
        Transfer.add_index(
            Transfer.index(
                _owner,
                Transfer.kind,
                Transfer.state,
                _sort,
                Transfer.id,
                where=_owner.is_null(False) if _owner.null else None,
                name=f"transfer_{_owner.name}_{_sort.name}",
            )
        )

Transfer.add_index(
    Transfer.index(
        Transfer.source_authority, Transfer.kind, Transfer.state, Transfer.state_at, name="transfer_ended"
    )
)
"""What became of an authority's files lately, for Home."""


class Pupil(Kept):
    """A pupil named in a transfer's file."""

    id = BigAutoField()
    transfer = ForeignKeyField(Transfer, backref="pupils")
    transfer_id: int
    position = IntegerField()
    upn = TextField(index=True)
    surname = TextField()
    forename = TextField()
    born = DateField()
    gender = TextField(default="")
    name_key = TextField(index=True)
    """`rules.people.name_key`: surname and forename made comparable."""


class Download(Kept):
    """A file that was given out: to its destination, or as an authority's copy (R-LEA-2)."""

    id = BigAutoField()
    transfer = ForeignKeyField(Transfer, backref="downloads")
    username = CharField(40)
    organisation = CharField(7, index=True)
    at = DateTimeField()
    is_copy = BooleanField()
    confirmed_at = DateTimeField(null=True)


class Allocation(Kept):
    """A pupil of a bulk file sent to an authority, and the school it is to go on to (R-PHA)."""

    id = BigAutoField()
    authority = CharField(3, index=True)
    transfer = ForeignKeyField(Transfer, backref="allocations")
    transfer_id: int
    position = IntegerField()
    """Its place among the file's pupils, from 1."""
    upn = TextField(index=True)
    surname = TextField()
    forename = TextField()
    born = DateField()
    gender = TextField(default="")
    school = CharField(7, null=True)
    """The establishment it is allocated to; None until somebody does."""
    changed_by = CharField(40, default="")
    changed_at = DateTimeField(null=True)
    sent_as = BigIntegerField(null=True, index=True)
    """The transfer in which it went on."""

    class Meta:
        indexes = ((("transfer", "position"), True),)
