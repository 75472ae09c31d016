"""Sentences for what the checks of CTFs, UPNs and dates find; placeholders are the problem's parameters."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    # Not a CTF at all
    "ctf-empty": N_("The file is empty. Export it again."),
    "ctf-too-big": N_("The file has {size} MB; a CTF may have up to {limit} MB. Split it into several."),
    "ctf-is-zip": N_("This is a zip, not a CTF. Take the CTF out of it, or send it as a generic file."),
    "ctf-is-pdf": N_("This is a PDF, not a CTF. Export a CTF from the school's own system."),
    "ctf-is-office": N_("This is an Office document, not a CTF. Export a CTF from the school's own system."),
    "ctf-is-html": N_("This is a web page, not a CTF. The download may have failed: fetch the file again."),
    "ctf-is-admissions": N_("This is an admissions (ATF) file, not a CTF: its root is {root}."),
    "ctf-not-xml": N_("This is not XML, so it is no CTF. Export a CTF from the school's own system."),
    "ctf-root": N_("This is XML of another kind, not a CTF: its root is {root}, not CTfile."),
    "ctf-document-name": N_("This is not a CTF: the header calls it “{name}”, not “Common Transfer File”."),
    "ctf-no-document-name": N_("The header lacks DocumentName, which must be “Common Transfer File”."),
    # Not readable
    "ctf-encoding": N_("The encoding {encoding} can't be taken. Export the file again as UTF-8."),
    "ctf-encoding-false": N_("The file says {encoding} but is not. Export it again."),
    "ctf-encoding-unsaid": N_(
        "The file names no encoding, and it is not {encoding}. Export it again as UTF-8."
    ),
    "ctf-utf16-no-bom": N_("The file is UTF-16 without its byte order mark. Export it again as UTF-8."),
    "ctf-nul": N_("The file holds a NUL character; it is damaged. Export it again."),
    "ctf-doctype": N_(
        "The file has a DOCTYPE. DTDs and entities are not allowed in a CTF; nothing was read."
    ),
    "ctf-incomplete": N_("The file is not complete: it stops part way through. Export it again."),
    "ctf-ampersand": N_(
        "An & in a text was not written as XML wants it (&amp;). Export the file again, or have its maker "
        "mend it."
    ),
    "ctf-not-well-formed": N_(
        "Not well-formed XML: {reason}. Export the file again, or have its maker mend it."
    ),
    "ctf-too-deep": N_("Elements are nested deeper than {most}; no CTF is. Ask the maker of the file."),
    "ctf-too-many-attributes": N_(
        "An element has more than {most} attributes; no CTF has. Ask the maker of the file."
    ),
    "ctf-long-name": N_(
        "A name in the XML is longer than {most} characters; no CTF has one. Ask the maker of the file."
    ),
    # The header
    "header-missing": N_("The file has no header, so sender and receiver are unknown. Export it again."),
    "header-source": N_(
        "The file name says it comes from {named}, the header says {header}. Correct one of them."
    ),
    "header-no-source": N_("The header has no source school; the file name says {named}. Export it again."),
    "header-destination": N_(
        "The file name says it goes to {named}, the header says {header}. Correct one of them."
    ),
    "header-no-destination": N_(
        "The header has no destination; the file name says {named}. Export it again."
    ),
    "version-missing": N_("The header has no CTF version; the receiver may not be able to import the file."),
    "version-odd": N_("Unknown CTF version {version}; the receiver may not be able to import the file."),
    "written-missing": N_("The header doesn't say when the file was written."),
    "written-odd": N_("The header says the file was written on “{written}”, which is not a date and time."),
    "written-future": N_(
        "The header says the file was written in the future: {written}. Check the computer's clock."
    ),
    "written-old": N_("The header says the file was written long ago: {written}. Is it the right file?"),
    "sender-is-receiver": N_("Sender and receiver are the same: {mailbox}. Is the destination right?"),
    "to-authority": N_(
        "Files to a local authority are for phase transfer. "
        "If the pupil's new school is unknown, send to the lost pupil database (XXXXXXX) instead."
    ),
    # The pupils
    "no-pupils": N_("There are no pupils in the file. Choose the pupils and export it again."),
    "lpd-one-pupil": N_(
        "A lost-pupil file must hold exactly one pupil; this has {count}. Export one file for each."
    ),
    "pupil-no-upn": N_("A pupil has no UPN: {name}. Enter it and export again."),
    "pupil-no-surname": N_("A pupil has no surname: {name}. Enter it and export again."),
    "pupil-no-forename": N_("A pupil has no forename: {name}. Enter it and export again."),
    "pupil-no-born": N_("A pupil has no date of birth: {name}. Enter it and export again."),
    "born-not-a-date": N_("{text} is not a date; a date of birth is written YYYY-MM-DD."),
    "born-future": N_("The date of birth {born} is in the future. Check it."),
    "born-absurd": N_("Born on {born}, the pupil would be {age} years old. Check the date."),
    "upn-form": N_(
        "{upn} doesn't look like a UPN: a letter, eleven digits, then a digit or letter. Check it."
    ),
    "upn-check-letter": N_("UPN {upn}: the check letter should be {expected}. Check the number."),
    "upn-twice": N_("UPN {upn} is in the file twice; the other pupil begins at line {first}. Check both."),
    "gender-missing": N_("A pupil has no gender: {name}."),
    "gender-unknown": N_("Unknown gender {gender}: a CTF has M or F."),
    "name-control": N_(
        "The name “{name}” holds a control or invisible character ({character}). Type it again."
    ),
    "name-garbled": N_("The name “{name}” looks garbled at “{letters}”. Check its letters at the sender."),
    "more-problems": N_("There is more than is listed here. Mend these first, then check again."),
}
