"""A code from an app on the telephone as the second step of logging on (R-LOG-7).

An authority demands it of its own accounts and its schools'; who has none yet sets one up at the next logon.
Of WG's a setting demands it; where that is off, its holder may choose to have one (`choose`).
The secret is kept nowhere: it is worked out from the site's key, which is outside the database, the account
and a salt. A copy of the database gives no codes, nothing can be exported by mistake, and a new salt makes
the old secret worthless.
"""

import base64
import hmac
import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from s2s_tui.base.errors import NotFound, NotLoggedOn, Refused
from s2s_tui.base.text import storable
from s2s_tui.rules.roles import SYSTEM, WALES, Actor, Role
from s2s_tui.services import access, audit, lockout, sessions
from s2s_tui.services.site import Site
from s2s_tui.store.models import AuditEntry, Authority, CodeProof, RecoveryCode, SecondFactor, User
from s2s_tui.store.models.records import authority_of_entry
from s2s_tui.store.statements import insert, tuples

if TYPE_CHECKING:
    from s2s_tui.services.accounts import Logon

CODE, ENROL = "code", "enrol"
"""Steps of logging on: give a code, or set the second factor up first."""

STEP = 30
"""Seconds for which a code is shown (RFC 6238, what every such app does)."""
DRIFT = 1
"""Steps before and after the present one that are taken too: telephones' clocks are not quite right."""
SECRET_BYTES = 20
RECOVERY_CODES = 10
_RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
PROOF_LASTS = timedelta(minutes=15)
"""For how long a code given on the command line counts for further commands (R-LOG-7)."""
ISSUER = "s2s"
LONGEST_LABEL = 19
"""Characters of the username in a QR code: with more it would not fit on a screen of 24 lines."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the app on the telephone is given, once.

    Attributes:
        secret: to be typed, in groups of four.
        uri: for a QR code.
    """

    secret: str
    uri: str


def owed(site: Site, user: Any) -> tuple[str, ...]:
    """The step that an account owes (`CODE`, `ENROL` or none); within a connection."""
    has_one = is_enrolled(user)
    if user.organisation == WALES:
        # Nobody above WG could demand it: whoever has chosen it keeps it, whatever the setting says later.
        return (CODE,) if has_one else (ENROL,) if site.settings.wg_second_factor else ()
    if not is_demanded(user.organisation):
        return ()
    return (CODE,) if has_one else (ENROL,)


def is_enrolled(user: Any) -> bool:
    """Whether an account has set one up; within a connection."""
    row = SecondFactor.get_or_none(SecondFactor.user == user.id)
    return row is not None and row.proved_at is not None


def is_demanded(organisation: str) -> bool:
    """Whether an organisation's authority demands it; within a connection."""
    row = Authority.get_or_none(Authority.code == organisation[:3])
    return row is not None and bool(row.second_factor)


def choose(site: Site, logon: "Logon") -> "Logon":
    """The logon with the step `enrol` owed: of one that owes it anyway, or of a WG account's own choice.

    Args:
        site: the site.
        logon: with nothing else owed.

    Raises:
        NotLoggedOn: `logon-step`, another step comes first.
        Refused: `enrol-needless`: it has one, or its authority decides about that.
    """
    if logon.owed[:1] == (ENROL,):
        return logon
    if logon.owed:
        raise NotLoggedOn("logon-step", step=logon.owed[0], reason=logon.owed[0])
    with site.store.connection():
        has_one = is_enrolled(_holder(logon))
    if has_one or logon.organisation != WALES:
        raise Refused("enrol-needless")
    return replace(logon, owed=(ENROL,))


def forget(site: Site, username: str) -> bool:
    """Take the second factor of a WG account away: its holder has lost telephone and recovery codes.

    For who may write the database's files: of all other accounts the DBA does it, of a DBA's WG. Its sessions
    end, and it is on record.

    Returns:
        Whether it had one.

    Raises:
        NotFound: `wg-unknown`, there is no such account of WG's.
    """

    def change() -> bool:
        wanted: Any = (User.username == storable(username)) & (User.organisation == WALES)
        row = User.get_or_none(wanted & (User.role == str(Role.WG)) & User.deleted_at.is_null())
        if row is None:
            raise NotFound("wg-unknown", username=username[:100])
        had = reset(site, row.username)
        sessions.end_sessions(site, row.username, "reset")
        audit.record(site, SYSTEM, "user-factor", row.username, had=had)
        return had

    return site.store.write(change)


def check(site: Site, logon: "Logon", code: str) -> "Logon":
    """Do the step `code`: a code from the app, or a recovery code.

    Each works once, also where several come at the same time. Wrong ones are counted, as passwords are.

    Raises:
        NotLoggedOn: `code-wrong`, `logon-wait`, `logon-locked`, or `session-ended` (reset meanwhile).
    """
    typed = _typed(code)
    lockout.count_try(site, lockout.CODE, logon.username, logon.origin)
    actor = Actor(logon.username, logon.role, logon.organisation)

    def take() -> tuple[bool, int | None]:
        user = _holder(logon)
        row = SecondFactor.get_or_none(SecondFactor.user == user.id)
        if row is None or row.proved_at is None:
            raise NotLoggedOn("session-ended", reason="code-reset")
        if typed.isascii() and typed.isdigit():
            how, left = _take_step(site, row, logon, typed), None
            taken = bool(how)
        else:
            taken, left = _take_recovery(site, user.id, typed)
            how = {"recovery": True, "left": left}
        if taken:
            audit.record(site, actor, "code", logon.username, **how)
        return taken, left

    taken, left = site.store.write(take)
    if not taken:
        access.refused(actor, site, "code", logon.username, "code-wrong")
        raise NotLoggedOn("code-wrong")
    lockout.forget(site, lockout.CODE, logon.username, logon.origin)
    return _done(logon, CODE, left)


def enrol(site: Site, logon: "Logon") -> Enrolment:
    """Begin the step `enrol`: a new secret, to be put into an app and proved with `prove`.

    Raises:
        NotLoggedOn: `logon-step`, another step comes first.
    """
    _in_turn(logon, ENROL)
    salt = secrets.token_hex(16)

    def begin() -> int:
        user = _holder(logon)
        row = SecondFactor.get_or_none(SecondFactor.user == user.id)
        if row is not None and row.proved_at is not None:
            raise NotLoggedOn("session-ended", reason="enrolled")
        SecondFactor.delete().where(SecondFactor.user == user.id).execute()
        SecondFactor.insert(user=user.id, salt=salt, made_at=site.clock()).execute()
        return int(user.id)

    secret = _secret(site, site.store.write(begin), salt)
    label = f"{ISSUER}:{quote(logon.username[:LONGEST_LABEL])}"
    return Enrolment(
        " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        f"otpauth://totp/{label}?secret={secret}",
    )


def prove(site: Site, logon: "Logon", code: str) -> "tuple[Logon, tuple[str, ...]]":
    """End the step `enrol`: a first code shows that the app has the secret.

    Returns:
        The logon, and recovery codes to be shown once: only their digests are kept.

    Raises:
        NotLoggedOn: `code-first-wrong`, `logon-wait`, `logon-locked`; `session-ended`, begun anew elsewhere.
    """
    _in_turn(logon, ENROL)
    typed = _typed(code)
    lockout.count_try(site, lockout.CODE, logon.username, logon.origin)
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    actor = Actor(logon.username, logon.role, logon.organisation)

    def take() -> bool:
        user = _holder(logon)
        row = SecondFactor.get_or_none(SecondFactor.user == user.id)
        if row is None or row.proved_at is not None:
            raise NotLoggedOn("session-ended", reason="enrolled")
        how = _take_step(site, row, logon, typed)
        if not how:
            return False
        SecondFactor.update(proved_at=site.clock()).where(SecondFactor.user == user.id).execute()
        RecoveryCode.delete().where(RecoveryCode.user == user.id).execute()
        insert(RecoveryCode, [{"user": user.id, "digest": _digest(site, _typed(made))} for made in codes])
        audit.record(site, actor, "enrol", logon.username, **how)
        return True

    if not site.store.write(take):
        access.refused(actor, site, "enrol", logon.username, "code-first-wrong")
        raise NotLoggedOn("code-first-wrong")
    lockout.forget(site, lockout.CODE, logon.username, logon.origin)
    return _done(logon, ENROL), codes


def reset(site: Site, username: str) -> bool:
    """Take an account's second factor away, within the current transaction; asks for no permission.

    A new one is set up at the next logon. Whoever calls it puts it on record and ends the sessions.

    Returns:
        Whether there was one.
    """
    user = User.get(User.username == username)
    for model in (CodeProof, RecoveryCode):
        model.delete().where(model.user == user.id).execute()
    lockout.forget(site, lockout.CODE, username)
    return bool(SecondFactor.delete().where(SecondFactor.user == user.id).execute())


def remember(site: Site, logon: "Logon") -> str:
    """A token that stands for a code for some minutes, for a session file of the command line (R-LOG-7)."""
    token = secrets.token_urlsafe(32)

    def keep() -> None:
        forget_old(site)
        user = _holder(logon)
        until = site.clock() + PROOF_LASTS
        CodeProof.insert(digest=_digest(site, token), user=user.id, until=until).execute()

    site.store.write(keep)
    return token


def recall(site: Site, logon: "Logon", token: str) -> "Logon":
    """The logon with the step `code` done, where a token stands for it; else as it was."""
    with site.store.connection():
        user = _holder(logon)
        found = CodeProof.get_or_none(
            (CodeProof.digest == _digest(site, token))
            & (CodeProof.user == user.id)
            & (CodeProof.until > site.clock())
        )
    return _done(logon, CODE) if found is not None and CODE in logon.owed else logon


def forget_old(site: Site) -> None:
    """Drop tokens whose time is over, within the current transaction."""
    CodeProof.delete().where(CodeProof.until <= site.clock()).execute()


def _holder(logon: "Logon") -> Any:
    """Whose logon it is, within a connection; a school's account may have another name by now."""
    user = User.get_or_none((User.username == logon.username) & User.deleted_at.is_null())
    if user is None:
        raise NotLoggedOn("session-ended", reason="account")
    return user


def _in_turn(logon: "Logon", step: str) -> None:
    if logon.owed[:1] != (step,):
        owed_first = logon.owed[0] if logon.owed else ""
        raise NotLoggedOn("logon-step", step=owed_first, reason=owed_first)


def _done(logon: "Logon", step: str, left: int | None = None) -> "Logon":
    return replace(logon, owed=tuple(other for other in logon.owed if other != step), recovery_left=left)


def _secret(site: Site, user_id: int, salt: str) -> str:
    """The secret in the letters that apps take (base 32)."""
    made = hmac.digest(site.key, f"s2s-tui second factor {user_id} {salt}".encode(), "sha256")
    return base64.b32encode(made[:SECRET_BYTES]).decode("ascii")


def _take_step(site: Site, row: Any, logon: "Logon", typed: str) -> dict[str, Any]:
    """Take a code from the app, within the current transaction; never one up to the last one taken.

    Where the last one taken is of a time that is yet to come, the machine's clock was set back. Until it
    caught up no code would be right, so that one counts no more; but the times at which codes were used come
    again, so none is taken that the log, which only grows, knows as taken.

    Returns:
        Nothing: it is wrong, or was used. Else what the log is to know of it.
    """
    import pyotp

    if not (typed.isascii() and typed.isdigit()):
        return {}
    now = int(site.clock().replace(tzinfo=UTC).timestamp()) // STEP
    codes = pyotp.HOTP(_secret(site, row.user_id, row.salt))
    steps = range(now - DRIFT, now + DRIFT + 1)
    fits = [step for step in steps if hmac.compare_digest(codes.at(step).encode(), typed.encode())]
    if not fits or _was_taken(logon, fits[-1]):
        return {}
    ahead = row.last_step - now if row.last_step > now + 2 * DRIFT else 0
    last: Any = SecondFactor.last_step
    # Both checked and written in one statement: of two at the same time one changes a row.
    changed = (
        SecondFactor.update(last_step=fits[-1])
        .where((SecondFactor.user == row.user_id) & (last == row.last_step if ahead else last < fits[-1]))
        .execute()
    )
    if not changed:
        return {}
    return {"step": fits[-1]} | ({"clock_back": ahead * STEP} if ahead else {})


def _was_taken(logon: "Logon", step: int) -> bool:
    """Whether the log knows of it, at a time by its clock at which it could be taken."""
    begins = datetime.fromtimestamp(step * STEP, UTC).replace(tzinfo=None)
    since = begins - timedelta(seconds=STEP * (DRIFT + 1))
    mine: Any = (authority_of_entry == logon.organisation[:3]) & (AuditEntry.chain == logon.organisation)
    about = AuditEntry.at.between(since, begins + timedelta(seconds=STEP * (DRIFT + 2)))
    if logon.role != Role.SCHOOL:  # a school's one account may have had another name by then
        mine &= AuditEntry.username == logon.username
    acts = AuditEntry.action.in_(("code", "enrol")) & (AuditEntry.outcome == audit.DONE)
    details = tuples(AuditEntry.select(AuditEntry.details).where(mine & about & acts))
    return any(kept and json.loads(kept).get("step") == step for (kept,) in details)


def _take_recovery(site: Site, user_id: int, typed: str) -> tuple[bool, int]:
    """Take a recovery code, within the current transaction; whether, and how many are left."""
    fresh = (RecoveryCode.user == user_id) & RecoveryCode.used_at.is_null()
    changed = (
        RecoveryCode.update(used_at=site.clock())
        .where(fresh & (RecoveryCode.digest == _digest(site, typed)))
        .execute()
    )
    return bool(changed), int(RecoveryCode.select().where(fresh).count())


def _recovery_code() -> str:
    """A code of 49 bits: `abcde-fghjk`."""
    letters = "".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _typed(code: str) -> str:
    """A code without what people put between its parts."""
    return "".join(code.split()).replace("-", "").casefold()


def _digest(site: Site, code: str) -> str:
    """What is kept of a code or token. Chosen by chance and long: a quick hash will do, keyed."""
    return hmac.digest(site.key, b"s2s-tui code " + code.encode("utf-8", "surrogatepass"), "sha256").hex()
