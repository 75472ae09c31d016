"""The one table of commands: what `--help` lists without loading any of them."""

from dataclasses import dataclass

from s2s_tui.base.translation import N_


@dataclass(frozen=True, slots=True)
class Entry:
    """A command that is loaded when it is called.

    Attributes:
        module: the module of `s2s_tui.cli` that has it, as an attribute of the command's name (`_` for `-`).
        says: what it does: the first line of its help, and its line in the list.
    """

    module: str
    says: str


COMMANDS: dict[str, Entry] = {
    "check": Entry("checks", N_("Check files as an upload would, and send nothing.")),
    "upload": Entry("uploads", N_("Send files, or folders of files.")),
    "files": Entry("lists", N_("List the files that came, went, or pass between your schools.")),
    "download": Entry("downloads", N_("Save files: one as itself, several as one zip.")),
    "confirm": Entry("acts", N_("Say that files were downloaded correctly; this collects them.")),
    "reject": Entry("acts", N_("Reject files that were sent to you; the sender is told why.")),
    "delete": Entry("acts", N_("Delete files that nobody collects; their senders are told why.")),
    "chase": Entry("clearing", N_("Ask schools to collect the files that wait for them.")),
    "forward": Entry("clearing", N_("Send a CTF that came to your authority on to a school.")),
    "recall": Entry("acts", N_("Call back a file that you sent to the wrong place.")),
    "pupil": Entry("pupils", N_("Show what happened to every file of yours that held a pupil.")),
    "lost": Entry("lost", N_("Look for a pupil who arrived without a CTF, and pass on what is found.")),
    "phase": Entry("phase", N_("Gather bulk CTFs, split them by school, and send what was split.")),
    "users": Entry("users", N_("Set up, correct and end accounts, give temporary passwords, unlock.")),
    "schools": Entry("schools", N_("Look after schools: details, opening, closing, merging, a register.")),
    "la": Entry("la", N_("Look after authorities: name, addresses, copies of their schools' files.")),
    "messages": Entry("messages", N_("Read, send, answer and delete secure messages.")),
    "templates": Entry("templates", N_("Keep texts of messages to use again.")),
    "groups": Entry("groups", N_("Keep recipients of messages under one name.")),
    "report": Entry("reports", N_("Run reports: on screen, as a CSV, as a picture.")),
    "audit": Entry("audit", N_("See who did what, and who has seen a pupil's file; keep checkpoints.")),
    "find": Entry("places", N_("Find schools and authorities by number, name or town.")),
    "password": Entry("account", N_("Change your password, the first, temporary one too.")),
    "language": Entry("account", N_("Choose the language that the program speaks to you.")),
    "second-factor": Entry("second_factor", N_("Set up the second factor that your authority asks for.")),
    "demo": Entry("demo", N_("Make a made-up Wales to try and to train on, and open the app on it.")),
    "init": Entry("operate", N_("Make the database and the WG Administrator's account.")),
    "migrate": Entry("operate", N_("Bring the database up to date with this version of the program.")),
    "backup": Entry("operate", N_("Write a whole, checked copy of the database while others work in it.")),
    "database": Entry("databases", N_("Move to another database, such as a server's.")),
    "verify": Entry("operate", N_("Check the audit log, and every file kept, for changes.")),
    "remind": Entry("operate", N_("Remind schools and authorities of what they have not downloaded.")),
    "housekeeping": Entry("keeping", N_("Compare kept searches with what arrived, and tidy up.")),
    "mail": Entry("mail", N_("Send the e-mails that wait, and look at them.")),
}
"""In the order of `--help`: what a clerk does, then what an operator does."""
