"""Acts of the audit log in words, by the keys under which they are kept (R-SYS-3).

What was refused for want of a permission stands there under the permission's key: what was tried.
"""

from s2s_tui.base.text import printable
from s2s_tui.base.translation import N_, _

ACTS: dict[str, str] = {
    # The door
    "logon": N_("Logged on"),
    "logoff": N_("Logged off"),
    "lock": N_("Account locked after too many failed tries"),
    "unlock": N_("Typed the password again after a pause"),
    "prove": N_("Typed the password again to set up a second factor"),
    "password": N_("Changed the own password"),
    "code": N_("Gave a code of the second factor"),
    "enrol": N_("Set up the second factor"),
    "language": N_("Chose a language"),
    "account": N_("Own account"),
    # Files
    "upload": N_("Sent a file"),
    "download": N_("Downloaded files"),
    "confirm": N_("Confirmed a download"),
    "reject": N_("Rejected a file"),
    "delete": N_("Deleted a file that was not collected"),
    "forward": N_("Forwarded a file"),
    "recall": N_("Recalled a file"),
    "show": N_("Looked at a file's details"),
    "chase": N_("Chased schools for files not collected"),
    "list-pupils": N_("Saw the names of pupils in files"),
    "find-pupils": N_("Looked for a pupil among files"),
    "pupil-find": N_("Looked for a pupil's timeline"),
    "pupil-show": N_("Saw a pupil's timeline"),
    "pupil-export": N_("Exported what is held on a pupil"),
    "ctf.upload": N_("Send CTFs"),
    "ctf.download": N_("Download CTFs"),
    "ctf.reject": N_("Reject CTFs"),
    "ctf.monitor": N_("See CTFs of the authority's schools"),
    "ctf.delete": N_("Delete files not collected"),
    "ctf.lost": N_("Send CTFs to the Lost Pupil Database"),
    "generic.upload": N_("Send generic files"),
    "generic.download": N_("Download generic files"),
    "plasc.upload": N_("Send PLASC files"),
    "plasc.download": N_("Download PLASC files"),
    "admissions.upload": N_("Send admissions files"),
    "admissions.download": N_("Download admissions files"),
    "pupil.timeline": N_("See pupils' timelines"),
    # Phase transfers
    "phase": N_("Phase transfers"),
    "phase-take-in": N_("Took pupils in for phase transfer"),
    "phase-board": N_("Saw pupils in phase transfer"),
    "phase-assign": N_("Gave pupils a school in phase transfer"),
    "phase-change": N_("Changed a pupil's school in phase transfer"),
    "phase-split": N_("Split CTFs by school"),
    "phase-send": N_("Sent CTFs of phase transfer"),
    # Lost pupils
    "lost-search": N_("Searched the Lost Pupil Database"),
    "lost-show": N_("Saw a lost pupil's details"),
    "lost-download": N_("Downloaded a lost pupil's file"),
    "lost-confirm": N_("Confirmed the download of a lost pupil's file"),
    "lost-forward": N_("Forwarded a lost pupil's file to a school"),
    "lost-put-back": N_("Put a lost pupil back"),
    "lost-remove": N_("Removed a lost pupil's record"),
    "lost-past-leaving-age": N_("Saw lost pupils past leaving age"),
    "lost-keep": N_("Kept a search of lost pupils"),
    "lost-keep-end": N_("Ended a kept search of lost pupils"),
    "lost-keep-found": N_("A kept search found a lost pupil"),
    "lost.search": N_("Search lost pupils"),
    "lost.download": N_("Download lost pupils' files"),
    "lost.forward": N_("Forward lost pupils' files"),
    "lost.remove": N_("Remove lost pupils' records"),
    "match-run": N_("Started annual matching"),
    "match-resume": N_("Went on with annual matching"),
    "match-finish": N_("Annual matching finished"),
    "match-publish": N_("Published the finds of annual matching"),
    "match-discard": N_("Discarded annual matching"),
    "match-drop": N_("Dropped the roll of annual matching"),
    "finds": N_("Saw finds of annual matching"),
    "find-state": N_("Set the state of a find"),
    "matching.run": N_("Run annual matching"),
    "matching.finds": N_("See finds of annual matching"),
    # Messages
    "messages": N_("Secure messages"),
    "message-send": N_("Sent a message"),
    "message-reply": N_("Answered a message"),
    "message-show": N_("Read a message"),
    "message-readings": N_("Saw who has read a message"),
    "message-print": N_("Printed a message"),
    "message-delete": N_("Deleted a message"),
    "message-recall": N_("Recalled a message"),
    "message-expire": N_("Messages deleted after their time"),
    "draft-begin": N_("Began a draft"),
    "draft-show": N_("Opened a draft"),
    "draft-print": N_("Printed a draft"),
    "draft-drop": N_("Dropped a draft"),
    "template-add": N_("Added a template"),
    "template-show": N_("Looked at a template"),
    "template-update": N_("Changed a template"),
    "template-delete": N_("Deleted a template"),
    "group-add": N_("Added a group of recipients"),
    "group-show": N_("Looked at a group of recipients"),
    "group-update": N_("Changed a group of recipients"),
    "group-delete": N_("Deleted a group of recipients"),
    # Users
    "user-add": N_("Added a user"),
    "user-update": N_("Corrected a user's details"),
    "user-role": N_("Changed a user's role"),
    "user-active": N_("Made a user active or inactive"),
    "user-delete": N_("Deleted a user"),
    "user-password": N_("Gave a user a temporary password"),
    "user-unlock": N_("Unlocked a user"),
    "user-factor": N_("Reset a user's second factor"),
    "user-audit-open": N_("Opened a round of the user audit"),
    "user-audit-answer": N_("Answered the user audit"),
    "user-audit-remind": N_("Reminded DBAs of the user audit"),
    "user-audit-close": N_("Closed a round of the user audit"),
    "user-audit-certificate": N_("Saved the user audit's certificate"),
    "users.view": N_("See users"),
    "users.manage": N_("Look after users"),
    "useraudit.run": N_("Run the user audit"),
    "useraudit.answer": N_("Answer the user audit's round"),
    "useraudit.view": N_("See the user audit"),
    # Schools and authorities
    "school-open": N_("Opened a school"),
    "school-update": N_("Changed a school's details"),
    "school-active": N_("Made a school active or inactive"),
    "school-close": N_("Closed a school"),
    "school-merge": N_("Merged a school"),
    "school-import": N_("Took in a register of schools"),
    "school-tell": N_("Told a school of changes"),
    "la-add": N_("Added an authority"),
    "la-update": N_("Changed an authority's details"),
    "la-close": N_("Closed an authority"),
    "holiday-add": N_("Added a school holiday"),
    "holiday-remove": N_("Removed a school holiday"),
    "schools.view": N_("See schools"),
    "schools.update": N_("Change schools' details"),
    "schools.open": N_("Open, close, merge and import schools"),
    "authority.view": N_("See an authority's details"),
    "authority.update": N_("Change an authority's details"),
    "find": N_("Find schools and authorities"),
    # Reports and the log itself
    "report": N_("Ran a report"),
    "report-pupils": N_("Ran a report that names pupils"),
    "report-files": N_("Saved a report"),
    "report-save": N_("Kept a report"),
    "report-forget": N_("Dropped a kept report"),
    "reports": N_("Reports"),
    "reports.authority": N_("An authority's reports"),
    "reports.messages": N_("The message report"),
    "reports.national": N_("The national report"),
    "audit-view": N_("Looked at the audit log"),
    "audit-pupil": N_("Looked up who has seen a pupil's file"),
    "audit-save": N_("Saved the audit log as a CSV"),
    "audit-checkpoint": N_("Wrote a checkpoint of the audit log"),
    "audit.view": N_("See the audit log"),
    # The server
    "init": N_("Made the database"),
    "migrate": N_("Brought the database up to date"),
    "database-copy": N_("Copied the database into a new one"),
    "backup": N_("Wrote a backup"),
    "housekeeping": N_("Housekeeping"),
    "remind": N_("Reminded of files not downloaded"),
    "mail-send": N_("Sent e-mails that waited"),
}
"""Every key → what was done; a permission's → what it is for."""


def act(key: str) -> str:
    """An act in the reader's language; the key itself, made printable, where it is from a newer program."""
    return _(ACTS[key]) if key in ACTS else printable(key)


def meant(text: str) -> tuple[str, ...]:
    """The acts that somebody means who types words of theirs, in the reader's language.

    Args:
        text: the beginning of a key means that, and of words nothing; else the beginnings of words, as in
            `looked audit`.
    """
    words = text.casefold().split()
    if not words or any(key.startswith(text.strip().lower()) for key in ACTS):
        return ()
    return tuple(
        key
        for key, said in ACTS.items()
        if all(any(each.startswith(word) for each in _(said).casefold().split()) for word in words)
    )
