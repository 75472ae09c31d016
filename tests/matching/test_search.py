"""Finding a lost pupil, and saying why (R-LPD-1, R-LPD-5)."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s2s_tui.base.errors import WrongUse
from s2s_tui.matching import index as indexes
from s2s_tui.matching import model, snapshot
from s2s_tui.matching.fields import Born, DateLevel, Level, Query, Record
from s2s_tui.matching.index import build
from s2s_tui.matching.search import prepare, rank, score, search
from s2s_tui.services.wording import reasons

pytestmark = pytest.mark.requirement("R-LPD-5")


def found(records, **typed):
    return search(build(records), Query(**typed))


def asked(record: Record) -> Query:
    return Query(
        record.upn, record.surname, record.forename, record.born, record.gender, record.town, record.postcode
    )


def rhys(**changed) -> Record:
    held = Record(1, "B801200005001", "Rees", "Rhys", date(2012, 3, 4), "M", "Newport")
    return held._replace(**changed)


OTHERS = [
    Record(10 + n, "", surname, forename, date(2008 + n % 7, 1 + n % 12, 1 + n), gender, town)
    for n, (surname, forename, gender, town) in enumerate(
        [
            ("Jones", "Megan", "F", "Cardiff"),
            ("Jones", "Rhys", "M", "Swansea"),
            ("Davies", "Gethin", "M", "Newport"),
            ("Williams", "Ffion", "F", "Bangor"),
            ("Evans", "Owain", "M", "Mold"),
            ("Khan", "Aisha", "F", "Cardiff"),
            ("Smith", "Oliver", "M", "Barry"),
            ("Nowak", "Zuzanna", "F", "Wrexham"),
        ]
        * 3
    )
]


def test_every_pupil_of_a_thousand_is_found_first_by_their_own_details(pupils, index):
    for record in pupils[:1000]:
        match = search(index, asked(record), limit=3)[0]
        assert match.id == record.id or match.equal
        assert match.score > 45


@pytest.mark.parametrize(
    ("held", "typed", "code", "via"),
    [
        ({}, {"surname": "Rees"}, "surname-same", ""),
        ({"surname": "ap Rhys"}, {"surname": "Prys"}, "surname-welsh", ""),
        ({"surname": "Bowen"}, {"surname": "ab Owen"}, "surname-welsh", ""),
        ({"surname": "Smith"}, {"surname": "Smyth"}, "surname-spelling", ""),
        ({"surname": "Treharne"}, {"surname": "Traharn"}, "surname-sounds", ""),
        ({"surname": "Kowalski"}, {"surname": "Komalski"}, "surname-letter", ""),
        ({"surname": "Rees-Puw"}, {"surname": "Rees"}, "surname-part", ""),
        ({"surname": "Rees"}, {"surname": "Rees-Puw"}, "surname-part", ""),
        ({"surname": "Rees Puw"}, {"surname": "Puw-Rees"}, "surname-order", ""),
        ({"surname": "Rees-Puw"}, {"surname": "ReesPuw"}, "surname-same", ""),
        ({"surname": "Warburton-Treharne"}, {"surname": "Traharn"}, "surname-part-close", ""),
        ({"former_surname": "Puw"}, {"surname": "Puw"}, "surname-same", "former"),
        ({"preferred_surname": "Puw"}, {"surname": "Puw"}, "surname-same", "preferred"),
        ({"forename": "Catherine"}, {"forename": "Catrin"}, "forename-welsh", ""),
        ({"forename": "William"}, {"forename": "Billy"}, "forename-short", ""),
        ({"forename": "Jayden"}, {"forename": "Jaiden"}, "forename-spelling", ""),
        ({"forename": "Zephaniah"}, {"forename": "Zeph"}, "forename-begins", ""),
        ({"forename": "Bartholomew"}, {"forename": "B"}, "forename-initial", ""),
        ({"forename": "Bartholomew"}, {"forename": "B. R."}, "forename-initial", ""),
        ({"forename": "Bartholomew"}, {"forename": "b r"}, "forename-initial", ""),
        ({"forename": "Bartholomew"}, {"forename": "BR"}, "forename-initial", ""),
        ({"forename": "Siân Haf"}, {"forename": "Haf"}, "forename-part", ""),
        ({"middle_names": "Tomos Llŷr"}, {"forename": "Llyr"}, "forename-same", "middle"),
        ({"preferred_forename": "Bob"}, {"forename": "Bob"}, "forename-same", "preferred"),
        ({"former_forename": "Zebedee"}, {"forename": "Zebedee"}, "forename-same", "former"),
        ({}, {"surname": "Rhys", "forename": "Rees"}, "surname-same", "swapped"),
        ({}, {"town": "Casnewydd"}, "town-welsh", ""),
        ({}, {"born": date(2012, 4, 3)}, "born-swapped", ""),
        ({}, {"born": Born(2012)}, "born-same", ""),
        ({}, {"upn": "b80120000 5001"}, "upn-same", ""),
        ({}, {"upn": "B801200005010"}, "upn-slip", ""),
        ({"former_upn": "R201100018042"}, {"upn": "R201100018042"}, "upn-former", ""),
        ({"postcode": "NP20 4AA"}, {"postcode": "np204aa"}, "postcode-same", ""),
        ({"postcode": "NP20 4AA"}, {"postcode": "NP20 4ZZ"}, "postcode-near", ""),
        ({}, {"gender": "male"}, "gender-same", ""),
    ],
)
def test_a_wrong_detail_still_finds_the_pupil_and_the_reason_is_said(held, typed, code, via):
    rest = {"surname": "Rees", "forename": "Rhys", "born": date(2012, 3, 4), "gender": "M"}
    rest |= {name: value for name, value in held.items() if name in rest}
    match = found([rhys(**held), *OTHERS], **(rest | typed))[0]
    assert match.id == 1
    assert (code, via) in [(reason.code, reason.via) for reason in match.reasons]


def test_the_bits_of_the_reasons_add_up_exactly_to_those_of_the_match(pupils, index):
    for n, record in enumerate(pupils[:150]):
        other = pupils[-n - 1]
        query = replace(asked(record), surname=other.surname, forename=other.middle_names or "Meg", upn="")
        for match in search(index, query):
            assert round(sum(reason.bits for reason in match.reasons), 2) == match.bits


def test_every_reason_has_a_sentence():
    fields = {"surname": Level, "forename": Level, "town": Level, "born": DateLevel}
    codes = {f"{field}-{level.code}" for field, levels in fields.items() for level in levels}
    assert codes <= set(reasons.SENTENCES)
    assert {*indexes.SURNAME_VIA, *indexes.FORENAME_VIA, "swapped"} - {""} == set(reasons.VIA)
    for text in reasons.SENTENCES.values():
        assert text.format(typed="a", held="b")


def test_jones_itself_says_more_than_a_loose_spelling_of_jones(index):
    told = prepare(index, Query(surname="Jones")).weighed["surname"]
    of = dict(zip(Level, told.of_level.tolist(), strict=True))
    assert of[Level.SAME] > 200
    assert of[Level.SAME] > of[Level.SOUNDS] > of[Level.CLOSE] >= of[Level.LOOSE] >= of[Level.DIFFERENT]
    assert of[Level.LOOSE] < 0


def test_a_rare_surname_says_more_than_a_common_one(index):
    same = {
        name: prepare(index, Query(surname=name)).weighed["surname"].of_level[0]
        for name in ("Jones", "Vaughan")
    }
    assert same["Vaughan"] > same["Jones"] + 200


def test_a_missing_detail_that_may_be_left_out_says_nothing_either_way():
    records = [rhys(town=""), rhys(id=2, gender="", town=None), *OTHERS]
    match = {match.id: match for match in found(records, surname="Rees", town="Bala", gender="M")}
    assert {reason.field for reason in match[1].reasons} == {"surname", "gender"}
    assert {reason.field for reason in match[2].reasons} == {"surname"}


@pytest.mark.parametrize("field", model.KNOWN)
def test_a_detail_that_every_pupil_has_tells_those_apart_who_have_it_not(field):
    none = None if field == "born" else ""
    nobody_knew = rhys(id=2, **{field: none})
    alike = {"surname": rhys(surname="Reess"), "forename": rhys(forename="Rhis")}.get(
        field, rhys(born=date(2012, 3, 5))
    )
    whole = {"surname": "Rees", "forename": "Rhys", "born": rhys().born, "town": "Newport"}
    typed = [match.id for match in found([nobody_knew, alike, *OTHERS], **whole)]
    left_out = [match.id for match in found([nobody_knew, alike, *OTHERS], **whole | {field: none})]
    assert (typed[0], left_out[0]) == (1, 2)


def test_a_twin_of_whoever_is_looked_for_is_not_taken_for_them():
    twin = rhys(surname="Treharne", forename="Mali", gender="F", town="Bala")
    typed = {"surname": "Treharne", "born": twin.born, "town": "Bala"}
    told = {
        name: found([twin, *OTHERS], forename=name, gender=gender, **typed)[0].score
        for name, gender in (("Mali", "F"), ("Malli", "F"), ("Non", "F"), ("Osian", "M"))
    }
    assert told["Mali"] >= told["Malli"] > 90 > told["Non"] > 50 > told["Osian"]


def test_only_what_was_typed_brings_a_pupil_up():
    bare = Record(2, "", "", "", None, "F", "Bangor")
    matches = {match.id for match in found([rhys(), bare, *OTHERS], town="Newport")}
    assert rhys().id in matches
    assert bare.id not in matches


def test_those_who_fit_equally_well_are_counted_and_share_the_likelihood():
    matches = found(
        [rhys(id=n) for n in range(101, 113)] + OTHERS, surname="Rees", forename="Rhys", born=rhys().born
    )
    assert [match.equal for match in matches[:12]] == [11] * 12
    assert [match.id for match in matches[:12]] == list(range(101, 113))
    assert matches[0].score <= 9


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(surname="🙂"),
        Query(gender="X"),
        Query(surname=" ", surname_begins=True),
        Query(postcode="☃"),
    ],
)
def test_an_empty_search_is_refused(query, index):
    with pytest.raises(WrongUse) as wrong:
        search(index, query)
    assert wrong.value.code == "search-empty"


@pytest.mark.requirement("R-LPD-1")
def test_surname_begins_is_an_exact_beginning_of_surname_former_or_preferred_surname():
    records = [
        rhys(surname="Joneson"),
        rhys(id=2, surname="Johns"),
        rhys(id=3, surname="Puw", former_surname="JÔNES"),
        rhys(id=4, surname="Puw", preferred_surname="Jones-Puw"),
        rhys(id=5, surname="Jonse"),
        rhys(id=6, surname="Puw-Jones"),
    ]
    matches = found(records, surname="jone", forename="Rhys", surname_begins=True)
    assert {match.id for match in matches} == {1, 3, 4}
    assert all(any(reason.field == "surname" for reason in match.reasons) for match in matches)


@pytest.mark.requirement("R-LPD-1")
def test_unchecked_a_surname_that_sounds_alike_is_found():
    assert found([rhys(surname="Llywelyn"), *OTHERS], surname="Flewellyn", forename="Rhys")[0].id == 1
    assert found([rhys(surname="Llywelyn"), *OTHERS], surname="Lewellin")[0].id == 1


some = st.lists(st.integers(0, 299), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(gone=some, changed=some, query=st.integers(0, 299), field=st.sampled_from(Query.__slots__[:6]))
def test_recent_and_removed_pupils_count_as_if_the_index_were_rebuilt(pupils, gone, changed, query, field):
    held = pupils[:280]
    new = [pupils[300 + n]._replace(id=held[n % 280].id) for n in changed]
    new = list({record.id: record for record in [*new, *pupils[280:300]]}.values())
    removed = {held[n % 280].id for n in gone} | {record.id for record in new}
    typed = replace(asked(pupils[query]), **{field: None if field == "born" else ""})
    gone_new = {record.id for record in new}
    rebuilt = [record for record in held if record.id not in removed] + new
    assert len({record.id for record in rebuilt}) == len(rebuilt) or gone_new
    once = search(build(rebuilt), typed)
    twice = search(build(held), typed, recent=build(new), removed=removed)
    assert [(m.id, m.score, m.bits, m.equal) for m in once] == [
        (m.id, m.score, m.bits, m.equal) for m in twice
    ]
    for one, other in zip(once, twice, strict=True):
        assert [(r.code, r.bits, r.via) for r in one.reasons] == [
            (r.code, r.bits, r.via) for r in other.reasons
        ]


def test_a_snapshot_gives_the_same_index_back(pupils, index):
    arrays, about = snapshot.arrays(index)
    frozen = {
        name: np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape)
        for name, array in arrays.items()
    }
    again = snapshot.from_arrays(frozen, about)
    for record in pupils[:40]:
        query = replace(asked(record), upn="", surname=(record.surname or "")[:-1])
        assert search(again, query) == search(index, query)


def test_a_snapshot_that_is_torn_or_of_another_version_is_refused(index):
    arrays, about = snapshot.arrays(index)
    for name in arrays:
        with pytest.raises(ValueError, match="snapshot"):
            snapshot.from_arrays({key: array for key, array in arrays.items() if key != name}, about)
    with pytest.raises(ValueError, match="snapshot"):
        snapshot.from_arrays(arrays | {"surname": arrays["surname"][:-1]}, about)
    with pytest.raises(ValueError, match="snapshot"):
        snapshot.from_arrays(arrays | {"counts.surname": arrays["counts.surname"][:-1]}, about)
    with pytest.raises(ValueError, match="version"):
        snapshot.from_arrays(arrays, {**about, "version": 0})


def test_an_index_of_no_pupils_finds_nobody():
    assert search(build([]), Query(surname="Jones")) == []
    assert search(build([]), Query(surname="Jones"), recent=build([rhys(surname="Jones")]))[0].id == 1


def test_an_id_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        build([rhys(), rhys()])


def test_plain_tuples_without_postcode_make_an_index_too():
    assert search(build([tuple(rhys())[:13]]), Query(surname="Rees"))[0].id == 1


@pytest.mark.parametrize(
    "text", ["\0", "J\0nes", "x" * 500, "\u202eJones", "👩‍👩‍👧 Jones", "محمد", "ап Рис", "\ud800", "a\nb"]
)
def test_hostile_text_is_only_text(text):
    held = rhys(surname=text, forename=text, town=text, upn=text, postcode=text, middle_names=text)
    plan = {"surname": text, "forename": text, "town": text, "upn": text, "born": rhys().born}
    index = build([held, *OTHERS])
    again = snapshot.from_arrays(*snapshot.arrays(index))
    for searched in (index, again):
        assert search(searched, Query(**plan))[0].id == 1


def test_the_order_is_by_evidence_then_by_id_every_time(index, pupils):
    query = Query(forename=pupils[0].forename or "", gender="F")
    first = search(index, query)
    assert first == search(index, query)
    keys = [(-match.bits, match.id) for match in first]
    assert keys == sorted(keys)
    assert len(first) == 50
    assert len(search(index, query, limit=7)) == 7


def test_the_best_of_many_are_those_that_sorting_would_give(index):
    plan = prepare(index, Query(surname="Williams", forename="Mair", town="Cardiff"))
    scores = score(plan, 0)
    best = [int(bits) for bits in np.sort(scores)[::-1][:50] if bits > 0]
    found = [round(match.bits * 100) for match in search(index, plan.query)]
    assert found[: len(best)] == best
    assert all(bits <= 0 for bits in found[len(best) :])


# Resolved records, and small databases


def pupils_of(count):
    from bench.people import population, tuning

    return population.pupils(tuning.world(count), count, seed=7)


REECE = Record(1001, "", "Llewelyn", "Reece", date(2014, 12, 3), "M", "Llanelli", resolved=True)
OLDER = Record(1002, "", "Llewelyn", "Reece", date(2011, 12, 3), "M", "Swansea")
ASKED = Query(surname="Llewelyn", forename="Reece", born=Born(2014))


@pytest.mark.requirement("R-LPD-10")
@pytest.mark.parametrize("apart", [False, True], ids=["snapshot", "recent"])
def test_nobody_gets_likelier_by_leaving_out_who_fits_better(apart):
    others = pupils_of(300)
    index, recent = (
        (build([*others, OLDER]), build([REECE])) if apart else (build([*others, OLDER, REECE]), None)
    )
    everyone = rank(index, ASKED, recent=recent, include_resolved=True).matches
    shown = rank(index, ASKED, recent=recent)
    assert everyone[0].id == REECE.id
    assert shown.matches[0].id == OLDER.id
    scores = {match.id: match.score for match in everyone}
    assert shown.matches[0].score == scores[OLDER.id] <= 10
    assert shown.resolved == (REECE.id,)
    assert not rank(index, ASKED, recent=recent, include_resolved=True).resolved


@pytest.mark.requirement("R-LPD-10")
@pytest.mark.parametrize("changed", [{}, {"upn": "B801200005001", "surname": "Price", "town": ""}])
def test_what_was_resolved_of_a_pupil_who_is_lost_again_is_no_rival(changed):
    found = REECE._replace(**changed)
    again = REECE._replace(id=1003, resolved=False, upn="B801200005001" if changed else "")
    asked_for = Query(surname="Llewelyn", forename="Reece", born=again.born, town="Llanelli")
    ranking = rank(build([*pupils_of(300), found, again]), asked_for)
    assert (ranking.matches[0].id, ranking.resolved) == (1003, ())
    assert ranking.matches[0].score >= 95


@pytest.mark.requirement("R-LPD-10")
def test_a_resolved_record_that_nobody_would_take_for_the_pupil_is_not_told_of():
    far = REECE._replace(surname="Puw", forename="Non", gender="F")
    ranking = rank(build([*pupils_of(300), OLDER, far]), ASKED)
    assert ranking.resolved == ()


@pytest.mark.parametrize("count", [0, 50, 300, 1000])
def test_among_few_records_a_child_three_years_older_whose_names_sound_alike_is_not_likely(count):
    matches = search(
        build([*pupils_of(count), OLDER]), Query(surname="Llywelyn", forename="Rhys", born=Born(2014))
    )
    assert all(match.score < 10 for match in matches)
    same_names = search(build([*pupils_of(count), OLDER]), ASKED)
    assert all(match.score < 70 for match in same_names)


@pytest.mark.parametrize("count", [0, 50, 300])
def test_among_few_records_the_right_child_is_very_likely_all_the_same(count):
    index = build([*pupils_of(count), REECE])
    slips = Query(surname="Lewelyn", forename="Reece", born=date(2014, 3, 12), gender="M", town="Llanelli")
    assert search(index, asked(REECE))[0].score == 100
    assert search(index, slips)[0].score >= 90


def test_another_permanent_upn_counts_against_a_pupil_and_a_temporary_one_says_nothing():
    from bench.people.population import upn_of

    one, other = upn_of("660200112001"), upn_of("661300118044")
    index = build([*pupils_of(50), OLDER._replace(upn=one)])

    def against(typed):
        best = search(index, Query(upn=typed, surname="Llewelyn", forename="Reece"))[0]
        assert best.id == OLDER.id
        assert best.bits == pytest.approx(sum(reason.bits for reason in best.reasons))
        return {reason.code: reason.bits for reason in best.reasons if reason.field == "upn"}

    assert against(other) == {"upn-different": -4.0}
    assert against(other[:-1] + "T") == {"upn-different": 0.0}
    assert against(one) == {"upn-same": 20.0}
    assert against(one[:5] + str((int(one[5]) + 1) % 10) + one[6:]) == {"upn-slip": 13.0}


def test_a_rare_spelling_beside_a_common_name_is_taken_for_a_slip_of_that_name():
    joneses = [
        Record(10 + n, "", "Jones", f"Child{n}", date(2010 + n % 5, 1 + n % 12, 1 + n % 28), "F", "Bala")
        for n in range(60)
    ]
    whites = [one._replace(id=one.id + 100, surname="Jonas") for one in joneses]
    slip = Record(1, "", "Jonse", "Non", date(2012, 3, 4), "F", "Bala")
    bits = {}
    for held, others in (("Jonse", joneses), ("Jonas", [*joneses, *whites])):
        index = build([*others, slip._replace(surname=held)])
        best = search(index, Query(surname="Jones", forename="Non", born=slip.born))[0]
        assert best.id == slip.id
        bits[held] = next(reason.bits for reason in best.reasons if reason.field == "surname")
    same = search(build([*joneses, slip._replace(surname="Jones")]), Query(surname="Jones", forename="Non"))
    assert bits["Jonas"] < bits["Jonse"] <= same[0].reasons[0].bits


def test_digits_are_swapped_only_where_they_differ():
    from s2s_tui.matching import births

    held, codes = births.make([date(1999, 10, 11), date(1991, 10, 21), date(1991, 2, 12)])
    levels = births.levels(held, Born(1989, 11, 11))
    assert DateLevel(levels[codes[date(1999, 10, 11)]]) == DateLevel.TWO_DIGITS
    levels = births.levels(held, Born(1991, 10, 12))
    assert DateLevel(levels[codes[date(1991, 10, 21)]]) == DateLevel.DIGITS_SWAPPED
    assert DateLevel(levels[codes[date(1991, 2, 12)]]) == DateLevel.MONTH_DIFFERS
