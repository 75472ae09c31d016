"""Secure messages: what was sent, where it lies, drafts, templates and groups (R-MSG).

An inbox is an establishment number, an authority's role (`680/user`) or `WG` (`rules.inboxes`).
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from s2s_tui.store.models.base import Kept


class Message(Kept):
    """A message as it was sent. It goes with its last copy, or on its last day."""

    id = BigAutoField()
    sender = CharField(28)
    """The inbox that it was sent from; `S2S` for what the program itself says."""
    sent_by = CharField(40)
    subject = TextField()
    subject_key = CharField(60)
    """How subjects are sorted."""
    text = TextField()
    about = CharField(24, default="")
    """What an automatic one tells (`chased`, `discard`…); empty for what a person wrote."""
    sent_at = DateTimeField()
    recipients = IntegerField()
    template = CharField(24, default="")
    answers = BigIntegerField(null=True)
    """The message that it is a reply to."""
    dropped_at = DateTimeField(null=True)
    """When the sender deleted its copy."""
    recalled_at = DateTimeField(null=True)
    due_on = DateField(index=True)
    """The London day on which it goes with everything of it, whatever is left then."""


for _sort in (Message.sent_at, Message.subject_key):
    Message.add_index(
        Message.index(
            Message.sender,
            _sort,
            Message.id,
            where=Message.dropped_at.is_null(),
            name=f"message_sender_{_sort.name}",
        )
    )


class MessageCopy(Kept):
    """A recipient's copy of a message: one an inbox. Read by one of the inbox, it is read (R-MSG-1).

    `sender`, `subject_key` and `received_at` are the message's, so that each order of an inbox is one index.
    """

    id = BigAutoField()
    message = ForeignKeyField(Message, backref="copies", index=False)
    message_id: int
    inbox = CharField(28)
    """Where it lies."""
    addressed = CharField(28)
    """What was picked: another inbox than `inbox` where that had nobody, and it fell to the DBA (R-MSG-6)."""
    sender = CharField(28)
    subject_key = CharField(60)
    received_at = DateTimeField()
    is_read = BooleanField(default=False)
    read_at = DateTimeField(null=True)
    read_by = CharField(40, default="")
    """Who of the inbox opened it first."""
    due_on = DateField()
    """The London day on which it is deleted: 31 days after it came, 14 after it was first read."""
    gone_at = DateTimeField(null=True)
    """When it left the inbox; the row stays as long as the message, for its sender."""
    gone = CharField(8, default="")
    """Why: `deleted`, `expired` or `recalled`."""

    class Meta:
        indexes = ((("message", "inbox"), True),)


# One partial, covering index for each order that an inbox is shown in; what has gone is in none of them. The
# condition's own column is in each: without it the engine looks at every row for what it knows already.
for _name, _columns in {
    "received": (MessageCopy.received_at,),
    "from": (MessageCopy.sender,),
    "subject": (MessageCopy.subject_key,),
    "read": (MessageCopy.is_read, MessageCopy.received_at),
    "due": (MessageCopy.due_on,),
}.items():
    MessageCopy.add_index(
        MessageCopy.index(
            MessageCopy.inbox,
            *_columns,
            MessageCopy.id,
            MessageCopy.gone_at,
            where=MessageCopy.gone_at.is_null(),
            name=f"message_copy_{_name}",
        )
    )
# What is due is found by its day, inbox by inbox.
MessageCopy.add_index(
    MessageCopy.index(
        MessageCopy.due_on,
        MessageCopy.inbox,
        MessageCopy.is_read,
        where=MessageCopy.gone_at.is_null(),
        name="message_copy_expiry",
    )
)


class MessageInbox(Kept):
    """How much lies in an inbox, counted as it comes and goes: a count of a large one would take its time."""

    inbox = CharField(28, primary_key=True)
    held = IntegerField(default=0)
    unread = IntegerField(default=0)
    arrived = BigIntegerField(default=0)
    """How many messages have ever come: it grows with each, so that a look tells whether one is new."""


class MessageDraft(Kept):
    """What somebody is writing, saved as it is typed; its writer's alone."""

    id = BigAutoField()
    username = CharField(40)
    recipients = TextField(default="")
    """The inboxes picked, one a line."""
    subject = TextField(default="")
    text = TextField(default="")
    template = CharField(24, default="")
    answers = BigIntegerField(null=True)
    saved_at = DateTimeField()
    due_on = DateField(index=True)

    class Meta:
        indexes = ((("username", "saved_at"), False),)


class MessageTemplate(Kept):
    """A text that an authority, a school or WG uses again (R-MSG-4)."""

    id = BigAutoField()
    organisation = CharField(7)
    title = TextField()
    title_key = CharField(60)
    subject = TextField(default="")
    text = TextField(default="")
    changed_by = CharField(40)
    changed_at = DateTimeField()

    class Meta:
        indexes = ((("organisation", "title_key"), True),)


class MessageGroup(Kept):
    """Recipients under one name, of an authority, a school or WG (R-MSG-4)."""

    id = BigAutoField()
    organisation = CharField(7)
    title = TextField()
    title_key = CharField(60)
    changed_by = CharField(40)
    changed_at = DateTimeField()

    class Meta:
        indexes = ((("organisation", "title_key"), True),)


class MessageGroupMember(Kept):
    """An inbox in a group."""

    id = BigAutoField()
    group = ForeignKeyField(MessageGroup, backref="members", index=False)
    group_id: int
    inbox = CharField(28)

    class Meta:
        indexes = ((("group", "inbox"), True),)
