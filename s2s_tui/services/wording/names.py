"""Sentences for what the checks of file names find; placeholders are the problem's parameters."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    # What is wrong, and what is allowed.
    "name-empty": N_("The file has no name."),
    "name-too-long": N_("The file's name has {count} characters; {limit} is the most that is looked at."),
    "name-path": N_("Give the file's name alone, without / or \\."),
    "name-hidden": N_(
        "The name holds a character that can't be seen ({found}, at place {at}). Type the name again."
    ),
    "name-shape": N_(
        "{given} doesn't say who sends what to whom. Name the file like 6804012_CTF_6814053_001.XML, "
        "or 6804012_6814053_TEXT.ZIP for a generic zip."
    ),
    "name-source": N_(
        "The name must begin with its sender, a school (6804012) or authority (680LLLL): {found} is neither."
    ),
    "name-destination": N_(
        "{found} is no destination: write a school's seven digits (6804012), an authority (680LLLL, 680PLAS "
        "or 680ADMS), or XXXXXXX or MMMMMMM for the Lost Pupil Database."
    ),
    "name-supplier": N_(
        "There is no mailbox {found}: files go between schools and authorities. Software suppliers have none."
    ),
    "name-form": N_(
        "{found} is not a kind of file that is sent here. Use CTF, PLA, ADM, or ADT, ASL, AOT, ALT, APT; "
        "anything else goes as a generic zip."
    ),
    "name-england-only": N_(
        "Joiner and leaver files ({found}) are used in England only. Send a CTF instead."
    ),
    "name-authorities": N_(
        "A file of this kind can't go from one authority to another ({source} to {destination}). Its name "
        "would be one of these, with digits of authorities and schools in the places of 1 to 4: {allowed}."
    ),
    "name-generic-lpd": N_(
        "A generic zip can't go to the Lost Pupil Database ({found}): only a CTF can, with one pupil in it."
    ),
    "name-not-allowed": N_(
        "A file of this kind can't go from {source} to {destination}. Its name would be one of these, with "
        "digits of authorities and schools in the places of 1 to 4: {allowed}."
    ),
    "name-number": N_("The number at the end must be three digits, 001 to 999, not “{found}”."),
    "name-year-number": N_(
        "The number at the end must be five digits, the year and 001 to 999 (26001), not “{found}”."
    ),
    "name-extension": N_("The name ends in {found}; this kind of file ends in {allowed}."),
    "name-extension-missing": N_("The name must end in {allowed}."),
    "name-ctf-zip": N_("A CTF travels as .XML, not zipped. Take the CTF out of the zip and upload that."),
    "name-label-missing": N_(
        "Say what the zip is: 1 to {limit} characters after the second underscore (6804012_680LLLL_TEXT.ZIP)."
    ),
    "name-label-long": N_("The text “{found}” has {count} characters; {limit} is the most. Shorten it."),
    "name-label-space": N_("The text in the name can't have a space. Use an underscore."),
    "name-label": N_("The text in the name can't have the character {found}. Leave it out."),
    # Slips: the right name is known.
    "name-hidden-mended": N_("The name holds characters that can't be seen. Rename the file to {mended}"),
    "name-blanks": N_("The name has a blank or a full stop where none belongs. Rename the file to {mended}"),
    "name-browser-copy": N_(
        "The name was changed when the file was downloaded or copied, as with “(1)” or “Copy”. "
        "Rename the file to {mended}"
    ),
    "name-two-endings": N_("The name has two endings. Rename the file to {mended}"),
    "name-ending-missing": N_("The name has no ending. Rename the file to {mended}"),
    "name-digits": N_(
        "The name has letters or digits that only look right (not 0–9). Rename the file to {mended}"
    ),
    "name-underscores": N_("One underscore goes between the parts of the name. Rename the file to {mended}"),
    "name-spaces": N_("The name has spaces where underscores belong. Rename the file to {mended}"),
    "name-hyphens": N_("The name has hyphens where underscores belong. Rename the file to {mended}"),
    "name-letter-o": N_("The name has the letter O where a zero belongs. Rename the file to {mended}"),
    "name-letters": N_("The name has too many or too few of X, M or L. Rename the file to {mended}"),
    "name-short-number": N_("The number at the end must have three digits. Rename the file to {mended}"),
}
