"""Sentences for logging on, passwords, the second factor and the audit log."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    "logon-locked": N_(
        "Too many failed tries: from here this account is locked for {minutes} minutes. Your DBA can unlock "
        "it at once."
    ),
    "unlock-wrong": N_("That is not your password. It is case-sensitive."),
    "password-used": N_("You had that password before. Choose one that is not among your last {count}."),
    "code-wrong": N_("That code is not right, or was used already. Wait for the next one and type it."),
    "code-first-wrong": N_(
        "That code is not right. Type the six digits that the app shows now; is the telephone's clock right?"
    ),
    "code-missing": N_(
        "A code of your second factor is needed. Put it in S2S_CODE, or run this where it can be asked for."
    ),
    "enrol-needless": N_("You have your second factor, or your authority asks for none."),
    "wg-unknown": N_(
        "The Welsh Government has no account {username}. Of an authority's accounts its DBA resets the "
        "second factor, of a DBA's the Welsh Government."
    ),
    "enrol-terminal": N_("A second factor is set up where it can be typed: on a terminal, or in the app."),
    "logon-step-code": N_("A code of your second factor is needed first."),
    "logon-step-enrol": N_(
        "Your authority asks for a second factor. Log on in the app once, which sets it up with you, or run "
        "“s2s-tui second-factor”."
    ),
    "session-ended-locked": N_(
        "Too many wrong passwords: your session has ended, and here the account is locked for an hour. Your "
        "DBA can unlock it."
    ),
    "session-ended-role": N_("Your role was changed. Log on again to go on with the new one."),
    "session-ended-organisation": N_("Your account belongs to another organisation now. Log on again."),
    "session-ended-code-reset": N_("Your second factor was reset. Log on again to set it up anew."),
    "dates-order": N_("The last day, {until}, is before the first, {since}."),
    "pupil-unheard": N_("Nobody here looked for, saw or moved the file of a pupil with the UPN {upn}."),
    "audit-about": N_("Audit log of {chain}: whom entry {number} is about was changed."),
    "audit-checkpoint": N_(
        "Audit log of {chain}: entry {number}, which {file} knows, is missing or was changed since."
    ),
    "checkpoint-missing": N_(
        "{file} is missing, or was cut off: line {line} was written. Put it back from a copy. If it is lost "
        "for good, or a backup was restored: s2s-tui audit checkpoint --restored"
    ),
    "checkpoint-changed": N_(
        "{file}: line {line} was changed. Keep the file as it is and find out by whom; to go on with it: "
        "s2s-tui audit checkpoint --restored"
    ),
    "session-ended-enrolled": N_("The second factor was set up elsewhere meanwhile. Log on again."),
}
