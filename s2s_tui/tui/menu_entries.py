"""The portal's menu (R-LOG-4), in its order: each entry's title, permission and pane, said once.

Panes are named, not imported: a screen's module is loaded at its first visit, so that starting stays
quick. A new screen is one entry here and one section in `screens.md`.
"""

from s2s_tui.base.translation import N_
from s2s_tui.services.reports.registry import REPORTS
from s2s_tui.tui.registry import Entry, lazily

UPLOADS = (
    Entry(id="upload.ctf", title=N_("CTF"), permission=("ctf.upload",), pane=lazily("upload", "UploadPane")),
    Entry(
        id="upload.generic",
        title=N_("Generic"),
        permission=("generic.upload",),
        pane=lazily("upload", "UploadPane", "generic"),
    ),
    Entry(
        id="upload.plasc",
        title=N_("PLASC"),
        permission=("plasc.upload",),
        pane=lazily("upload", "UploadPane", "plasc"),
    ),
    Entry(
        id="upload.admissions",
        title=N_("Admissions"),
        permission=("admissions.upload",),
        pane=lazily("upload", "UploadPane", "admissions"),
    ),
    Entry(
        id="upload.phase",
        title=N_("Phase"),
        permission=("phase",),
        pane=lazily("phase", "PhasePane"),
    ),
)
"""A kind of file each, then what an authority sends on of the bulk CTFs that it received."""

DOWNLOADS = (
    Entry(
        id="download.ctf",
        title=N_("CTF"),
        permission=("ctf.download",),
        pane=lazily("download", "DownloadPane"),
    ),
    Entry(
        id="download.generic",
        title=N_("Generic"),
        permission=("generic.download",),
        pane=lazily("download", "DownloadPane", "generic"),
    ),
    Entry(
        id="download.plasc",
        title=N_("PLASC"),
        permission=("plasc.download",),
        pane=lazily("download", "DownloadPane", "plasc"),
    ),
    Entry(
        id="download.admissions",
        title=N_("Admissions"),
        permission=("admissions.download",),
        pane=lazily("download", "DownloadPane", "admissions"),
    ),
    Entry(
        id="download.uncollected",
        title=N_("Uncollected"),
        permission=("ctf.delete",),
        pane=lazily("uncollected", "UncollectedPane"),
    ),
    Entry(
        id="download.pupil",
        title=N_("Pupil"),
        permission=("pupil.timeline",),
        pane=lazily("pupil", "PupilPane"),
    ),
)
"""A kind of file each, then what nobody collects, and what became of one pupil's."""

LOST = (
    Entry(
        id="lost.search",
        title=N_("Search"),
        permission=("lost.search",),
        pane=lazily("lost", "LostSearchPane"),
    ),
    Entry(
        id="lost.finds",
        title=N_("Finds"),
        permission=("matching.finds",),
        pane=lazily("finds", "FindsPane"),
    ),
    Entry(
        id="lost.leaving",
        title=N_("Leaving"),
        permission=("lost.remove",),
        pane=lazily("lost_leaving", "LeavingPane"),
    ),
    Entry(
        id="lost.batch",
        title=N_("Batch"),
        permission=("lost.search",),
        pane=lazily("lost_batch", "BatchPane"),
    ),
    Entry(
        id="lost.kept",
        title=N_("Kept"),
        permission=("lost.search",),
        pane=lazily("lost_kept", "KeptPane"),
    ),
)
"""Looking for one pupil, what annual matching found, who is past leaving age, many pupils at once."""

MESSAGING = (
    Entry(
        id="messaging.inbox", title=N_("Inbox"), permission=("messages",), pane=lazily("inbox", "InboxPane")
    ),
    Entry(id="messaging.send", title=N_("Send"), permission=("messages",), pane=lazily("send", "SendPane")),
    Entry(id="messaging.sent", title=N_("Sent"), permission=("messages",), pane=lazily("sent", "SentPane")),
    Entry(
        id="messaging.templates",
        title=N_("Templates"),
        permission=("messages",),
        pane=lazily("message_templates", "TemplatesPane"),
    ),
    Entry(
        id="messaging.groups",
        title=N_("Groups"),
        permission=("messages",),
        pane=lazily("message_groups", "GroupsPane"),
    ),
)
"""What came, what is written, what was sent, and what is used again."""

REPORT_TITLES = {
    "usage": N_("Usage"),
    "school": N_("School"),
    "cluster": N_("Cluster"),
    "lost-numbers": N_("Lost counts"),
    "lost-details": N_("Lost pupils"),
    "movement": N_("Other files"),
    "messages": N_("Messages"),
    "national": N_("National"),
}
"""What the reports are called where there is little room; their whole titles stand above them."""

REPORTED = tuple(
    Entry(
        id=f"reports.{report.key}",
        title=REPORT_TITLES[report.key],
        permission=(report.permission,),
        pane=lazily("report", "ReportPane", report.key),
    )
    for report in REPORTS.values()
)
"""One entry a report (R-REP)."""

USERS = (
    Entry(
        id="dba.users",
        title=N_("Users"),
        permission=("users.view",),
        pane=lazily("users", "UsersPane"),
    ),
)
"""The accounts of an authority and its schools; for WG the authorities' DBAs (R-USR)."""

SCHOOLS = (
    Entry(
        id="dba.schools",
        title=N_("Schools"),
        permission=("schools.view",),
        pane=lazily("schools", "SchoolsPane"),
    ),
    Entry(
        id="dba.la",
        title=N_("LA details"),
        called=("schools.open", N_("Authorities")),
        permission=("authority.view",),
        pane=lazily("authorities", "AuthoritiesPane"),
    ),
    Entry(
        id="dba.holidays",
        title=N_("Holidays"),
        permission=("authority.view",),
        pane=lazily("holidays", "HolidaysPane"),
    ),
    Entry(
        id="dba.answers",
        title=N_("User audit"),
        permission=("useraudit.answer",),
        pane=lazily("user_audit", "AnswersPane"),
    ),
    Entry(
        id="dba.rounds",
        title=N_("User audit"),
        permission=("useraudit.run",),
        pane=lazily("rounds", "RoundsPane"),
    ),
)
"""Schools, authorities, their holidays, and whether the accounts are still right (R-SCH, R-LEA, R-USR-6)."""

AUDIT = (
    Entry(
        id="dba.audit",
        title=N_("Audit"),
        permission=("audit.view",),
        pane=lazily("audit", "AuditPane"),
    ),
)
"""Who did what, and who has seen a pupil's file (R-SYS-3)."""

ENTRIES: tuple[Entry, ...] = (
    Entry(
        id="home",
        title=N_("Home"),
        key="h",
        pane=lazily("home", "HomePane"),
        children=(
            Entry(id="home.find", title=N_("Find"), permission=("find",), pane=lazily("find", "FindPane")),
        ),
    ),
    Entry(
        id="dba",
        title=N_("DBA"),
        called=("schools.open", N_("Administration")),
        key="b",
        permission=("users.view", "schools.view", "authority.view"),
        children=(
            *USERS,
            *SCHOOLS,
            *AUDIT,
            Entry(
                id="dba.matching",
                title=N_("Matching"),
                permission=("matching.run",),
                pane=lazily("matching", "ReviewPane"),
            ),
        ),
    ),
    Entry(
        id="upload",
        title=N_("Upload"),
        key="u",
        permission=("ctf.upload", "generic.upload", "plasc.upload", "admissions.upload"),
        children=UPLOADS,
    ),
    Entry(
        id="download",
        title=N_("Download"),
        key="d",
        permission=("ctf.download", "generic.download", "plasc.download", "admissions.download"),
        children=DOWNLOADS,
    ),
    Entry(
        id="lost",
        title=N_("Lost Pupil"),
        key="l",
        permission=("lost.search", "matching.finds"),
        children=LOST,
    ),
    Entry(id="messaging", title=N_("Messaging"), key="m", permission=("messages",), children=MESSAGING),
    Entry(
        id="reports",
        title=N_("Reports"),
        key="r",
        permission=("reports", "reports.messages"),
        children=REPORTED,
    ),
    Entry(
        id="account",
        title=N_("Account"),
        key="c",
        permission=("account",),
        pane=lazily("account", "AccountPane"),
        apart=True,
    ),
    Entry(id="logoff", title=N_("Logoff"), key="o"),
)
"""`logoff` is done by the main screen itself: it asks at the foot, ends the session and goes to logon."""

PRACTICE = Entry(
    id="practice", title=N_("Practice"), key="p", pane=lazily("practice", "PracticePane"), apart=True
)
"""The guided tasks of a made-up world (R-SYS-5)."""

TRAINING: tuple[Entry, ...] = (*ENTRIES[:-2], PRACTICE, *ENTRIES[-2:])
"""The menu of a made-up world."""
