"""Acts of the audit log in words, by the keys under which they are kept (R-SYS-3).

Each names what was done or tried, as an entry may be of what was refused. For want of a permission it stands
there under the permission's key.
"""

from s2s_tui.base.text import printable
from s2s_tui.base.translation import N_, _

ACTS: dict[str, str] = {
    # The door
    "logon": N_("Log on"),
    "logoff": N_("Log off"),
    "lock": N_("Lock after too many failed tries"),
    "unlock": N_("Type the password again after a pause"),
    "prove": N_("Type the password again to set up a second factor"),
    "password": N_("Change the own password"),
    "code": N_("Give a code of the second factor"),
    "enrol": N_("Set up the second factor"),
    "language": N_("Choose a language"),
    "account": N_("Own account"),
    "practice": N_("Begin a guided task"),
    # Files
    "upload": N_("Send a file"),
    "download": N_("Download files"),
    "confirm": N_("Confirm a download"),
    "reject": N_("Reject a file"),
    "delete": N_("Delete a file that was not collected"),
    "forward": N_("Forward a file"),
    "recall": N_("Recall a file"),
    "show": N_("Look at a file's details"),
    "chase": N_("Chase schools for files not collected"),
    "list-pupils": N_("See the names of pupils in files"),
    "find-pupils": N_("Look for a pupil among files"),
    "pupil-find": N_("Look for a pupil's timeline"),
    "pupil-show": N_("See a pupil's timeline"),
    "pupil-export": N_("Export what is held on a pupil"),
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
    "phase-take-in": N_("Take pupils in for phase transfer"),
    "phase-board": N_("See pupils in phase transfer"),
    "phase-assign": N_("Give pupils a school in phase transfer"),
    "phase-change": N_("Change a pupil's school in phase transfer"),
    "phase-split": N_("Split CTFs by school"),
    "phase-send": N_("Send CTFs of phase transfer"),
    # Lost pupils
    "lost-search": N_("Search the Lost Pupil Database"),
    "lost-show": N_("See a lost pupil's details"),
    "lost-download": N_("Download a lost pupil's file"),
    "lost-confirm": N_("Confirm the download of a lost pupil's file"),
    "lost-forward": N_("Forward a lost pupil's file to a school"),
    "lost-put-back": N_("Put a lost pupil back"),
    "lost-remove": N_("Remove a lost pupil's record"),
    "lost-past-leaving-age": N_("See lost pupils past leaving age"),
    "lost-keep": N_("Keep a search of lost pupils"),
    "lost-keep-on": N_("Let a kept search of lost pupils look on"),
    "lost-keep-end": N_("End a kept search of lost pupils"),
    "lost-keep-found": N_("Find of a kept search of lost pupils"),
    "lost.search": N_("Search lost pupils"),
    "lost.download": N_("Download lost pupils' files"),
    "lost.forward": N_("Forward lost pupils' files"),
    "lost.remove": N_("Remove lost pupils' records"),
    "match-run": N_("Start annual matching"),
    "match-resume": N_("Go on with annual matching"),
    "match-finish": N_("End of annual matching"),
    "match-publish": N_("Publish the finds of annual matching"),
    "match-discard": N_("Discard annual matching"),
    "match-drop": N_("Drop the roll of annual matching"),
    "finds": N_("See finds of annual matching"),
    "find-state": N_("Set the state of a find"),
    "matching.run": N_("Run annual matching"),
    "matching.finds": N_("See finds of annual matching"),
    # Messages
    "messages": N_("Secure messages"),
    "message-send": N_("Send a message"),
    "message-reply": N_("Answer a message"),
    "message-show": N_("Read a message"),
    "message-readings": N_("See who has read a message"),
    "message-print": N_("Print a message"),
    "message-delete": N_("Delete a message"),
    "message-recall": N_("Recall a message"),
    "message-expire": N_("Delete messages after their time"),
    "draft-begin": N_("Begin a draft"),
    "draft-show": N_("Open a draft"),
    "draft-print": N_("Print a draft"),
    "draft-drop": N_("Drop a draft"),
    "template-add": N_("Add a template"),
    "template-show": N_("Look at a template"),
    "template-update": N_("Change a template"),
    "template-delete": N_("Delete a template"),
    "group-add": N_("Add a group of recipients"),
    "group-show": N_("Look at a group of recipients"),
    "group-update": N_("Change a group of recipients"),
    "group-delete": N_("Delete a group of recipients"),
    # Users
    "user-add": N_("Add a user"),
    "user-update": N_("Correct a user's details"),
    "user-role": N_("Change a user's role"),
    "user-active": N_("Make a user active or inactive"),
    "user-delete": N_("Delete a user"),
    "user-password": N_("Give a user a temporary password"),
    "user-unlock": N_("Unlock a user"),
    "user-factor": N_("Reset a user's second factor"),
    "user-audit-open": N_("Open a round of the user audit"),
    "user-audit-answer": N_("Answer the user audit"),
    "user-audit-remind": N_("Remind DBAs of the user audit"),
    "user-audit-close": N_("Close a round of the user audit"),
    "user-audit-certificate": N_("Save the user audit's certificate"),
    "users.view": N_("See users"),
    "users.manage": N_("Look after users"),
    "useraudit.run": N_("Run the user audit"),
    "useraudit.answer": N_("Answer the user audit's round"),
    "useraudit.view": N_("See the user audit"),
    # Schools and authorities
    "school-open": N_("Open a school"),
    "school-update": N_("Change a school's details"),
    "school-active": N_("Make a school active or inactive"),
    "school-close": N_("Close a school"),
    "school-merge": N_("Merge a school"),
    "school-import": N_("Take in a register of schools"),
    "school-tell": N_("Tell a school of changes"),
    "la-add": N_("Add an authority"),
    "la-update": N_("Change an authority's details"),
    "la-close": N_("Close an authority"),
    "holiday-add": N_("Add a school holiday"),
    "holiday-remove": N_("Remove a school holiday"),
    "schools.view": N_("See schools"),
    "schools.update": N_("Change schools' details"),
    "schools.open": N_("Open, close, merge and import schools"),
    "authority.view": N_("See an authority's details"),
    "authority.update": N_("Change an authority's details"),
    "find": N_("Find schools and authorities"),
    # Reports and the log itself
    "report": N_("Run a report"),
    "report-pupils": N_("Run a report that names pupils"),
    "report-files": N_("Save a report"),
    "report-save": N_("Keep a report"),
    "report-forget": N_("Drop a kept report"),
    "reports": N_("Reports"),
    "reports.authority": N_("An authority's reports"),
    "reports.messages": N_("The message report"),
    "reports.national": N_("The national report"),
    "audit-view": N_("Look at the audit log"),
    "audit-pupil": N_("Look up who has seen a pupil's file"),
    "audit-save": N_("Save the audit log as a CSV"),
    "audit-checkpoint": N_("Write a checkpoint of the audit log"),
    "audit.view": N_("See the audit log"),
    # The server
    "init": N_("Make the database"),
    "migrate": N_("Bring the database up to date"),
    "database-copy": N_("Copy the database into a new one"),
    "backup": N_("Write a backup"),
    "housekeeping": N_("Housekeeping"),
    "remind": N_("Remind of files not downloaded"),
    "mail-send": N_("Send e-mails that waited"),
}
"""Every key → the act; a permission's → what it is for."""


def act(key: str) -> str:
    """An act in the reader's language; the key itself, made printable, where it is from a newer program."""
    return _(ACTS[key]) if key in ACTS else printable(key)


def meant(text: str) -> tuple[str, ...]:
    """The acts that somebody means who types words of theirs, in the reader's language.

    Args:
        text: the beginning of a key means that, and of words nothing; else the beginnings of words, as in
            `look audit`.
    """
    words = text.casefold().split()
    if not words or any(key.startswith(text.strip().lower()) for key in ACTS):
        return ()
    return tuple(
        key
        for key, said in ACTS.items()
        if all(any(each.startswith(word) for each in _(said).casefold().split()) for word in words)
    )
