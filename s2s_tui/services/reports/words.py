"""What the keys in reports' cells are called on screen; CSV and JSON keep the keys."""

from s2s_tui.base.translation import N_

FILE_STATES = {
    "awaiting": N_("awaiting"),
    "collected": N_("downloaded"),
    "rejected": N_("rejected"),
    "deleted": N_("deleted"),
    "lost": N_("lost pupil database"),
}
"""A transfer's when the last day ended; one in the lost pupil database waits for nobody."""
EVENTS = {"awaiting": N_("awaiting"), "received": N_("received"), "sent": N_("sent")}
KINDS = {"generic": N_("generic zip"), "plasc": N_("PLASC"), "admissions": N_("admissions")}
GENDERS = {"F": N_("girls"), "M": N_("boys"), "-": N_("not known")}
REASONS = {"missing": N_("missing"), "left": N_("left the sector")}
RECORD_STATES = {
    "lost": N_("lost"),
    "downloaded": N_("downloaded"),
    "forwarded": N_("forwarded"),
    "removed": N_("removed"),
}
"""A lost pupil's."""
OUTCOMES = {
    "uploaded": N_("uploaded"),
    "not-uploaded": N_("not uploaded"),
    "elsewhere": N_("sent elsewhere"),
}
"""Of a leaver's file."""
KNOWN_BY = {"upn": N_("UPN"), "name": N_("name and date of birth"), "": ""}
OVERDUE = {"": "", "15": N_("past 15 school days"), "20": N_("past 20 school days")}
