"""Why a pupil was found: the reasons behind a score, field by field; their bits add up to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from s2s_tui.matching import births, model, postcodes, upns, weights
from s2s_tui.matching.fields import DateLevel, Level, Reason
from s2s_tui.matching.index import FORENAME_VIA, SURNAME_VIA, Index, Others
from s2s_tui.matching.names import NameList
from s2s_tui.matching.top import Hit

if TYPE_CHECKING:
    from s2s_tui.matching.search import Plan


def reasons(plan: Plan, hit: Hit) -> tuple[Reason, ...]:
    """Why a hit was found, in the order of the form."""
    part = plan.parts[hit.part]
    return (
        *_upn(plan, part, hit),
        *_names(plan, part, hit),
        *_born(plan, part, hit),
        *_gender(plan, part, hit),
        *_town(plan, part, hit),
        *_postcode(plan, part, hit),
    )


def _upn(plan: Plan, part: Index, hit: Hit) -> list[Reason]:
    typed = plan.query.upn
    how = plan.upn[hit.part].get(hit.row)
    held = upns.text(int(part.upn[hit.row]))
    if how is not None:
        return [Reason("upn", f"upn-{how}", typed, held, model.UPN_BITS[how])]
    if upns.normal(typed) and part.upn[hit.row] != 0:
        counts = plan.lasting and bool(part.lasting[hit.row])
        return [Reason("upn", "upn-different", typed, held, model.UPN_BITS["different"] if counts else 0.0)]
    return []


def _names(plan: Plan, part: Index, hit: Hit) -> list[Reason]:
    """Surname and forename: as they stand, or swapped where that says more."""
    straight = [
        *_name(plan, part, hit, "surname", part.surnames, part.other_surnames, SURNAME_VIA),
        *_name(plan, part, hit, "forename", part.forenames, part.other_forenames, FORENAME_VIA),
    ]
    turned = _turned(plan, part, hit)
    if turned and sum(reason.bits for reason in turned) > sum(reason.bits for reason in straight) + 0.001:
        return turned
    return straight


def _name(
    plan: Plan, part: Index, hit: Hit, field: str, held: NameList, others: Others, via: tuple[str, ...]
) -> list[Reason]:
    weighed = plan.weighed.get(field)
    if weighed is None:
        return _neither(plan, field, int(getattr(part, field)[hit.row]))
    typed = getattr(plan.query, field)
    bits, levels = weighed.bits[hit.part], weighed.levels[hit.part]
    code, how = int(getattr(part, field)[hit.row]), ""
    most = int(bits[code])
    begin, end = np.searchsorted(others.row, np.array([hit.row, hit.row + 1], others.row.dtype))
    for at in range(begin, end):
        other, name = int(others.code[at]), via[others.via[at]]
        worth = int(bits[other]) + weights.hundredths(model.VIA[name])
        if worth > most:
            most, code, how = worth, other, name
    if code == 0:
        return [Reason(field, f"{field}-unheld", typed, "", most / 100)]
    return [Reason(field, f"{field}-{Level(levels[code]).code}", typed, held.held(code), most / 100, how)]


def _neither(plan: Plan, field: str, code: int) -> list[Reason]:
    """What was not typed, of a pupil who doesn't have it."""
    if code or field not in plan.left_out:
        return []
    return [Reason(field, f"{field}-neither", "", "", plan.left_out[field])]


def _turned(plan: Plan, part: Index, hit: Hit) -> list[Reason]:
    """The names as if the boxes were swapped; none where nothing resembles so. The first bears the cost."""
    reasons: list[Reason] = []
    alike = False
    cost = weights.hundredths(model.VIA["swapped"])
    for field, weighed, column, held in (
        ("surname", plan.swapped[0], part.forename, part.forenames),
        ("forename", plan.swapped[1], part.surname, part.surnames),
    ):
        code = int(column[hit.row])
        if weighed is None or not code:
            continue
        level = Level(weighed.levels[hit.part][code])
        alike |= level < Level.DIFFERENT
        bits = int(weighed.bits[hit.part][code]) + cost
        typed = getattr(plan.query, field)
        reasons.append(Reason(field, f"{field}-{level.code}", typed, held.held(code), bits / 100, "swapped"))
        cost = 0
    return reasons if alike else []


def _born(plan: Plan, part: Index, hit: Hit) -> list[Reason]:
    weighed, code = plan.weighed.get("born"), int(part.born[hit.row])
    if weighed is None:
        return _neither(plan, "born", code)
    bits = int(weighed.bits[hit.part][code])
    typed = births.written(births.parts(plan.query.born))
    if code == 0:
        return [Reason("born", "born-unheld", typed, "", bits / 100)]
    level = DateLevel(weighed.levels[hit.part][code])
    return [Reason("born", f"born-{level.code}", typed, part.births.held(code), bits / 100)]


def _gender(plan: Plan, part: Index, hit: Hit) -> list[Reason]:
    weighed, code = plan.weighed.get("gender"), int(part.gender[hit.row])
    if weighed is None or code == 0:
        return []
    how = "different" if weighed.levels[hit.part][code] else "same"
    bits = int(weighed.bits[hit.part][code])
    return [Reason("gender", f"gender-{how}", plan.query.gender, " MF"[code], bits / 100)]


def _town(plan: Plan, part: Index, hit: Hit) -> list[Reason]:
    weighed, code = plan.weighed.get("town"), int(part.town[hit.row])
    if weighed is None or code == 0:
        return []
    level = Level(weighed.levels[hit.part][code])
    bits = int(weighed.bits[hit.part][code])
    return [Reason("town", f"town-{level.code}", plan.query.town, part.towns.held(code), bits / 100)]


def _postcode(plan: Plan, part: Index, hit: Hit) -> list[Reason]:
    weighed = plan.weighed.get("postcode")
    code = 0 if weighed is None else int(plan.postcode[hit.part][hit.row])
    if weighed is None or code == 0:
        return []
    how = postcodes.WORDS[code]
    held = postcodes.text(int(part.postcode[hit.row]))
    bits = int(weighed.bits[hit.part][code])
    return [Reason("postcode", f"postcode-{how}", plan.query.postcode, held, bits / 100)]
