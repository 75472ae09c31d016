"""What is kept, as peewee models on whichever database `store.database` opened.

Times are naive UTC. Mailboxes are as `rules.names` reads them (`6804012`, `680LLLL`, `XXXXXXX`).
Ids may be sparse and commit out of order: never follow changes by them.
"""

from s2s_tui.store.models.base import database
from s2s_tui.store.models.door import CodeProof, PastPassword, RecoveryCode, SecondFactor
from s2s_tui.store.models.lost import Counter, Find, LostPupil, MatchRun, StandingSearch
from s2s_tui.store.models.messages import (
    Message,
    MessageCopy,
    MessageDraft,
    MessageGroup,
    MessageGroupMember,
    MessageInbox,
    MessageTemplate,
)
from s2s_tui.store.models.people import LogonFailure, Session, User
from s2s_tui.store.models.places import Authority, Establishment
from s2s_tui.store.models.records import AuditEntry, AuditHead, AuditMention, Mail, Property, Reminder
from s2s_tui.store.models.reports import CountedMonth, MonthCount, SavedReport, SchoolHoliday
from s2s_tui.store.models.rounds import UserAudit, UserAuditAnswer, UserAuditPart
from s2s_tui.store.models.transfers import Allocation, Content, Download, Pupil, Transfer

MODELS = (
    Property,
    Counter,
    Authority,
    Establishment,
    User,
    LogonFailure,
    Session,
    Content,
    Transfer,
    Pupil,
    LostPupil,
    Download,
    Allocation,
    Reminder,
    StandingSearch,
    MatchRun,
    Find,
    Mail,
    Message,
    MessageCopy,
    MessageInbox,
    MessageDraft,
    MessageTemplate,
    MessageGroup,
    MessageGroupMember,
    AuditEntry,
    AuditMention,
    AuditHead,
    SecondFactor,
    RecoveryCode,
    CodeProof,
    PastPassword,
    UserAudit,
    UserAuditPart,
    UserAuditAnswer,
    CountedMonth,
    MonthCount,
    SavedReport,
    SchoolHoliday,
)

__all__ = [
    "MODELS",
    "Allocation",
    "AuditEntry",
    "AuditHead",
    "AuditMention",
    "Authority",
    "CodeProof",
    "Content",
    "CountedMonth",
    "Counter",
    "Download",
    "Establishment",
    "Find",
    "LogonFailure",
    "LostPupil",
    "Mail",
    "MatchRun",
    "Message",
    "MessageCopy",
    "MessageDraft",
    "MessageGroup",
    "MessageGroupMember",
    "MessageInbox",
    "MessageTemplate",
    "MonthCount",
    "PastPassword",
    "Property",
    "Pupil",
    "RecoveryCode",
    "Reminder",
    "SavedReport",
    "SchoolHoliday",
    "SecondFactor",
    "Session",
    "StandingSearch",
    "Transfer",
    "User",
    "UserAudit",
    "UserAuditAnswer",
    "UserAuditPart",
    "database",
]
