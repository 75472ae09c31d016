"""R-NAM: the names of files."""

import csv
import inspect
import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.text import printable
from s2s_tui.rules import name_slips, names
from s2s_tui.rules.names import (
    LEFT,
    LOST,
    BadName,
    FileName,
    Kind,
    Mailbox,
    build,
    parse,
    readdressed,
    renumbered,
)
from s2s_tui.rules.problems import Severity
from s2s_tui.services.wording import SENTENCES, say
from s2s_tui.services.wording.names import SENTENCES as NAME_SENTENCES

pytestmark = pytest.mark.requirement("R-NAM")
quick = settings(max_examples=200, deadline=None)

RIGHT = [
    ("6804012_CTF_6814053_001.XML", Kind.CTF, "6804012", "6814053", "001", "", "CTF", "XML"),
    ("6804012_CTF_MMMMMMM_999.XML", Kind.CTF, "6804012", LEFT, "999", "", "CTF", "XML"),
    ("680LLLL_CTF_MMMMMMM_001.XML", Kind.CTF, "680LLLL", LEFT, "001", "", "CTF", "XML"),
    ("6804012_CTF_XXXXXXX_001.XML", Kind.CTF, "6804012", LOST, "001", "", "CTF", "XML"),
    ("680LLLL_CTF_XXXXXXX_001.XML", Kind.CTF, "680LLLL", LOST, "001", "", "CTF", "XML"),
    ("6804012_CTF_681LLLL_010.XML", Kind.CTF, "6804012", "681LLLL", "010", "", "CTF", "XML"),
    ("681LLLL_CTF_6804012_100.XML", Kind.CTF, "681LLLL", "6804012", "100", "", "CTF", "XML"),
    ("6804012_6814053_FFT15.ZIP", Kind.GENERIC, "6804012", "6814053", "", "FFT15", "", "ZIP"),
    ("6804012_681LLLL_a.ZIP", Kind.GENERIC, "6804012", "681LLLL", "", "a", "", "ZIP"),
    ("681LLLL_6804012_Gwyl_[26]!.ZIP", Kind.GENERIC, "681LLLL", "6804012", "", "Gwyl_[26]!", "", "ZIP"),
    ("681LLLL_6804012_tŷ_CTF_1.ZIP", Kind.GENERIC, "681LLLL", "6804012", "", "tŷ_CTF_1", "", "ZIP"),
    ("6804012_PLA_680PLAS_001.XML", Kind.PLASC, "6804012", "680PLAS", "001", "", "PLA", "XML"),
    ("6804012_PLA_680PLAS_001.ZIP", Kind.PLASC, "6804012", "680PLAS", "001", "", "PLA", "ZIP"),
    ("680PLAS_PLA_6804012_001.XML", Kind.PLASC, "680PLAS", "6804012", "001", "", "PLA", "XML"),
    ("680PLAS_PLA_6804012_001.ZIP", Kind.PLASC, "680PLAS", "6804012", "001", "", "PLA", "ZIP"),
    ("6804012_ADM_680ADMS_001.XML", Kind.ADMISSIONS, "6804012", "680ADMS", "001", "", "ADM", "XML"),
    ("6804012_ADM_680ADMS_001.ZIP", Kind.ADMISSIONS, "6804012", "680ADMS", "001", "", "ADM", "ZIP"),
    ("680ADMS_ADM_6804012_001.XML", Kind.ADMISSIONS, "680ADMS", "6804012", "001", "", "ADM", "XML"),
    ("680ADMS_ADM_6804012_001.ZIP", Kind.ADMISSIONS, "680ADMS", "6804012", "001", "", "ADM", "ZIP"),
    ("680LLLL_ADT_6804012_26001.XML", Kind.ADMISSIONS, "680LLLL", "6804012", "26001", "", "ADT", "XML"),
    ("6804012_ASL_680LLLL_26001.XML", Kind.ADMISSIONS, "6804012", "680LLLL", "26001", "", "ASL", "XML"),
    *(
        (f"{a}_{form}_{b}_00999.XML", Kind.ADMISSIONS, a, b, "00999", "", form, "XML")
        for form in ("AOT", "ALT", "APT")
        for a, b in (("6804012", "680LLLL"), ("680LLLL", "6804012"))
    ),
]  # fmt: skip

WRONG = [
    ("", "name-empty"),
    (".", "name-shape"),
    ("holiday photo.jpg", "name-shape"),
    ("_", "name-shape"),
    ("x" * 256, "name-too-long"),
    ("../6804012_CTF_6814053_001.XML", "name-path"),
    ("C:\\6804012_CTF_6814053_001.XML", "name-path"),
    ("680401\x002_CTF_6814053_00.XML", "name-hidden"),
    ("6804012_680LLLL_a\udcffb.ZIP", "name-hidden"),
    ("680401_CTF_6814053_001.XML", "name-source"),
    ("68040123_CTF_6814053_001.XML", "name-source"),
    ("XXXXXXX_CTF_6814053_001.XML", "name-source"),
    ("680QQQQ_CTF_6814053_001.XML", "name-source"),
    ("6804012_CTF_681405_001.XML", "name-destination"),
    ("6804012_CTF_68140533_001.XML", "name-destination"),
    ("6804012_CTF_681SENS_001.XML", "name-destination"),
    ("6804012_CTF__001.XML", "name-destination"),
    ("6804012_68O4O1Q_x.ZIP", "name-destination"),
    ("6804012_680PLAſ_x.ZIP", "name-destination"),
    ("6804012_CAPITA_data.ZIP", "name-supplier"),
    ("6804012_CTF_SIMS_001.XML", "name-supplier"),
    ("6804012_XYZ_6814053_001.XML", "name-form"),
    ("6804012_CMJ_680LLLL_001.XML", "name-england-only"),
    ("6804012_cml_680LLLL_001.XML", "name-england-only"),
    ("680LLLL_CTF_681LLLL_001.XML", "name-authorities"),
    ("680LLLL_681LLLL_x.ZIP", "name-authorities"),
    ("680LLLL_ADT_681LLLL_26001.XML", "name-authorities"),
    ("6804012_XXXXXXX_x.ZIP", "name-generic-lpd"),
    ("680LLLL_MMMMMMM_x.ZIP", "name-generic-lpd"),
    ("6804012_680PLAS_x.ZIP", "name-not-allowed"),
    ("680ADMS_6804012_x.ZIP", "name-not-allowed"),
    ("6804012_CTF_680PLAS_001.XML", "name-not-allowed"),
    ("680PLAS_CTF_XXXXXXX_001.XML", "name-not-allowed"),
    ("6804012_PLA_680LLLL_001.XML", "name-not-allowed"),
    ("6804012_PLA_6814053_001.XML", "name-not-allowed"),
    ("6804012_PLA_XXXXXXX_001.XML", "name-not-allowed"),
    ("6804012_ADM_680PLAS_001.XML", "name-not-allowed"),
    ("680LLLL_ADM_6804012_001.XML", "name-not-allowed"),
    ("6804012_ADT_680LLLL_26001.XML", "name-not-allowed"),
    ("680LLLL_ASL_6804012_26001.XML", "name-not-allowed"),
    ("6804012_AOT_680ADMS_26001.XML", "name-not-allowed"),
    ("6804012_CTF_6814053_000.XML", "name-number"),
    ("6804012_CTF_6814053_1000.XML", "name-number"),
    ("6804012_CTF_6814053_26001.XML", "name-number"),
    ("6804012_CTF_6814053_0.XML", "name-number"),
    ("6804012_CTF_6814053_.XML", "name-number"),
    ("6804012_CTF_6814053.XML", "name-number"),
    ("6804012_CTF_6814053_001_2.XML", "name-number"),
    ("6804012_CTF_6814053_00l.XML", "name-number"),
    ("6804012_CTF_6814053_000 (1).XML", "name-number"),
    ("680LLLL_ADT_6804012_001.XML", "name-year-number"),
    ("680LLLL_ADT_6804012_26000.XML", "name-year-number"),
    ("6804012_CTF_6814053_001.csv", "name-extension"),
    ("6804012_CTF_6814053_001.xm", "name-extension"),
    ("6804012_ALT_680LLLL_26001.ZIP", "name-extension"),
    ("6804012_680LLLL_data.csv", "name-extension"),
    ("6804012_680LLLL_data.zıp", "name-extension"),
    ("6804012_PLA_680PLAS_001", "name-extension-missing"),
    ("6804012_CTF_6814053_001.ZIP", "name-ctf-zip"),
    ("6804012_CTF_6814053_001.xml.zip", "name-number"),
    ("6804012_680LLLL_.ZIP", "name-label-missing"),
    ("6804012_680LLLL.ZIP", "name-label-missing"),
    ("6804012_680LLLL_1234567890123456.ZIP", "name-label-long"),
    ("6804012_680LLLL_a:b.ZIP", "name-label"),
    ("Copy of 6804012_CTF_6814053_000.xml", "name-number"),
    ("6804012_AſL_680LLLL_26001.XML", "name-form"),
    ("6804012_CTF_6814053_001.xml.xml.csv", "name-number"),
    ("OOOOOOO_CTF_6814053_001.XML", "name-source"),
    ("6804012_680LLLL_a(b).ZIP", "name-label"),
    ("6804012_680LLLL_<i>.ZIP", "name-label"),
    ("6804012_680LLLL_a b(c).ZIP", "name-label-space"),
]

SLIPS = [
    ("6804012_CTF_6814053_204 (1).xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_CTF_6814053_204(1).xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_CTF_6814053_204.xml (1)", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_CTF_6814053_204 (1) (2).xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_CTF_6814053_204 - Copy.xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_CTF_6814053_204 - Copy (2).xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_CTF_6814053_204 - Copi.xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_CTF_6814053_204 copy 2.xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_CTF_6814053_204-1.xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_CTF_6814053_204 2.xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("Copy of 6804012_CTF_6814053_204.xml", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("Copy (2) of 6804012_680LLLL_x.zip", "name-browser-copy", "6804012_680LLLL_x.zip"),
    ("6804012_680LLLL_x (1).zip", "name-browser-copy", "6804012_680LLLL_x.zip"),
    ("6804012_CTF_6814053_204 .xml (1)", "name-browser-copy", "6804012_CTF_6814053_204.xml"),
    ("6804012_68OLLLL_x.zip", "name-letter-o", "6804012_680LLLL_x.zip"),
    ("6804012_680LLLL_a\ue000b.ZIP", "name-hidden-mended", "6804012_680LLLL_ab.ZIP"),
    ("680LLLL_CTF6804012_001.XML", "name-underscores", "680LLLL_CTF_6804012_001.XML"),
    ("680LLLLCTF6804012001.XML", "name-underscores", "680LLLL_CTF_6804012_001.XML"),
    ("680LLLL_CTF__6804012_001.XML", "name-underscores", "680LLLL_CTF_6804012_001.XML"),
    ("680LLLL CTF 6804012 001.XML", "name-spaces", "680LLLL_CTF_6804012_001.XML"),
    ("6804012 680LLLL spring term.zip", "name-spaces", "6804012_680LLLL_spring_term.zip"),
    ("6804012_680LLLL_spring term.zip", "name-spaces", "6804012_680LLLL_spring_term.zip"),
    ("680LLLL-CTF-6804012-001.XML", "name-hyphens", "680LLLL_CTF_6804012_001.XML"),
    ("6804012 - CTF - 6814053 - 001.xml", "name-spaces", "6804012_CTF_6814053_001.xml"),
    ("680LLLL–CTF–6804012–001.XML", "name-hyphens", "680LLLL_CTF_6804012_001.XML"),
    ("6804012-680LLLL-x.zip", "name-hyphens", "6804012_680LLLL_x.zip"),
    ("6804012_680LLLLdata.zip", "name-underscores", "6804012_680LLLL_data.zip"),
    ("6804012_CTF_6814053_001.xml.xml", "name-two-endings", "6804012_CTF_6814053_001.xml"),
    ("6804012_CTF_6814053_001.xml.txt", "name-two-endings", "6804012_CTF_6814053_001.xml"),
    ("6804012_680LLLL_data.zip.txt", "name-two-endings", "6804012_680LLLL_data.zip"),
    ("6804012_CTF_6814053_001", "name-ending-missing", "6804012_CTF_6814053_001.XML"),
    ("6804012_680LLLL_data", "name-ending-missing", "6804012_680LLLL_data.ZIP"),
    (" 6804012_CTF_6814053_001.xml", "name-blanks", "6804012_CTF_6814053_001.xml"),
    ("6804012_CTF_6814053_001.xml\t", "name-blanks", "6804012_CTF_6814053_001.xml"),
    ("6804012_CTF_6814053_001 .xml", "name-blanks", "6804012_CTF_6814053_001.xml"),
    ("6804012_CTF_6814053_001.xml.", "name-blanks", "6804012_CTF_6814053_001.xml"),
    ("\u202a6804012_CTF_6814053_001.xml", "name-hidden-mended", "6804012_CTF_6814053_001.xml"),
    ("６８０４０１２_CTF_6814053_001.xml", "name-digits", "6804012_CTF_6814053_001.xml"),
    ("6804012_CTF_6814053_٠٠١.xml", "name-digits", "6804012_CTF_6814053_001.xml"),
    ("6804012_CTF_6814053_1.xml", "name-short-number", "6804012_CTF_6814053_001.xml"),
    ("6804012_CTF_6814053_12.xml", "name-short-number", "6804012_CTF_6814053_012.xml"),
    ("68O4O12_CTF_6814053_OO1.xml", "name-letter-o", "6804012_CTF_6814053_001.xml"),
    ("68oLLLL_CTF_6814053_001.xml", "name-letter-o", "680LLLL_CTF_6814053_001.xml"),
    ("6804012_CTF_XXXXXX_001.xml", "name-letters", "6804012_CTF_XXXXXXX_001.xml"),
    ("6804012_CTF_680LLL_001.xml", "name-letters", "6804012_CTF_680LLLL_001.xml"),
    ("680LLLLL_6804012_x.zip", "name-letters", "680LLLL_6804012_x.zip"),
    ("Copy of 6804012-CTF-6814053-1 (1).xml.xml", "name-browser-copy", "6804012_CTF_6814053_001.xml"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "source", "destination", "number", "label", "form", "extension"), RIGHT
)
def test_every_form_of_the_table_is_read(text, kind, source, destination, number, label, form, extension):
    assert parse(text) == FileName(text, kind, source, destination, number, label, form, extension)
    lowered = parse(text.lower())
    assert (lowered.source, lowered.destination, lowered.form) == (source, destination, form)
    assert lowered.label == label.lower()
    assert lowered.key == parse(text).key


@pytest.mark.parametrize(("text", "code"), WRONG)
def test_whatever_is_not_listed_is_refused_saying_what_is_wrong(text, code):
    with pytest.raises(BadName) as caught:
        parse(text)
    assert caught.value.problem.code == code
    assert caught.value.problem.severity is Severity.REFUSE
    assert caught.value.mended is None
    assert say(caught.value) == say(caught.value.problem) != code


@pytest.mark.parametrize(("text", "code", "mended"), SLIPS)
def test_a_known_slip_is_named_and_the_right_name_offered(text, code, mended):
    with pytest.raises(BadName) as caught:
        parse(text)
    assert (caught.value.problem.code, caught.value.mended) == (code, mended)
    assert mended in say(caught.value.problem)


INDEX = Path(__file__).parents[1] / "samples" / "INDEX.csv"
SAMPLES = [row["file"].partition("/")[2] for row in csv.DictReader(INDEX.read_text("utf-8").splitlines())]


@pytest.mark.parametrize("text", SAMPLES)
def test_every_sample_but_the_one_that_a_browser_renamed_has_a_right_name(text):
    if "(1)" in text:
        with pytest.raises(BadName) as caught:
            parse(text)
        assert caught.value.mended == text.replace(" (1)", "")
    else:
        assert parse(text).extension == text[-3:].upper()


def test_the_refusal_of_a_route_lists_what_is_allowed():
    with pytest.raises(BadName) as caught:
        parse("680LLLL_CTF_681LLLL_001.XML")
    said = say(caught.value)
    for pattern in (
        "1112222_CTF_3334444_NNN.XML",
        "111LLLL_CTF_3334444_NNN.XML",
        "111LLLL_CTF_MMMMMMM_NNN.XML",
        "1112222_CTF_333LLLL_NNN.XML",
    ):
        assert pattern in said


def test_all_pairs_of_mailboxes_are_allowed_or_refused_as_the_table_says():
    boxes = ["6804012", "6814053", "680LLLL", "680PLAS", "680ADMS", LOST, LEFT]
    middles = {code: ("001" if form.digits == 3 else "26001") for code, form in names.FORMS.items() if code}

    def end(box):
        return box[3:] if box[3:].isalpha() else "school"

    listed = {(row[6], end(row[2]), end(row[3])) for row in RIGHT}
    for source in boxes:
        for destination in boxes:
            for form in ["", *middles]:
                what = f"{form}_{destination}_{middles[form]}.XML" if form else f"{destination}_x.ZIP"
                name = f"{source}_{what}"
                try:
                    parse(name)
                    allowed = True
                except BadName:
                    allowed = False
                assert allowed == ((form, end(source), end(destination)) in listed), name


def test_one_school_may_name_itself_twice():
    assert parse("6804012_CTF_6804012_001.XML").destination == "6804012"


def test_names_compare_without_case_and_however_an_accent_is_composed():
    assert parse("6804012_680LLLL_t\u0177.zip").key == parse("6804012_680llll_TY\u0302.ZIP").key
    assert parse("6804012_680LLLL_a.zip").key != parse("6804012_680LLLL_b.zip").key


def test_a_file_for_the_lost_pupil_database_is_known():
    assert parse("6804012_CTF_xxxxxxx_001.xml").to_lpd
    assert parse("6804012_CTF_MMMMMMM_001.xml").to_lpd
    assert not parse("6804012_CTF_6814053_001.xml").to_lpd


def test_mailboxes_say_what_they_are():
    assert names.mailbox_kind("680llll") is Mailbox.GENERAL
    assert names.mailbox_kind("680PLAS") is Mailbox.PLASC
    assert names.mailbox_kind("680ADMS") is Mailbox.ADMISSIONS
    assert names.mailbox_kind(LOST) is names.mailbox_kind(LEFT) is Mailbox.LPD
    assert names.mailbox_kind("680401") is None
    assert names.mailbox_kind("XXXMMMM") is None
    assert names.is_school("6804012")
    assert not names.is_school("680LLLL")
    assert not names.is_school("٦٨٠٤٠١٢")
    assert [names.is_authority(box) for box in ("680LLLL", "680PLAS", "680ADMS", "6804012", LOST)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert [names.authority_of(box) for box in ("680LLLL", "6804012", "680ADMS", LOST, "?")] == [
        "680", "680", "680", "", "",
    ]  # fmt: skip


@pytest.mark.requirement("R-UPL-6")
def test_the_next_number_keeps_the_rest_of_the_name():
    assert renumbered(parse("6804012_ctf_6814053_001.xml"), 12) == "6804012_ctf_6814053_012.xml"
    assert renumbered(parse("680LLLL_ADT_6804012_26001.XML"), 7) == "680LLLL_ADT_6804012_26007.XML"
    assert renumbered(parse("6804012_680LLLL_spring.zip"), 2) == "6804012_680LLLL_spring_2.zip"
    assert (
        renumbered(parse("6804012_680LLLL_123456789012345.zip"), 10) == "6804012_680LLLL_123456789012_10.zip"
    )
    assert parse("680LLLL_ADT_6804012_26017.XML").serial == 17
    for number in (0, 1000, -1):
        with pytest.raises(BadName):
            renumbered(parse("6804012_CTF_6814053_001.XML"), number)


@pytest.mark.requirement("R-UPL-5")
def test_a_forwarded_file_changes_its_destination_and_keeps_its_source():
    assert readdressed(parse("6804012_CTF_XXXXXXX_001.XML"), "6814053", 3) == "6804012_CTF_6814053_003.XML"
    assert readdressed(parse("6804012_ctf_681LLLL_001.xml"), "6814053", 3) == "6804012_ctf_6814053_003.xml"
    assert readdressed(parse("6804012_681LLLL_x.zip"), "6814053", 3) == "6804012_6814053_x.zip"
    with pytest.raises(BadName):
        readdressed(parse("681LLLL_CTF_XXXXXXX_001.XML"), "680LLLL", 1)


def test_build_says_so_when_the_parts_make_no_name():
    for parts in (
        (Kind.CTF, "680LLLL", "681LLLL", 1),
        (Kind.CTF, "6804012", "6814053", 0),
        (Kind.CTF, "6804012", "6814053", 1000),
        (Kind.CTF, "6804012", "6814053", 1, "ZIP"),
        (Kind.GENERIC, "6804012", "6814053", "a b"),
        (Kind.ADMISSIONS, "6804012", "680ADMS", 1, "XML", "ABC"),
    ):
        with pytest.raises(BadName):
            build(*parts)


BOXES = {
    Mailbox.SCHOOL: st.from_regex(r"[0-9]{7}", fullmatch=True),
    Mailbox.LPD: st.sampled_from([LOST, LEFT]),
    **{
        kind: st.from_regex(r"[0-9]{3}", fullmatch=True).map(lambda code, kind=kind: code + kind.value)
        for kind in (Mailbox.GENERAL, Mailbox.PLASC, Mailbox.ADMISSIONS)
    },
}
LABELS = st.text("abcXYZ019_-.[]{}!£$%^&+=#~'@;,ŵŷâ", min_size=1, max_size=15)


@st.composite
def parts(draw):
    form = draw(st.sampled_from(list(names.FORMS.values())))
    sender, receiver = draw(st.sampled_from(form.routes))
    serial = draw(st.integers(1, 999))
    what = draw(LABELS) if form.kind is Kind.GENERIC else serial + 1000 * draw(
        st.integers(0, 99 if form.digits == 5 else 0)
    )  # fmt: skip
    extension = draw(st.sampled_from(form.extensions))
    return form.kind, draw(BOXES[sender]), draw(BOXES[receiver]), what, extension, form.code


@quick
@given(parts(), st.sampled_from([str, str.lower, str.swapcase, str.title]))
def test_every_built_name_parses_back_to_its_parts_in_any_case(made, change):
    kind, source, destination, what, extension, code = made
    text = change(build(*made))
    name = parse(text)
    assert name.text == text
    assert (name.kind, name.source, name.destination) == (kind, source, destination)
    assert (name.form, name.extension) == (code, extension)
    if kind is Kind.GENERIC:
        assert name.label == change(build(*made))[16:-4]
    else:
        assert int(name.number) == what
        assert name.number == text[-len(name.number) - 4 : -4]


BITS = [
    "6804012",
    "680LLLL",
    "681PLAS",
    "XXXXXXX",
    "MMMMMM",
    "CTF",
    "PLA",
    "ADT",
    "_",
    "-",
    ".",
    ".xml",
    ".ZIP",
    "001",
    "26001",
    "O",
    "1",
    "٣",
    "(",
    "/",
    "ß",
    "ſ",
]
BITS += [" ", " (1)", "Copy of ", " - Copy", "\u202e", "\x00", "\ud800"]
FRAGMENTS = st.lists(st.sampled_from(BITS), max_size=12).map("".join)
ANY = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(), max_size=60),
    FRAGMENTS,
    st.tuples(parts().map(lambda made: build(*made)), FRAGMENTS, st.integers(0, 40)).map(
        lambda t: t[0][: t[2]] + t[1] + t[0][t[2] :]
    ),
)


@settings(max_examples=1500, deadline=None)
@given(ANY)
def test_any_text_parses_or_is_a_bad_name_and_a_mended_name_parses(text):
    try:
        name = parse(text)
    except BadName as caught:
        bad = caught
    else:
        assert name.text == text
        return
    assert bad.problem.code in NAME_SENTENCES
    assert say(bad) == printable(say(bad))
    if bad.mended is not None:
        assert parse(bad.mended).text == bad.mended != text


def test_the_longest_name_is_refused_quickly():
    for text in (
        "_" * 255,
        " " * 254 + "x",
        "- " * 127,
        "(1)" * 85,
        "- " * 500_000,
        "6804012_680LLLL_" + "a " * 119,
        "X" * 255,
    ):
        with pytest.raises(BadName):
            parse(text)


def test_every_code_has_a_sentence_and_every_sentence_a_test():
    source = "".join(map(inspect.getsource, (names, name_slips)))
    written = set(re.findall(r'"(name-[a-z0-9-]+)"', source))
    assert written == set(NAME_SENTENCES)
    tested = {code for _, code in WRONG} | {code for _, code, _ in SLIPS}
    assert tested == written
    assert set(NAME_SENTENCES) <= set(SENTENCES)


@pytest.mark.parametrize(("text", "code"), [(row[0], row[1]) for row in WRONG + SLIPS])
def test_a_sentence_finds_all_it_needs_in_the_problem(text, code):
    with pytest.raises(BadName) as caught:
        parse(text)
    wanted = {field for _, field, _, _ in Formatter().parse(NAME_SENTENCES[code]) if field}
    assert wanted <= set(caught.value.problem.params)
