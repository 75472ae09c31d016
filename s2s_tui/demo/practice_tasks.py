"""The guided tasks (R-SYS-5): what a newcomer of each role learns first, told as something that happens.

A task is a row of `TASKS`. Its sentences name what was picked for it (`practice_picks`): `{school}`, `{to}`
and `{by}` are organisations by name and number, `{school_number}` the number alone, `{born}` is a day. The
first hint is gentle, the last one gives the keys.
"""

from dataclasses import dataclass

from s2s_tui.base.translation import N_
from s2s_tui.demo import practice_checks as checks
from s2s_tui.demo import practice_picks as picks
from s2s_tui.demo.people import actor
from s2s_tui.demo.practice_checks import Check, Holds
from s2s_tui.demo.practice_picks import Pick
from s2s_tui.rules.roles import WALES, Actor, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task.

    Attributes:
        id: its word in the audit log, where beginning it is an entry.
        title: in the list; marked for translation, as the other texts are.
        goal: what is wanted, in half a line: it stands on every screen while the task is in hand.
        story: what has happened, in two or three sentences.
        hints: how to do it, one at a time.
        roles: for whom; trainers are told the account of the first.
        pick: what it is about.
        done: whether it is done.
        holds: whether it can still be done with what was picked.
    """

    id: str
    title: str
    goal: str
    story: str
    hints: tuple[str, ...]
    roles: tuple[Role, ...]
    pick: Pick
    done: Check
    holds: Holds = checks.always


def learner(role: Role) -> Actor:
    """Whose account of a role a lesson is done with; it has no session."""
    return actor(role, {Role.SCHOOL: "6804012", Role.WG: WALES}.get(role, "680"))


_OFFICE = (Role.USER, Role.LA_SCHOOL)

TASKS = (
    # A school
    Task(
        id="send",
        title=N_("Send a pupil's file to another school"),
        goal=N_("Send {file}"),
        story=N_(
            "{forename} {surname} has moved to {to}. Your school's system has written the transfer file "
            "into your folder: {file}. Send that one, and leave the others where they are."
        ),
        hints=(
            N_("Sending is called Upload. The list that you see there is your folder."),
            N_("Files with ✗ can't be sent, and ~ asks you to look. Find {file}, and read what is below."),
            N_("Esc, then u opens Upload › CTF. Mark {file} with Space, press u, and answer y."),
        ),
        roles=(Role.SCHOOL,),
        pick=picks.to_send,
        done=checks.on("upload", "file"),
    ),
    Task(
        id="send-lost",
        title=N_("Send a file to the Lost Pupil Database"),
        goal=N_("Send {forename} {surname}'s file to the Lost Pupil Database"),
        story=N_(
            "{forename} {surname} has not come to school for weeks. The family has moved, and nobody knows "
            "where to. So that the next school can find the file, it goes to the Lost Pupil Database."
        ),
        hints=(
            N_("There are two addresses: XXXXXXX and MMMMMMM. Which one is for a destination not known?"),
            N_("MMMMMMM is for pupils who left the maintained sector. The file must go to XXXXXXX."),
            N_("Esc, then u opens Upload › CTF. Mark {file} with Space, press u, and answer y."),
        ),
        roles=(Role.SCHOOL,),
        pick=picks.to_lose,
        done=checks.on("upload", "file"),
    ),
    Task(
        id="collect",
        title=N_("Collect the file that waits for you"),
        goal=N_("Collect {file}: {forename} {surname}"),
        story=N_(
            "{forename} {surname} starts with you on Monday. {by} has sent the file, and waits for your word "
            "that it has come through: the sender is told once you have confirmed it."
        ),
        hints=(
            N_("Home says how many files wait for you, and which key leads there."),
            N_("A file counts as collected only when you have said that it was downloaded correctly."),
            N_("Esc, then d opens Download › CTF. On {file} press d, choose a folder, and at last y."),
        ),
        roles=(Role.SCHOOL,),
        pick=picks.to_collect,
        done=checks.with_its_id("confirm"),
        holds=checks.waits,
    ),
    Task(
        id="reject",
        title=N_("Reject a file that isn't for you"),
        goal=N_("Reject {file}: {forename} {surname}"),
        story=N_(
            "A file of {forename} {surname} from {by} has waited for you for {days} days. You have asked "
            "everybody: no such child is coming to you. Send it back, and say why."
        ),
        hints=(
            N_("Don't leave it, and don't collect it: the sender would think that all is well."),
            N_("The file is in the same list as those that you collect; the foot says what can be done."),
            N_("Esc, then d opens Download › CTF. On {file} press x, type a reason, and press Enter."),
        ),
        roles=(Role.SCHOOL,),
        pick=picks.to_reject,
        done=checks.with_its_id("reject"),
        holds=checks.waits,
    ),
    # An authority's office
    Task(
        id="chase",
        title=N_("Chase a file that nobody collects"),
        goal=N_("Ask {to_number} to collect the file of {forename} {surname}"),
        story=N_(
            "{by} asks why {to} has not collected the file of {forename} {surname}: it has waited for "
            "{days} days. Ask the school to collect it, without a telephone call."
        ),
        hints=(
            N_("Download has a list of what nobody collects, with the names of the pupils."),
            N_("The longest waiting stand first. The foot names a key that asks the schools."),
            N_(
                "Esc, d, then down to Uncollected and Enter. On {surname} press c, take a text, and answer y."
            ),
        ),
        roles=_OFFICE,
        pick=picks.to_chase,
        done=checks.with_its_id("chase"),
        holds=checks.waits,
    ),
    Task(
        id="never-came",
        title=N_("“We never got it”: what became of a file?"),
        goal=N_("What became of {forename} {surname}'s file? Born {born}"),
        story=N_(
            "{to} is on the telephone: the file of {forename} {surname}, born {born}, never came. You are "
            "sure that it was sent. Find out what became of it, while they wait."
        ),
        hints=(
            N_("One screen shows everything that happened to the files of one pupil."),
            N_("It is under Download, and is called Pupil. A name is enough: surname first."),
            N_("Esc, d, then down to Pupil and Enter. Type {surname} {forename}, press Enter, and open it."),
        ),
        roles=_OFFICE,
        pick=picks.said_lost,
        done=checks.on("pupil-show", "upn"),
    ),
    Task(
        id="pass-on",
        title=N_("Forward a file that came to the authority"),
        goal=N_("Forward {file} to {school_number}: {forename} {surname}"),
        story=N_(
            "{by} did not know which school {forename} {surname} would go to, and sent the file to you, "
            "{days} days ago. The child is on roll at {school}. Send the file on."
        ),
        hints=(
            N_("What was sent to the authority itself waits in Download, under its first tab."),
            N_("You need not save the file: forwarding renames it and sends it, byte for byte."),
            N_("Esc, then d, and 1 for the first tab. On {file} press f, type the school, and Enter."),
        ),
        roles=_OFFICE,
        pick=picks.to_pass_on,
        done=checks.with_its_id("forward"),
        holds=checks.is_there,
    ),
    Task(
        id="year-six",
        title=N_("Carry a year 6 to its secondary schools"),
        goal=N_("Send the {count} pupils from {by_number} on to secondary schools"),
        story=N_(
            "{by} has sent its year 6 to you in one file: {count} pupils. Each of them gets a secondary "
            "school, and each school one file with its new pupils."
        ),
        hints=(
            N_("Sending on what came in bulk is under Upload, and is called Phase."),
            N_(
                "A list can give the places; who isn't in it gets a school by hand. Newport's list is "
                "allocation.csv, in the demo's folder under lists."
            ),
            N_(
                "Esc, u, then down to Phase and Enter. i imports a list, a gives the marked pupils a school, "
                "and u sends."
            ),
        ),
        roles=_OFFICE,
        pick=picks.year_six,
        done=checks.carried,
        holds=checks.is_there,
    ),
    # The DBA
    Task(
        id="new-colleague",
        title=N_("Give a new colleague an account"),
        goal=N_("An account for {name}, {email}, as LEA User"),
        story=N_(
            "{name} starts in your team tomorrow, and will send and collect files: an LEA User. The e-mail "
            "is {email}. A username such as {username} would do."
        ),
        hints=(
            N_("Accounts are the DBA's: look there in the menu."),
            N_("The role decides what somebody may do. The temporary password is shown only once."),
            N_("Esc, then b opens DBA › Users. a adds: fill the lines in, choose LEA User, and press F9."),
        ),
        roles=(Role.DBA,),
        pick=picks.newcomer,
        done=checks.with_details("user-add", role=str(Role.USER), organisation="{organisation}"),
    ),
    Task(
        id="forgotten",
        title=N_("A school has forgotten its password"),
        goal=N_("A new temporary password for {username}"),
        story=N_(
            "{name} of {school} is on the telephone: the password is forgotten, and a file has to be sent "
            "today. Give the account {username} a temporary one."
        ),
        hints=(
            N_("The accounts of your schools are in the same list as those of your colleagues."),
            N_("Type / and a part of the name or the number: the list narrows as you type."),
            N_("Esc, then b. → shows the schools' accounts. On {username} press p, and F9."),
        ),
        roles=(Role.DBA,),
        pick=picks.forgetful_school,
        done=checks.on("user-password", "username"),
    ),
    Task(
        id="seen",
        title=N_("Who has seen a pupil's file?"),
        goal=N_("Who has seen the file of UPN {upn}?"),
        story=N_(
            "The parents of {forename} {surname} ask who has seen the file of their child. They have a right "
            "to know. The UPN is {upn}."
        ),
        hints=(
            N_("Whoever sees, sends or collects a pupil's file is on record. Where is the record?"),
            N_("It is under DBA, and is called Audit. It can be asked about one pupil."),
            N_("Esc, b, then down to Audit and Enter. Press u, type {upn}, and press Enter."),
        ),
        roles=(Role.DBA, Role.DBA_VIEW),
        pick=picks.seen_child,
        done=checks.on("audit-pupil", "upn"),
    ),
    # Lost pupils
    Task(
        id="find",
        title=N_("Find a lost child, and fetch the file"),
        goal=N_("{forename} {surname}, born {born}, once in {town}: fetch the file"),
        story=N_(
            "A child has come to {school} without a file. The mother says: {forename} {surname}, born "
            "{born}, and that they lived in {town}. Find the file, save it, and confirm it. Mind the "
            "spelling: you have only heard the name."
        ),
        hints=(
            N_("Type what you know, right or wrong: the search expects mistakes."),
            N_("Below the list stands why a record fits. The one that is right fits in several ways."),
            N_(
                "Esc, then l. Tab leads from field to field, Enter searches. On the right record press d, "
                "say that the child is on roll, choose a folder, and at last y."
            ),
        ),
        roles=(Role.LOST_PUPIL,),
        pick=picks.other_lost_child,
        done=checks.with_its_id("lost-confirm"),
        holds=checks.is_lost,
    ),
    Task(
        id="forward",
        title=N_("Find a lost child, and forward the file to the school"),
        goal=N_("{forename} {surname}, born {born}, once in {town} → {school_number}"),
        story=N_(
            "{school} has a new pupil and no file. On the telephone it sounded like {forename} {surname}, "
            "born {born}; before, the family lived in {town}. Find the child, and forward the file to the "
            "school in one step."
        ),
        hints=(
            N_("Type what you know, right or wrong: the search expects mistakes."),
            N_("Several records may look alike. Read below the list why each one fits, and how well."),
            N_(
                "Esc, then l. Tab leads from field to field, Enter searches. On the right record press f, "
                "say that the child is on roll, and type {school_number}."
            ),
        ),
        roles=(Role.LOST_PUPIL_TRANSFER,),
        pick=picks.lost_child,
        done=checks.with_its_id("lost-forward"),
        holds=checks.is_lost,
    ),
    Task(
        id="keep",
        title=N_("Keep a search that found nobody"),
        goal=N_("Look for {forename} {surname}, born {born}, and keep the search"),
        story=N_(
            "Another authority looks for {forename} {surname}, born {born}. No school has sent the file to "
            "the Lost Pupil Database yet. Make the search, and keep it: you will be told when it arrives."
        ),
        hints=(
            N_("Search first. Only a search that found nobody can be kept."),
            N_("Weak finds may stand in the list; none of them is the child."),
            N_("Esc, then l. Tab leads from field to field, Enter searches; then k keeps the search."),
        ),
        roles=(Role.LOST_PUPIL, Role.LOST_PUPIL_TRANSFER),
        pick=picks.unknown_child,
        done=checks.kept,
    ),
    # Welsh Government
    Task(
        id="new-dba",
        title=N_("Give an authority its DBA"),
        goal=N_("A DBA for {code}: {name}, {email}"),
        story=N_(
            "{school} has had no DBA since the last one left: nobody there can open accounts. {name} takes "
            "over; the e-mail is {email}."
        ),
        hints=(
            N_("Home tells you of authorities without a DBA."),
            N_("Accounts are under Administration. You set up the DBAs, and they set up everybody else."),
            N_("Esc, then b opens Users. a adds: {username}, authority {code}, name and e-mail; F9 saves."),
        ),
        roles=(Role.WG,),
        pick=picks.without_dba,
        done=checks.with_details("user-add", role=str(Role.DBA), organisation="{code}"),
    ),
    Task(
        id="open-school",
        title=N_("Open a school"),
        goal=N_("Open {number} {name}"),
        story=N_(
            "Newport builds for its growing east: {name} gets the number {number}. Open the school, so that "
            "files can be sent to it; its account is made with it."
        ),
        hints=(
            N_("Schools are under Administration."),
            N_("A school needs its number and its name; all else can follow."),
            N_("Esc, b, then down to Schools and Enter. o opens one: type {number} and the name, then F9."),
        ),
        roles=(Role.WG,),
        pick=picks.new_school,
        done=checks.on("school-open", "number"),
    ),
    Task(
        id="round",
        title=N_("Open the year's user audit"),
        goal=N_("Open the user audit of {year}"),
        story=N_(
            "Once a year each authority says of every account whether it is still needed. It is time for "
            "{year}: open the round, with some weeks to answer. The DBAs are told by themselves."
        ),
        hints=(
            N_("It is under Administration, beside schools and authorities."),
            N_("A round has a name, such as the year, and a day by which all are to have answered."),
            N_("Esc, b, then down to User audit and Enter. n begins a round: name and day, then F9."),
        ),
        roles=(Role.WG,),
        pick=picks.no_round,
        done=checks.ever("user-audit-open"),
    ),
    # Whoever has an inbox
    Task(
        id="answer",
        title=N_("Answer a message"),
        goal=N_("Answer “{subject}” from {by}"),
        story=N_(
            "A secure message from {by} has waited for {days} days: “{subject}”. Read it and answer it. "
            "What you write is up to you; nobody is there to read it."
        ),
        hints=(
            N_("● in the menu and at the top says that messages are unread."),
            N_("Enter opens a message. The foot then names the key for a reply."),
            N_("Esc, then m opens the inbox. Enter, then r; write, press F9, and answer y."),
        ),
        roles=(Role.USER, Role.SCHOOL, Role.LOST_PUPIL, Role.LOST_PUPIL_TRANSFER),
        pick=picks.to_answer,
        done=checks.answered,
    ),
)
"""Role by role, the easiest first."""

BY_ID = {task.id: task for task in TASKS}
