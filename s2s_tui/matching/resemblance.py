"""How one pair of details resembles another, field by field, without any others around them.

A search counts in its own lists what each field says; where a pair is found already, and a hundred thousand
of them are, only the words are wanted. Most pairs of names come again and again: each is compared once.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log2
from typing import NamedTuple

from rapidfuzz.distance import OSA

from s2s_tui.matching import births, model, names, postcodes, upns, weights
from s2s_tui.matching.fields import Born, DateLevel, Level, Query, Reason, Record
from s2s_tui.matching.model import Channel
from s2s_tui.matching.names import Forms
from s2s_tui.matching.text import joined
from s2s_tui.matching.variants import forename_forms, surname_forms, town_forms

_KINDS: dict[str, tuple[Forms, Channel]] = {
    "surname": (surname_forms, model.SURNAME),
    "forename": (forename_forms, model.FORENAME),
    "town": (town_forms, model.TOWN),
}


def reasons(query: Query, held: Record) -> tuple[Reason, ...]:
    """Why a record may be the pupil that a query describes, a field each, as a search says it.

    Args:
        query: what is known of the pupil.
        held: the record.

    Returns:
        The reasons in the order of the form, each with 0 bits: how rare a value is can't be told from two.
    """
    born = births.parts(query.born)
    there = {"surname": joined(query.surname), "forename": joined(query.forename), "born": any(born)}
    left_out = model.left_out([field for field, typed in there.items() if typed])
    return (
        *_upn(query.upn, held.upn or "", held.former_upn or ""),
        *_names(query, held, left_out),
        *_born(born, births.parts(held.born), "born" in left_out),
        *_gender(query.gender, held.gender or ""),
        *_town(query.town, held.town or ""),
        *_postcode(query.postcode, held.postcode or ""),
    )


def _upn(typed: str, held: str, former: str) -> list[Reason]:
    asked, own, before = upns.normal(typed), upns.normal(held), upns.normal(former)
    if not asked:
        return []
    shown = upns.text(upns.number(own))
    if asked == own:
        how = "same"
    elif asked == before:
        how = "former"
    elif any(
        OSA.distance(asked, other, score_cutoff=1) == 1 for other in (own, before) if upns.number(other) > 0
    ):
        how = "slip"
    else:
        how = "different" if own else ""
    return [Reason("upn", f"upn-{how}", typed, shown, 0.0)] if how else []


def _names(query: Query, held: Record, left_out: Mapping[str, float]) -> list[Reason]:
    straight = [
        *_name(
            "surname",
            query.surname,
            {"": held.surname, "former": held.former_surname, "preferred": held.preferred_surname},
            left_out=left_out,
        ),
        *_name(
            "forename",
            query.forename,
            {"": held.forename, "former": held.former_forename, "preferred": held.preferred_forename},
            (held.middle_names or "").split(),
            left_out=left_out,
        ),
    ]
    plain = sum(found.worth for found in straight)
    if plain >= model.VIA["swapped"]:
        return [found.reason for found in straight]
    turned = [
        _found(field, typed, text, "swapped", turned=True)
        for field, typed, text in (
            ("surname", query.surname, held.forename or ""),
            ("forename", query.forename, held.surname or ""),
        )
        if joined(typed) and joined(text)
    ]
    # The two boxes cost once, not twice.
    worth = sum(found.worth for found in turned) + model.VIA["swapped"] * (1 - len(turned))
    better = worth > plain and any(found.level < Level.DIFFERENT for found in turned)
    return [found.reason for found in (turned if better else straight)]


class _Found(NamedTuple):
    worth: float
    level: Level
    reason: Reason


def _name(
    field: str,
    typed: str,
    texts: dict[str, str | None],
    middle: Sequence[str] = (),
    *,
    left_out: Mapping[str, float],
) -> list[_Found]:
    """The held name that says most, the pupil's own where others say no more; or that there is none."""
    if not joined(typed):
        known = field not in left_out or joined(texts[""] or "")
        return [] if known else [_Found(left_out[field], Level.DIFFERENT, _reason(f"{field}-neither"))]
    told: list[_Found] = []
    for via, text in (*texts.items(), *(("middle", text) for text in middle)):
        if text and joined(text):
            found = _found(field, typed, text, via)
            if not via and found.level == Level.SAME:
                return [found]
            if not via or found.level < Level.DIFFERENT:
                told.append(found)
    if not joined(texts[""] or ""):
        told.append(_Found(model.UNHELD, Level.DIFFERENT, _reason(f"{field}-unheld", typed)))
    return [max(told, key=lambda found: found.worth)]


def _reason(code: str, typed: str = "") -> Reason:
    """Why, of a detail that the pupil has not."""
    return Reason(code.partition("-")[0], code, typed, "", 0.0)


def _found(field: str, typed: str, text: str, via: str, *, turned: bool = False) -> _Found:
    level = _level(field, typed, text, turned)
    channel = _KINDS[field][1]
    # Beside the same name, something else says some twelve bits less.
    worth = 2 * channel.floor
    if level < Level.DIFFERENT:
        worth = max(worth, log2(max(channel.slips[level], 1e-12) / channel.slips[Level.SAME]))
    reason = Reason(field, f"{field}-{level.code}", typed, text.strip(), 0.0, via)
    return _Found(worth + model.VIA[via], level, reason)


@lru_cache(50_000)
def _level(field: str, typed: str, held: str, turned: bool = False) -> Level:
    """How a typed name resembles a held one; both have something comparable."""
    if joined(typed) == joined(held):
        return Level.SAME
    forms, channel = _KINDS[field]
    listed, codes = names.make([held])
    found = (names.alike if turned else names.resembling)(listed, typed, forms)
    return Level(int(weights.name_levels(listed, found, channel)[codes[held]]))


@lru_cache(50_000)
def _born(typed: Born, held: Born, left_out: bool) -> tuple[Reason, ...]:
    listed, codes = births.make([held])
    code = codes[held]
    if not any(typed):
        return () if code or not left_out else (_reason("born-neither"),)
    if not code:
        return (_reason("born-unheld", births.written(typed)),)
    level = DateLevel(int(births.levels(listed, typed)[code]))
    return (Reason("born", f"born-{level.code}", births.written(typed), listed.held(code), 0.0),)


def _gender(typed: str, held: str) -> list[Reason]:
    asked, own = (text.strip().upper()[:1] for text in (typed, held))
    if asked not in ("M", "F") or own not in ("M", "F"):
        return []
    return [Reason("gender", "gender-same" if asked == own else "gender-different", typed, own, 0.0)]


def _town(typed: str, held: str) -> list[Reason]:
    if not joined(typed) or not joined(held):
        return []
    return [Reason("town", f"town-{_level('town', typed, held).code}", typed, held.strip(), 0.0)]


def _postcode(typed: str, held: str) -> list[Reason]:
    numbers = postcodes.numbers([held])
    how = postcodes.WORDS.get(int(postcodes.compare(numbers, typed)[0])) if postcodes.normal(typed) else None
    if how is None:
        return []
    return [Reason("postcode", f"postcode-{how}", typed, postcodes.text(int(numbers[0])), 0.0)]
