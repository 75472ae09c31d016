"""Lost pupils for tests of the search: one by one as schools send them, or very many at once."""

import random
from datetime import date, timedelta
from typing import Any

import making

from s2s_tui.services import search, uploads
from s2s_tui.services.search import LookedFor
from s2s_tui.store.models import Content, LostPupil, Transfer
from s2s_tui.store.statements import insert

SURNAMES = ("Jones", "Davies", "Evans", "Williams", "Thomas", "Khan", "Price", "Ahmed", "Pugh", "Bowen")
FORENAMES = ("Ann", "Huw", "Eira", "Tom", "Omar", "Zoe", "Ffion", "Dylan", "Nia", "Ela", "Gwen", "Ioan")
TOWNS = ("Cardiff", "Newport", "Swansea", "Wrexham", "Bangor", "Barry", "Llanelli", "Neath")
DIGEST = "0" * 64


def lose(
    site: Any,
    number: int = 1,
    *,
    to: str = "XXXXXXX",
    school: str = "6804012",
    town: str = "",
    former: str = "",
    middle: str = "",
    **child: Any,
) -> int:
    """A school sends a pupil to the lost pupil database; the record's id."""
    more = f"<FormerSurname>{former}</FormerSurname>" * bool(former)
    more += f"<MiddleNames>{middle}</MiddleNames>" * bool(middle)
    more = f"<BasicDetails>{more}</BasicDetails>" * bool(more)
    more += f"<Address><BS7666Address><Town>{town}</Town></BS7666Address></Address>" * bool(town)
    kid = making.Child(**({"upn": making.upn(number, school)} | child), more=more)
    receipt = uploads.upload(
        making.logged_on(site, "school", school), site, making.offered(school, to, number, [kid])
    )
    assert receipt.status == "sent", receipt
    with site.store.connection():
        return int(LostPupil.get(LostPupil.transfer == receipt.id).id)


def many(site: Any, count: int, seed: int = 1) -> None:
    """Very many records, written straight into the tables; their names are common ones."""
    chance = random.Random(seed)

    def rows() -> None:
        if Content.get_or_none(Content.digest == DIGEST) is None:
            insert(Content, [{"digest": DIGEST, "size": 0, "packed": b""}])
        change = uploads.next_change()
        for start in range(0, count, 200):
            part = range(start, min(start + 200, count))
            ids = insert(Transfer, [_transfer(seed * 10_000_000 + number) for number in part])
            insert(LostPupil, [_pupil(transfer, change, chance) for transfer in ids])

    site.store.write(rows)


def _transfer(number: int) -> dict[str, Any]:
    name = f"6804012_CTF_XXXXXXX_{number}.XML"
    return {
        **{"name": name, "name_key": name.lower(), "kind": "ctf", "source": "6804012"},
        **{"destination": "XXXXXXX", "source_authority": "680", "content": DIGEST, "size": 0},
        **{"pupil_count": 1, "school_year": 2026, "uploaded_at": making.NOW, "uploaded_by": "s6804012"},
        "sender": "6804012",
    }


def _pupil(transfer: int, change: int, chance: random.Random) -> dict[str, Any]:
    return {
        **{"transfer": transfer, "left_sector": False, "upn": "", "change": change},
        **{"surname": chance.choice(SURNAMES), "forename": chance.choice(FORENAMES)},
        "born": date(2008, 1, 1) + timedelta(days=chance.randrange(4500)),
        **{"gender": chance.choice("MF"), "town": chance.choice(TOWNS)},
        **{"authority": "680", "school": "6804012", "uploaded_at": making.NOW},
    }


def texts(hits: Any) -> list[str]:
    """Who was found: `Rhys Llewellyn`, best first."""
    return [f"{hit.record.forename} {hit.record.surname}" for hit in hits]


def find(actor: Any, site: Any, **typed: Any) -> list[str]:
    """Search; who is found, best first."""
    options = {name: typed.pop(name) for name in ("include_resolved", "sort", "limit") if name in typed}
    return texts(search.search(actor, site, LookedFor(**typed), **options).hits)
