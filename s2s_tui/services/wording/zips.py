"""Sentences for what the checks of zips find; placeholders are the problem's parameters."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    # Not a zip, or not a whole one.
    "zip-too-large": N_("The zip has {size} MB; {limit} MB is the most. Send what is in it as several zips."),
    "zip-no-content": N_("The file is empty (0 bytes). Make the zip again."),
    "zip-empty": N_("There is no file in the zip."),
    "zip-truncated": N_("The zip is cut short. Copy or make it again."),
    "zip-split": N_("This is one part of a zip that was split. Make one whole zip."),
    "zip-not": N_("This is not a zip, whatever its name says. Zip the file, don't rename it."),
    "zip-is-text": N_("This is a text file (perhaps CSV), not a zip. Zip the file, don't rename it."),
    "zip-is-xml": N_(
        "This is an XML file, not a zip. A CTF is sent as .XML; zip anything else, don't rename it."
    ),
    "zip-is-web-page": N_("This is a web page, not a zip. Was there an error when it was downloaded?"),
    "zip-is-pdf": N_("This is a PDF, not a zip. Zip the file, don't rename it."),
    "zip-is-rar": N_("This is a RAR archive, not a zip. Pack the files as a zip."),
    "zip-is-7z": N_("This is a 7-Zip archive (.7z), not a zip. Choose the format “zip” when packing."),
    "zip-is-gzip": N_("This is a gzip archive, not a zip. Pack the files as a zip."),
    "zip-is-office": N_(
        "This is an old Word, Excel or Access file, not a zip. Zip the file, don't rename it."
    ),
    "zip-is-picture": N_("This is a picture, not a zip. Zip the file, don't rename it."),
    "zip-is-program": N_("This is a program, not a zip. Programs are not sent."),
    "zip-self-extracting": N_("This zip is a program too (self-extracting). Make a plain zip."),
    "zip-damaged": N_("This entry is damaged: it does not unpack to what the zip says. Make the zip again."),
    # Not an honest one.
    "zip-bomb": N_(
        "It unpacks to {size} MB, {ratio} times its size in the zip; not opened. Don't trust this zip."
    ),
    "zip-unpacks-too-large": N_(
        "The zip unpacks to {size} MB; {limit} MB is the most. Send what is in it as several zips."
    ),
    "zip-too-many": N_("The zip lists {count} files; {limit} is the most. Send them as several zips."),
    "zip-directory-too-large": N_(
        "The list of contents takes {size} kB; {limit} kB is the most. Send fewer files, or shorter names."
    ),
    "zip-overlap": N_("The entries of the zip overlap, as in a zip bomb; not opened. Don't trust this zip."),
    "zip-false-sizes": N_("The zip gives a false size for this entry. Make it again; don't trust this one."),
    "zip-false-directory": N_("The zip's list of contents is wrong. Make it again; don't trust this one."),
    "zip-two-directories": N_("The zip can be read in two ways. Make it again; don't trust this one."),
    "zip-two-names": N_("This entry has two names. Make the zip again; don't trust this one."),
    "zip-hidden-data": N_(
        "The zip hides {count} bytes that belong to no file. Make it again from the files."
    ),
    "zip-leading-data": N_("There are {count} bytes before the zip begins. Make it again from the files."),
    "zip-trailing-data": N_("There are {count} bytes after the zip ends. Make it again from the files."),
    "zip-method": N_(
        "This entry is packed in a way that can't be checked (method {method}). "
        "Make the zip again with the usual method, Deflate."
    ),
    # Entries that must not travel.
    "zip-name-empty": N_("An entry in the zip has no name. Make the zip again."),
    "zip-name-escapes": N_(
        "This name points outside the folder it is unpacked in. Make the zip again from plain names."
    ),
    "zip-name-backslash": N_(
        "This name has a backslash, which some programs take for a folder. "
        "Make the zip again with another program, such as the File Explorer."
    ),
    "zip-name-device": N_("Windows keeps this name for a device. Rename the file and make the zip again."),
    "zip-name-hidden": N_(
        "This name holds a character that can't be seen ({found}). Rename the file and make the zip again."
    ),
    "zip-name-garbled": N_("This name is garbled. Make the zip again."),
    "zip-name-too-long": N_("A name in the zip has {count} bytes; {limit} is the most. Shorten it."),
    "zip-name-too-deep": N_(
        "A name in the zip has more than {limit} folders within folders. Zip fewer levels."
    ),
    "zip-link": N_("This entry is a link to another place. Zip the file itself."),
    "zip-special": N_("This entry is neither a file nor a folder. Take it out of the zip."),
    "zip-program": N_("This entry is a program or shortcut ({found}). Take it out of the zip."),
    "zip-program-disguised": N_(
        "This entry looks like a document, but is a program ({found}). Take it out of the zip."
    ),
    "zip-program-inside": N_("This entry is a program, whatever its name says. Take it out of the zip."),
    # To be looked at.
    "zip-in-zip": N_("This entry is itself an archive; what is in it was not checked."),
    "zip-names-clash": N_("This name clashes with {other}: unpacked on Windows, one replaces the other."),
    "zip-ctf": N_(
        "This entry is a CTF. Send CTFs by themselves, as .XML, so that they reach the pupil's record."
    ),
    "zip-name-long": N_("This name has {count} characters; over {limit} may not unpack on Windows."),
    "zip-more-problems": N_("And {count} more problems like these."),
    "zip-not-encrypted": N_(
        "The zip can be opened without a password. Personal data should be encrypted, "
        "and the password sent apart by secure message."
    ),
}
