"""Roles, and the one table of who may do what; every screen, command and service asks it."""

from dataclasses import dataclass
from enum import StrEnum

from s2s_tui.base.errors import NotAllowed, NotFound
from s2s_tui.base.translation import N_


class Role(StrEnum):
    """What an account is for. The value is its key in commands and in the database."""

    DBA = "dba"
    USER = "user"
    LA_SCHOOL = "la-school"
    LOST_PUPIL = "lost-pupil"
    LOST_PUPIL_TRANSFER = "lost-pupil-transfer"
    DBA_VIEW = "dba-view"
    PLASC = "plasc"
    ADMISSIONS = "admissions"
    SCHOOL = "school"
    WG = "wg"
    SYSTEM = "system"
    """Operators' commands and housekeeping: no account has it, their right is access to the machine."""


TITLES: dict[Role, str] = {
    Role.DBA: N_("LEA DBA"),
    Role.USER: N_("LEA User"),
    Role.LA_SCHOOL: N_("LEA School"),
    Role.LOST_PUPIL: N_("LEA Lost Pupil"),
    Role.LOST_PUPIL_TRANSFER: N_("LEA Lost Pupil Transfer"),
    Role.DBA_VIEW: N_("LEA DBA (View only)"),
    Role.PLASC: N_("LEA PLASC"),
    Role.ADMISSIONS: N_("LEA Admissions"),
    Role.SCHOOL: N_("School"),
    Role.WG: N_("WG Administrator"),
    Role.SYSTEM: N_("System"),
}
"""How the portal names them; `_(TITLES[role])` in the reader's language."""

WALES = "WG"
"""The organisation of the national administrator."""


class Scope(StrEnum):
    """Whose things a permission reaches."""

    OWN = "own"
    """What belongs to the actor's authority and its schools; for a school, to itself."""
    ALL = "all"
    DBAS = "dbas"
    """The DBAs of every authority (WG's user maintenance)."""


# One line a permission; the columns are the roles in the order of ROLES, `–` where a role lacks it.
ROLES = (
    Role.DBA,
    Role.USER,
    Role.LA_SCHOOL,
    Role.LOST_PUPIL,
    Role.LOST_PUPIL_TRANSFER,
    Role.DBA_VIEW,
    Role.PLASC,
    Role.ADMISSIONS,
    Role.SCHOOL,
    Role.WG,
)
_TABLE = """
                     dba   user  la-s  lost  lo-tr view  plasc adm   schl  wg
users.view           own   –     –     –     –     own   –     –     –     all
users.manage         own   –     –     –     –     –     –     –     –     dbas
schools.view         own   –     –     –     –     own   –     –     –     all
schools.update       own   –     –     –     –     –     –     –     –     all
schools.open         –     –     –     –     –     –     –     –     –     all
authority.view       own   –     –     –     –     own   –     –     –     all
authority.update     own   –     –     –     –     –     –     –     –     all
ctf.upload           own   own   own   –     own   –     –     –     own   –
ctf.download         own   own   own   –     own   –     –     –     own   –
ctf.reject           own   own   own   –     own   –     –     –     own   –
ctf.monitor          own   own   own   –     own   –     –     –     –     –
ctf.delete           own   own   own   –     own   –     –     –     –     –
ctf.lost             –     –     own   –     –     –     –     –     own   –
generic.upload       –     own   own   own   own   –     own   own   own   –
generic.download     –     own   own   own   own   –     own   own   own   –
plasc.upload         –     –     –     –     –     –     own   –     own   –
plasc.download       –     –     –     –     –     –     own   –     own   –
admissions.upload    –     –     –     –     –     –     –     own   own   –
admissions.download  –     –     –     –     –     –     –     own   own   –
phase                own   own   own   –     own   –     –     –     –     –
lost.search          –     –     –     all   all   –     –     –     –     –
lost.download        –     –     –     all   all   –     –     –     –     –
lost.forward         –     –     –     –     own   –     –     –     –     –
lost.remove          –     –     –     own   own   –     –     –     –     –
matching.run         –     –     –     –     –     –     –     –     –     all
matching.finds       –     –     –     own   own   –     –     –     –     all
pupil.timeline       own   own   own   –     own   –     –     –     own   –
messages             own   own   own   own   own   –     own   own   own   own
reports              own   own   own   own   own   own   own   own   own   all
reports.authority    own   own   own   own   own   own   own   own   –     all
reports.messages     own   –     –     –     –     own   –     –     –     all
reports.national     –     –     –     –     –     –     –     –     –     all
audit.view           own   –     –     –     –     own   –     –     –     all
useraudit.view       own   –     –     –     –     –     –     –     –     all
useraudit.answer     own   –     –     –     –     –     –     –     –     –
useraudit.run        –     –     –     –     –     –     –     –     –     all
find                 all   all   all   all   all   all   all   all   all   all
account              all   all   all   all   all   all   all   all   all   all
"""


def _read_table() -> dict[str, dict[Role, Scope]]:
    table: dict[str, dict[Role, Scope]] = {}
    for line in _TABLE.strip().splitlines()[1:]:
        permission, *cells = line.split()
        table[permission] = {
            role: Scope(cell) for role, cell in zip(ROLES, cells, strict=True) if cell != "–"
        }
    return table


PERMISSIONS = _read_table()
"""Permission → role → scope. A role that isn't there lacks the permission."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Made only by logging on (`services.accounts`) or as `SYSTEM`.

    Attributes:
        user: the username.
        role: the account's role.
        organisation: an authority's code (`680`), an establishment number (`6804012`) or `WG`.
        session: the id of the session that logging on opened; it may be ended by others.
    """

    user: str
    role: Role
    organisation: str
    session: str = ""

    @property
    def authority(self) -> str:
        """The code of the actor's authority; empty for WG and the system."""
        return self.organisation[:3] if self.organisation[:3].isdigit() else ""


SYSTEM = Actor("system", Role.SYSTEM, WALES)
"""Operators' commands and housekeeping."""


def scope(role: Role, permission: str) -> Scope | None:
    """How far a role's permission reaches, or None where it lacks it.

    Raises:
        KeyError: the permission is not in the table (a bug).
    """
    return PERMISSIONS[permission].get(role)


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor has the permission at all; what it reaches is asked with `require`."""
    return scope(actor.role, permission) is not None


def owns(organisation: str, owner: str) -> bool:
    """Whether what belongs to `owner` is the organisation's own: itself, or a school of the authority.

    Args:
        organisation: an authority's code, an establishment number or `WG`.
        owner: likewise, or a mailbox (`680LLLL`, `680PLAS`), which belongs to its authority.
    """
    return bool(owner) and (owner == organisation or (len(organisation) == 3 and owner[:3] == organisation))


def require(actor: Actor, permission: str, of: str | None = None) -> None:
    """Let pass, or raise: the one question that every service asks.

    Args:
        actor: who acts.
        permission: a key of `PERMISSIONS`.
        of: whose the thing is, once that is known: an organisation or a mailbox.

    Raises:
        NotAllowed: `not-allowed`, the role lacks the permission.
        NotFound: `not-found`, the thing is another organisation's: answered as if there were none.
    """
    reach = scope(actor.role, permission)
    if reach is None:
        raise NotAllowed("not-allowed", permission=permission, role=TITLES[actor.role])
    if of is not None and reach is Scope.OWN and not owns(actor.organisation, of):
        raise NotFound("not-found")


def mailboxes(role: Role, organisation: str, kind: str) -> tuple[str, ...]:
    """The addresses from which and to which an account exchanges files of a kind.

    Args:
        role: the account's role.
        organisation: the account's organisation.
        kind: `ctf`, `generic`, `plasc` or `admissions` (`rules.names.Kind`).

    Returns:
        Mailboxes, the one that is its own first; empty where the role exchanges no such files.
        Source: the table of roles, with the decisions under it.
    """
    if scope(role, f"{kind}.upload") is None:
        return ()
    if role is Role.SCHOOL:
        return (organisation,)
    general = f"{organisation}LLLL"
    if kind == "plasc":
        return (f"{organisation}PLAS",)
    if kind == "admissions":
        return (f"{organisation}ADMS", general)
    return (general,)
