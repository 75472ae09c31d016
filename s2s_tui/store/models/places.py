"""Authorities and establishments."""

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, TextField

from s2s_tui.store.models.base import Kept


class Authority(Kept):
    """A local authority, open or closed (R-LEA)."""

    code = CharField(3, primary_key=True)
    name = TextField()
    name_cy = TextField(default="")
    country = CharField(20)
    email = TextField(default="")
    data_email = TextField(default="")
    lost_email = TextField(default="")
    admissions_email = TextField(default="")
    language = CharField(2, default="en")
    copies = BooleanField(default=True)
    second_factor = BooleanField(default=False)
    closed = DateField(null=True)
    changed_at = DateTimeField(null=True)
    changed_by = CharField(40, default="")


class Establishment(Kept):
    """A school. Its number holds its authority; the successor takes its files after a merger (R-SCH-3)."""

    number = CharField(7, primary_key=True)
    authority = ForeignKeyField(Authority, backref="establishments")
    authority_id: str
    name = TextField()
    name_cy = TextField(default="")
    town = TextField(default="")
    phone = TextField(default="")
    email = TextField(default="")
    phase = CharField(20, default="")
    language = CharField(2, default="en")
    opened = DateField(null=True)
    closed = DateField(null=True)
    successor = CharField(7, null=True)
    active = BooleanField(default=True)
    changed_at = DateTimeField(null=True)
    changed_by = CharField(40, default="")
