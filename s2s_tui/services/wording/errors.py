"""Sentences for the errors of services, store and settings; placeholders are their parameters."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    # settings
    "settings-unreadable": N_("The settings file {file} can't be read: {reason}"),
    "settings-unknown": N_("The settings file {file} has an unknown setting, {name}."),
    "settings-type": N_("The setting {name} in {origin} must be of type {wanted}."),
    # logging on (the same words for a wrong name and a wrong password, R-LOG-1)
    "logon-wrong": N_("That username and password don't belong together. Both are case-sensitive."),
    "logon-wait": N_("Too many failed tries. Wait {seconds} seconds and try again, or ask your DBA."),
    "logon-expired": N_("This temporary password has expired. Ask your DBA for a new one."),
    "logon-step": N_("Log on in the app, or run “s2s-tui password”: a new password must be set first."),
    "session-ended": N_("Your session has ended. Log on again."),
    "session-ended-account": N_("This account can't be used any more. Ask your DBA."),
    "session-ended-deleted": N_("This account can't be used any more. Ask your DBA."),
    "session-ended-deactivated": N_("This account can't be used at present. Ask your DBA."),
    "session-ended-reset": N_("Your password was reset. Log on with the new, temporary one."),
    "session-ended-password-changed": N_(
        "Your password was changed elsewhere, which ended your session. Log on with the new one."
    ),
    "session-ended-idle": N_("No key was pressed for too long, so your session has ended. Log on again."),
    "password-wrong": N_("The old password is not right."),
    "password-differs": N_("The two new passwords differ. Type the same one twice."),
    "password-short": N_("Choose a password of at least {least} characters; three words make a good one."),
    "password-long": N_("Choose a password of at most {most} characters."),
    "password-plain": N_("That password repeats too few characters. Choose one that is harder to guess."),
    "password-plain-repeat": N_("That password repeats itself. Choose one that is harder to guess."),
    "password-plain-sequence": N_(
        "That password is a row such as abc or 321. Choose words that don't belong together."
    ),
    "password-plain-keyboard": N_(
        "That password is a row of keys of the keyboard. Choose words that don't belong together."
    ),
    "password-plain-date": N_("That password is a date. Choose words that don't belong together."),
    "password-plain-common": N_(
        "That is among the passwords that are tried first. Choose words that don't belong together."
    ),
    "password-plain-person": N_("That password is a name. Choose words that don't belong together."),
    "password-plain-yours": N_(
        "That password has a name of yours or of your organisation in it. Choose one that others can't guess."
    ),
    "password-plain-weak": N_("That password is easy to guess. Add another word or two."),
    "password-name": N_("The password must not contain the username."),
    "password-same": N_("Choose a password that differs from the one it replaces."),
    "password-moved": N_("The password has been changed elsewhere meanwhile. Log on again."),
    "language-unknown": N_("There is no language “{language}”. Choose from: {allowed}."),
    # who may do what
    "not-allowed": N_("The role {role} may not do this."),
    "not-found": N_("There is no such thing."),
    # files on the person's disk
    "file-unreadable": N_("{file} can't be read: {reason}"),
    "file-link": N_("{file} is a link. Choose the file that it leads to."),
    "file-closed": N_(
        "The app may not read {file}: it came with rights that keep others out. In the SFTP program: "
        "chmod 660 {file}"
    ),
    "file-irregular": N_("{file} is not a file."),
    "file-large": N_("The file has {size} MB; at most {limit} MB are taken."),
    "folder-unreadable": N_("The folder {folder} can't be read: {reason}"),
    "folder-large": N_("The folder {folder} holds {count} files; send at most {limit} at a time."),
    "folder-missing": N_("There is no folder {folder}."),
    "file-exists": N_("{path} exists already, and is left as it is. Choose another folder, or move it away."),
    "disk": N_("{path} can't be written: {reason}. Nothing was left half done."),
    "path-outside": N_("{path} is out of reach: only {own} and what lies in it is yours here."),
    "path-link": N_("A link is on the way to {path}. Links aren't followed here."),
    "save-name": N_("A file can't be called “{name}”. Choose a name without slashes."),
    "rename-taken": N_("There is a file {name} here already; nothing was renamed."),
    "rename-failed": N_("{name} can't be renamed: {reason}."),
    # sending
    "upload-elsewhere": N_("This is a file of another kind. Send it under Upload, {kind}."),
    "upload-nowhere": N_("This is no kind of file that is sent here. Zip it and send it as a generic file."),
    "upload-role": N_("The role {role} sends no such files to {destination}."),
    "naming-destination": N_("Say who it goes to."),
    "naming-lost": N_("Your role sends nothing to the Lost Pupil Database."),
    "naming-no-zip": N_("{name} is no zip. Zip it first: only zips go as generic files."),
    "naming-taken": N_("There is a file {name} here already; it is left as it is."),
    "naming-kind": N_("{name} is the name of another kind of file."),
    "stopped": N_("Stopped. Nothing was saved, and nothing has changed."),
    "source-unknown": N_("There is no school {source}. Check the number in the name."),
    "source-not-own": N_("The name says that {source} sends it. You send files of {own}."),
    "destination-unknown": N_("There is no school or authority {destination}. Check the number in the name."),
    "destination-merged": N_("{destination} {name} has merged into {successor}. Send the file there."),
    "destination-closed": N_("{destination} {name} has closed."),
    "destination-inactive": N_("{destination} {name} is inactive on s2s. Ask its authority."),
    "name-taken": N_("Another file was sent as {file} on {day}. The next free name is {free}."),
    "name-taken-text": N_("Another file was sent as {file} on {day}. Choose another name."),
    "pupil-sent-before": N_("A file with this pupil ({upn}) was sent on {day}: {file}."),
    # the lists
    "file-unknown": N_("There is no file {id}."),
    "tab-unknown": N_("There is no list “{tab}” here. Choose from: {allowed}."),
    "view-unknown": N_("There is no view “{view}”. Choose from: {allowed}."),
    "sort-unknown": N_("The list can't be sorted by “{sort}”. Choose from: {allowed}."),
    "nothing-chosen": N_("No file was chosen."),
    "one-at-a-time": N_("Generic files are downloaded one at a time."),
    # what becomes of a file
    "file-moved": N_("{file} is {state} already: {by}, {day}."),
    "file-gone": N_("{file} can't be downloaded any more: it is {state}."),
    "too-late": N_("{file} was collected more than {days} days ago and can't be downloaded again."),
    "copies-off": N_("Your authority receives no copies, so {file} can't be downloaded."),
    "not-destination": N_("{file} was not sent to you; only its destination can do this."),
    "recalled-already": N_("{file} was called back already, on {day}; both sides were told."),
    "not-sender": N_("{file} was not sent by you; only its sender can call it back."),
    "not-downloaded": N_("{file} has not been downloaded yet, so there is nothing to confirm."),
    "recall-lost": N_("{file} is in the Lost Pupil Database; ask your authority to remove it there."),
    "reason-missing": N_("Give a reason; the sender is told it."),
    "reason-long": N_("Give a shorter reason: at most {most} characters."),
    # other kinds of XML
    "xml-large": N_("The file has {size} MB; at most {limit} MB are taken."),
    "xml-not-well-formed": N_("This is not well-formed XML ({reason}). Export it again."),
    "xml-encoding": N_("The XML is in an encoding that isn't known. Export it as UTF-8."),
    "xml-deep": N_("Elements lie more than {most} deep in each other; no real file does that."),
    "xml-attributes": N_("An element has more than {most} attributes; no real file does that."),
    "xml-doctype": N_("Document types and entities are not allowed. Nothing was read."),
    # clearing and passing on
    "chase-moved": N_("{file} doesn't wait at a school any more ({state}); nobody was asked anything."),
    "not-forwardable": N_(
        "{file} can't be forwarded: only a CTF that was sent to your authority itself can."
    ),
    "forwarded-already": N_("{file} has gone to that school already, as {sent}, by {by}."),
    "forward-school": N_("{school} is no establishment number: give seven digits."),
    "names-used-up": N_("All 999 names from {source} to {destination} are used this school year."),
    # phase transfer
    "allocation-columns": N_("The allocation list needs the columns upn and school; missing: {missing}."),
    "allocation-unreadable": N_("Line {line} of the allocation list is no CSV ({reason}). Save it again."),
    "seat-differs": N_("What is kept of the pupil {upn} doesn't fit the bulk file. Tell the service desk."),
    "seat-unknown": N_("There is no pupil {id} on the board."),
    "seat-sent": N_("{name} has been sent on already. Use “change place” instead."),
    "seat-unsent": N_("This pupil has not been sent anywhere yet: just allocate another school."),
    "seat-several": N_("{count} pupils on the board have the UPN {upn}. Change the place in the app."),
    "seat-same": N_("This pupil was sent to {school} already."),
    # lost pupils
    "lost-unknown": N_("There is no record {id} in the Lost Pupil Database."),
    "forward-own": N_("{school} is no school of your authority; lost pupils are forwarded to those only."),
    "lost-moved": N_("{name} is {state} already."),
    "lost-at-school": N_(
        "{file} is at {school} still. Recall it, or have the school reject it; then put the record back."
    ),
    "on-roll": N_("First confirm that reasonable steps show the pupil to be on roll at a school of yours."),
    # what is typed into a search
    "date-unclear": N_("“{typed}” is no date. Type it as 12/3/2014, 12 March 2014, or just 2014."),
    "date-unreal": N_("There is no such day as “{typed}”."),
    "upn-typed": N_("A UPN has 13 characters; “{typed}” is none, nor near one ({length})."),
    "text-long": N_("Type at most {most} characters."),
    "gender-typed": N_("Type M or F for the gender, or leave it empty."),
    "batch-columns": N_("The list needs a header row with some of: {known}."),
    "batch-unreadable": N_("Line {line} of the list is no CSV ({reason}). Save it again."),
    "batch-both": N_("Look either for one pupil or, with --batch, for those of a list."),
    "batch-sort": N_("--sort is for one search: the candidates of a list stand best first."),
    "batch-csv": N_("--csv saves what a list found: give the list with --batch."),
    "kept-many": N_("{most} are kept already. Delete some of them first."),
    "standing-unknown": N_("There is no kept search {id}."),
    "standing-nothing": N_("It has found nobody yet, and looks on anyway."),
    "text-blank": N_("Type a name, not only signs."),
    "search-empty": N_("Type at least one thing that you know of the pupil."),
    # annual matching
    "roll-columns": N_("The roll needs the columns {known}; missing: {missing}."),
    "roll-unreadable": N_("Line {line} of the roll is no CSV ({reason}). Save it again."),
    "roll-empty": N_("{file} has no pupils. Give a CSV with a header row and a row for each pupil."),
    "roll-rows": N_("{count} rows of the roll can't be used, the first in line {line}. Nothing was done."),
    "roll-school": N_("No establishment number."),
    "roll-nobody": N_("Neither a surname nor a forename."),
    "roll-date": N_("“{typed}” is no whole date of birth. Write it as 2014-03-12 or 12/03/2014."),
    "roll-changed": N_("{file} was changed while it was read. Do it again."),
    "match-running": N_("{by} is matching {roll} just now. Wait until it is done."),
    "match-taken": N_("Somebody else has gone on with this matching meanwhile."),
    "match-waits": N_(
        "{roll} has been matched already and waits as run {id}. Publish or discard that run first."
    ),
    "match-stopped": N_("Stopped. Match the same roll again to go on; nothing was published."),
    "match-unfinished": N_("The matching of {roll} is not finished. Match the same roll again to go on."),
    "match-published": N_("The matching of {roll} has been published already."),
    "run-unknown": N_("There is no matching {id}."),
    "find-unknown": N_("There is no find {id}."),
    "find-others": N_("Only the authority {la}, whose school has the pupil on roll, says how this stands."),
    "find-state": N_("There is no state “{state}”. Choose from: {allowed}."),
    # schools
    "school-unknown": N_("There is no school {number}."),
    "school-closed": N_("{number} {name} has closed already."),
    "school-inactive": N_("{number} {name} is inactive on s2s. Ask its authority."),
    "merge-itself": N_("{number} can't merge into itself."),
    # pupils
    "pupil-unknown": N_("No file of yours holds a pupil with the UPN {upn}."),
    # the made-up world
    "demo-scale": N_("There is no demo “{scale}”. Choose from: {allowed}."),
    "demo-folder": N_("{folder} is not a demo's folder, so it is left as it is. Choose another one."),
    "demo-room": N_(
        "A demo of this size takes about {room} GB, and the disk of {folder} has {free} GB free. "
        "Make room, or choose another folder with --dir."
    ),
    "practice-none": N_(
        "This made-up world holds nothing more for that task. Leave the program, and start the demo with "
        "--reset: that makes a new world."
    ),
    "demo-worker": N_("A process that helped to make the demo was stopped, so it is not whole. Try again."),
    "demo-other": N_(
        "The demo in {folder} is of the scale {scale}. Replace it with --reset, or choose another folder."
    ),
    # operating
    "database-url": N_("Don't know how to open the database {url}. Use sqlite:///PATH or postgresql://…"),
    "database-missing": N_("There is no database at {database}. Make it with “s2s-tui init”."),
    "database-exists": N_("The database {database} has been made already."),
    "database-unmade": N_("The database {database} has no tables yet. Make them with “s2s-tui init”."),
    "database-older": N_("The database {database} is of an older version. Run “s2s-tui migrate”."),
    "database-newer": N_("The database {database} is of a newer version. Use a newer s2s-tui."),
    "database-unusable": N_("The database {database} can't be reached: {reason}"),
    "database-driver": N_("PostgreSQL needs the package psycopg: install s2s-tui[postgresql]."),
    "database-again": N_("The database {database} is too busy. Nothing was changed; try again."),
    "database-busy": N_(
        "The database {database} is in use by another program. Nothing was changed; try again."
    ),
    "database-full": N_("The disk of the database {database} is full. Nothing was changed."),
    "database-disk": N_(
        "The disk of the database {database} can't be read or written: full, over its quota, or failing. "
        "Nothing was changed."
    ),
    "database-readonly": N_("The database {database} can't be written to. Nothing was changed."),
    "database-damaged": N_("The database {database} is damaged. Restore the backup."),
    "database-interrupted": N_("The search was stopped."),
    "content-damaged": N_(
        "What is kept of a file is not what came in (digest {digest}). Restore the backup."
    ),
    "key-missing": N_("The audit key {file} is missing or unreadable. Put it back from its safe copy."),
    "key-other": N_(
        "The audit key {file} is not this database's. Put the right one back from its safe copy."
    ),
    "key-open": N_("Others can read the audit key {file}. Run: chmod 600 {file}"),
    "smtp-password-open": N_(
        "Others can read the mail server's password {file}; the e-mails wait. Run: chmod o= {file}"
    ),
    "backup-server": N_("{database} is on a server: back it up with the server's own tools (pg_dump)."),
    "backup-running": N_("Another backup writes {path} just now. Wait until it is done."),
    "backup-damaged": N_("The copy {path} came out damaged ({reason}) and was thrown away."),
    "mail-server": N_("The mail server {server} can't be reached: {reason}. The e-mails wait."),
    "mail-unknown": N_("There is no e-mail {id}."),
    "audit-changed": N_("Audit log of {chain}: entry {number} was changed, or the one before it."),
    "audit-gap": N_("Audit log of {chain}: entry {number} is missing."),
    "audit-cut": N_("Audit log of {chain}: it ends before entry {number}, which its head names."),
}
