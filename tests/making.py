"""Things that tests make: CTFs, a small world, accounts. All pupils are invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape

from s2s_tui.rules.roles import WALES, Actor, Role
from s2s_tui.services import accounts, hashing
from s2s_tui.services.authorities import rows as authority_rows
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Establishment, User
from s2s_tui.store.statements import insert

NOW = datetime(2026, 11, 24, 10, 30)
PASSWORD = "three quiet words"
ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def upn(serial: int, school: str = "6804012", year: int = 20) -> str:
    """A UPN with the right check letter."""
    body = f"{school}{year:02}{serial:03}"
    total = sum(int(digit) * place for place, digit in enumerate(body, 2))
    return ALPHABET[total % 23] + body


@dataclass(frozen=True)
class Child:
    upn: str = ""
    surname: str = "Llwyd"
    forename: str = "Siân"
    born: str = "2016-08-19"
    sex: str = "F"
    more: str = ""
    """Further elements, as XML."""


def ctf(
    source: str = "6804012",
    destination: str = "6814053",
    children: Sequence[Child] = (),
    *,
    encoding: str = "utf-8",
    written: str = "2026-11-23T09:30:00",
) -> bytes:
    """A CTF that a check accepts, with one child unless others are given."""
    children = children or (Child(upn(1)),)
    pupils = "".join(
        f"<Pupil><UPN>{escape(child.upn or upn(number))}</UPN><Surname>{escape(child.surname)}</Surname>"
        f"<Forename>{escape(child.forename)}</Forename><DOB>{child.born}</DOB><Sex>{child.sex}</Sex>"
        f"{child.more}</Pupil>\n"
        for number, child in enumerate(children, 1)
    )
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<CTfile><Header>'
        "<DocumentName>Common Transfer File</DocumentName><CTFversion>26.0</CTFversion>"
        f"<DateTime>{written}</DateTime><DocumentQualifier>full</DocumentQualifier>"
        f"<SourceSchool><LEA>{source[:3]}</LEA><Estab>{source[3:]}</Estab>"
        "<SchoolName>Ysgol</SchoolName><AcademicYear>2026</AcademicYear></SourceSchool>"
        f"<DestSchool><LEA>{destination[:3]}</LEA><Estab>{destination[3:]}</Estab></DestSchool></Header>\n"
        f"<CTFpupilData>\n{pupils}</CTFpupilData></CTfile>\n"
    )
    return text.encode(encoding)


def offered(
    source: str = "6804012", destination: str = "6814053", number: int = 1, children: Sequence[Child] = ()
) -> Offered:
    """A CTF under its right name, as a person offers it."""
    return Offered(f"{source}_CTF_{destination}_{number:03}.XML", ctf(source, destination, children))


SCHOOLS = {
    "6804012": "Ysgol Uwchradd Glan-yr-Afon",
    "6804031": "St Woolos High",
    "6802310": "Ringland Primary",
    "6814053": "Ysgol Bro Glan",
    "6814060": "Llanrumney High",
    "6604025": "Ysgol Uwchradd Môn",
    "8734001": "Cambridge Academy",
}


def fill(site: Site) -> None:
    """The authorities, seven schools with their accounts, and every role in 680, 681 and 660."""
    digest = hashing.hashed(site.settings, PASSWORD)

    def change() -> None:
        insert(
            Authority,
            [row | {"email": f"data@la{row['code']}.example"} for row in authority_rows()],
        )
        insert(
            Establishment,
            [
                {
                    "number": number,
                    "authority": number[:3],
                    "name": name,
                    "email": f"office@s{number}.example",
                }
                for number, name in SCHOOLS.items()
            ],
        )
        users = [("wg", Role.WG, WALES)]
        users += [(f"s{number}", Role.SCHOOL, number) for number in SCHOOLS]
        users += [
            (username(role, code), role, code)
            for code in ("680", "681", "660")
            for role in Role
            if role not in (Role.WG, Role.SCHOOL, Role.SYSTEM)
        ]
        insert(
            User,
            [
                {
                    "username": name,
                    "role": str(role),
                    "organisation": organisation,
                    "email": f"{name}@{organisation.lower()}.example",
                    "password": digest,
                    "password_at": NOW,
                    "created_at": NOW,
                }
                for name, role, organisation in users
            ],
        )

    site.store.write(change)


def username(role: Role, organisation: str) -> str:
    """The username of the small world's account of a role in an organisation."""
    if role is Role.WG:
        return "wg"
    return f"s{organisation}" if role is Role.SCHOOL else f"{organisation}{role.replace('-', '')}"


def logged_on(site: Site, role: Role | str, organisation: str) -> Actor:
    """An actor of the small world, by really logging on."""
    return accounts.log_on(site, username(Role(role), organisation), PASSWORD)


def past(days: int) -> date:
    """So many days before the tests' now."""
    return (NOW - timedelta(days=days)).date()
