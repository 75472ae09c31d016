"""Sentences for logging on, passwords, the second factor and the audit log."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    "logon-locked": N_(
        "This account is locked after too many failed tries. Your DBA can unlock it; in {hours} hours it "
        "opens by itself."
    ),
}
