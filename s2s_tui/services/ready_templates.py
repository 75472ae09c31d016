"""The templates that come with the program, in both languages (R-MSG-4)."""

from dataclasses import dataclass

from s2s_tui.base.translation import N_, _, in_language


@dataclass(frozen=True, slots=True)
class Ready:
    """A text with the fields `{school}`, `{la}` and `{date}`."""

    title: str
    subject: str
    text: str


READY: dict[str, Ready] = {
    "ctf-request": Ready(
        N_("Request for a CTF"),
        N_("Request for a CTF"),
        N_(
            "To {school}\n\n"
            "A pupil who was on roll at your school has started here, and we have not received a Common "
            "Transfer File.\n\n"
            "Name:\nDate of birth:\nUPN, if known:\nStarted on:\n\n"
            "Please send the CTF through s2s. If it has gone to another school, tell us which, so that we "
            "can ask there.\n\n"
            "{la}, {date}"
        ),
    ),
    "lost-pupil": Ready(
        N_("Lost pupil enquiry"),
        N_("Enquiry: pupil whose destination is not known"),
        N_(
            "We are looking for a pupil who has left one of our schools, and have reason to think that the "
            "family has moved to your area.\n\n"
            "Name:\nDate of birth:\nUPN:\nLeft on:\nWhy we think so:\n\n"
            "Is this pupil on roll at one of your schools? If so, the CTF can be downloaded from the Lost "
            "Pupil Database.\n\n"
            "{la}, {date}"
        ),
    ),
    "files-waiting": Ready(
        N_("Files waiting"),
        N_("Files wait for you to collect them"),
        N_(
            "To {school}\n\n"
            "Files that were sent to you through s2s have not been collected yet. Please log on, choose "
            "Download, and collect them, or reject those that are not meant for you.\n\n"
            "If something keeps you from it, answer this message and we will help.\n\n"
            "{la}, {date}"
        ),
    ),
}
"""By name, in the order in which they are offered."""
CHASE = "files-waiting"
"""The one in which schools are asked to collect files, unless another is chosen (R-DWN-5)."""


def worded(name: str, spoken: str) -> tuple[str, str, str]:
    """A ready template's title, subject and text in a language (`en` or `cy`)."""
    ready = READY[name]
    with in_language(spoken):
        return _(ready.title), _(ready.subject), _(ready.text)
