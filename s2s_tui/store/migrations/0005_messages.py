"""Secure messages: messages and their copies, drafts, templates, groups.

A frozen copy of the models as they were, so that it stays what it did; later changes are later migrations.
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
    Model,
    TextField,
)


class _Table(Model):
    class Meta:
        legacy_table_names = False


class Message(_Table):
    id = BigAutoField()
    sender = CharField(28)
    sent_by = CharField(40)
    subject = TextField()
    subject_key = CharField(60)
    text = TextField()
    about = CharField(24, default="")
    sent_at = DateTimeField()
    recipients = IntegerField()
    template = CharField(24, default="")
    answers = BigIntegerField(null=True)
    dropped_at = DateTimeField(null=True)
    recalled_at = DateTimeField(null=True)
    due_on = DateField(index=True)


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


class MessageCopy(_Table):
    id = BigAutoField()
    message = ForeignKeyField(Message, backref="copies", index=False)
    inbox = CharField(28)
    addressed = CharField(28)
    sender = CharField(28)
    subject_key = CharField(60)
    received_at = DateTimeField()
    is_read = BooleanField(default=False)
    read_at = DateTimeField(null=True)
    read_by = CharField(40, default="")
    due_on = DateField()
    gone_at = DateTimeField(null=True)
    gone = CharField(8, default="")

    class Meta:
        indexes = ((("message", "inbox"), True),)


# One partial, covering index for each order that an inbox is shown in; what has gone is in none of them.
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


class MessageInbox(_Table):
    inbox = CharField(28, primary_key=True)
    held = IntegerField(default=0)
    unread = IntegerField(default=0)
    arrived = BigIntegerField(default=0)


class MessageDraft(_Table):
    id = BigAutoField()
    username = CharField(40)
    recipients = TextField(default="")
    subject = TextField(default="")
    text = TextField(default="")
    template = CharField(24, default="")
    answers = BigIntegerField(null=True)
    saved_at = DateTimeField()
    due_on = DateField(index=True)

    class Meta:
        indexes = ((("username", "saved_at"), False),)


class MessageTemplate(_Table):
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


class MessageGroup(_Table):
    id = BigAutoField()
    organisation = CharField(7)
    title = TextField()
    title_key = CharField(60)
    changed_by = CharField(40)
    changed_at = DateTimeField()

    class Meta:
        indexes = ((("organisation", "title_key"), True),)


class MessageGroupMember(_Table):
    id = BigAutoField()
    group = ForeignKeyField(MessageGroup, backref="members", index=False)
    inbox = CharField(28)

    class Meta:
        indexes = ((("group", "inbox"), True),)


MODELS = (Message, MessageCopy, MessageInbox, MessageDraft, MessageTemplate, MessageGroup, MessageGroupMember)


def up(migrator, db):
    """Make the tables with their indexes."""
    with db.bind_ctx(MODELS):
        db.create_tables(MODELS)
