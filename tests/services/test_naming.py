"""Naming a file: what is guessed, the next free one, the copy that is never over another (R-NAM, R-UPL-6)."""

import making
import pytest
import steps
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from s2s_tui.base.errors import NotAllowed, Refused
from s2s_tui.rules import names
from s2s_tui.rules.mailboxes import Mailbox
from s2s_tui.rules.names import Kind
from s2s_tui.services import naming
from s2s_tui.services.files import Offered
from s2s_tui.services.naming import Draft

GLAN, WOOLOS, BRO = "6804012", "6804031", "6814053"
XML = b"<Register/>"


def named(actor, site, kind, name, content, beside=()):
    """Begin and complete, as the form does when it opens."""
    draft = naming.begin(actor, site, kind, Offered(name, content))
    return naming.complete(actor, site, draft, beside)


@pytest.mark.requirement("R-NAM")
@pytest.mark.parametrize(
    ("given_name", "text"),
    [
        ("attendance.zip", "attendance"),
        ("autumn term attendance.zip", "autumn_term_att"),
        ("Copy of meals.zip", "meals"),
        ("meals (2).zip", "meals"),
        ("presenoldeb gŵyl.zip", "presenoldeb_gŵy"),
        ("680LLLL attendance.zip", "attendance"),
        ("a:b*c?.zip", "a_b_c"),
        ("\u202ebad\x1b.zip", "bad"),
        ("().zip", ""),
        ("nothing", "nothing"),
    ],
)
def test_a_generic_files_text_is_what_can_be_made_of_its_name(lite, given_name, text):
    actor = making.logged_on(lite, "school", GLAN)
    draft = naming.begin(actor, lite, "generic", Offered(given_name, steps.zipped()))
    assert (draft.source, draft.what, draft.extension) == (GLAN, text, "ZIP")


@pytest.mark.requirement("R-NAM")
@pytest.mark.parametrize(
    ("given_name", "right"),
    [
        (f"{GLAN}_680LLLL_meals (1).zip", f"{GLAN}_680LLLL_meals.ZIP"),
        (f"Copy of {GLAN}_680LLLL_meals.zip", f"{GLAN}_680LLLL_meals.ZIP"),
        (f"{GLAN} 680LLLL meals.zip", f"{GLAN}_680LLLL_meals.ZIP"),
        (f"{GLAN}-{BRO}-meals.zip", f"{GLAN}_{BRO}_meals.ZIP"),
        (f"{GLAN}_680llll_meals.zip", f"{GLAN}_680LLLL_meals.ZIP"),
        (f"{GLAN}_68OLLLL_meals.zip", f"{GLAN}_680LLLL_meals.ZIP"),
        (f"meals for {BRO}.zip", f"{GLAN}_{BRO}_meals_for.ZIP"),
    ],
)
def test_a_slip_is_mended_and_a_mailbox_in_the_name_is_taken_for_the_destination(lite, given_name, right):
    found = named(making.logged_on(lite, "school", GLAN), lite, "generic", given_name, steps.zipped())
    assert (found.draft.name, found.problem) == (right, None)


@pytest.mark.requirement("R-UPL-2")
@pytest.mark.parametrize("destination", [BRO, "680LLLL", "XXXXXXX", "MMMMMMM"])
def test_a_ctf_under_any_name_gets_the_one_that_its_header_says(lite, destination):
    actor = making.logged_on(lite, "school", GLAN)
    found = named(actor, lite, "ctf", "report.xml", making.ctf(GLAN, destination))
    assert (found.draft.name, found.problem) == (f"{GLAN}_CTF_{destination}_001.XML", None)


@pytest.mark.requirement("R-UPL-6")
def test_the_number_is_the_next_that_was_neither_sent_nor_lies_in_the_folder(site, on):
    actor = on("school", GLAN)
    steps.sent(actor, site, making.offered(number=1))
    steps.sent(actor, site, making.offered(number=3, children=[making.Child(making.upn(3))]))
    beside = [f"{GLAN}_CTF_{BRO}_002.xml", "letter.docx"]
    found = named(actor, site, "ctf", "report.xml", making.ctf(), beside)
    assert found.draft.name == f"{GLAN}_CTF_{BRO}_004.XML"
    assert found.destination_name == making.SCHOOLS[BRO]
    # A mended name keeps its number where that is free.
    assert named(actor, site, "ctf", f"{GLAN}_CTF_{BRO}_016 (1).XML", making.ctf()).draft.what == "016"
    assert named(actor, site, "ctf", f"{GLAN}_CTF_{BRO}_001 (1).XML", making.ctf()).draft.what == "002"


@pytest.mark.requirement("R-UPL-6")
def test_a_text_that_was_sent_before_or_lies_in_the_folder_gets_a_number(site, on):
    actor = on("school", GLAN)
    steps.sent(actor, site, Offered(f"{GLAN}_680LLLL_meals.ZIP", steps.zipped()))
    found = named(actor, site, "generic", "meals to 680LLLL.zip", steps.zipped("other"))
    assert found.draft.what == "meals_to"
    for text, beside in (("meals", []), ("dinner", [f"{GLAN}_680llll_DINNER.zip"])):
        draft = Draft(kind=Kind.GENERIC, source=GLAN, destination="680LLLL", what=text, extension="ZIP")
        found = naming.complete(actor, site, draft, beside)
        assert found.draft.what == f"{text}_2"
        assert naming.complete(actor, site, draft, beside, fill=False).draft.what == text


@pytest.mark.requirement("R-UPL-6")
def test_where_all_999_numbers_are_used_it_is_said(lite):
    actor = making.logged_on(lite, "school", GLAN)
    beside = [f"{GLAN}_CTF_{BRO}_{number:03}.XML" for number in range(1, 1000)]
    with pytest.raises(Refused) as caught:
        named(actor, lite, "ctf", "report.xml", making.ctf(), beside)
    assert caught.value.code == "names-used-up"


@pytest.mark.requirement("R-NAM")
@pytest.mark.parametrize(
    ("role", "organisation", "kind", "name", "content", "right"),
    [
        ("plasc", "680", "plasc", f"{GLAN} roll.xml", XML, f"680PLAS_PLA_{GLAN}_001.XML"),
        ("plasc", "680", "plasc", f"{GLAN} roll.xml", b"PK\3\4", f"680PLAS_PLA_{GLAN}_001.ZIP"),
        ("plasc", "680", "generic", f"{GLAN} roll.zip", b"PK\3\4", f"680LLLL_{GLAN}_roll.ZIP"),
        ("admissions", "680", "admissions", f"{GLAN} x.xml", XML, f"680ADMS_ADM_{GLAN}_001.XML"),
        ("admissions", "680", "admissions", f"680LLLL_ADT_{GLAN}_26004 (1).xml", XML, None),
        ("school", GLAN, "admissions", "to 680LLLL.xml", XML, f"{GLAN}_ASL_680LLLL_26001.XML"),
        ("school", GLAN, "admissions", "to 680ADMS.xml", XML, f"{GLAN}_ADM_680ADMS_001.XML"),
        ("school", GLAN, "plasc", "to 680PLAS.zip", b"PK\3\4", f"{GLAN}_PLA_680PLAS_001.ZIP"),
    ],
)
def test_each_kind_has_its_mailboxes_its_constant_and_its_ending(
    lite, role, organisation, kind, name, content, right
):
    found = named(making.logged_on(lite, role, organisation), lite, kind, name, content)
    assert found.draft.name.upper() == (right or f"680LLLL_ADT_{GLAN}_26004.XML").upper()
    assert found.problem is None


@pytest.mark.parametrize(
    ("kind", "name", "content", "code"),
    [
        ("ctf", "report.xml", b"PK\3\4", "name-ctf-zip"),
        ("generic", "photos.zip", b"These are the photos.", "naming-no-zip"),
        ("generic", "letter.docx.txt", b"", "naming-no-zip"),
    ],
)
def test_content_that_the_kind_does_not_take_is_said_before_a_name_is_made(lite, kind, name, content, code):
    with pytest.raises(Refused) as caught:
        naming.begin(making.logged_on(lite, "school", GLAN), lite, kind, Offered(name, content))
    assert caught.value.code == code


@pytest.mark.requirement("R-UPL-3")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"destination": ""}, "naming-destination"),
        ({"destination": "6819999"}, "destination-unknown"),
        ({"destination": "660"}, "name-destination"),
        ({"source": WOOLOS}, "source-not-own"),
        ({"what": "1 2"}, "name-label-space"),
        ({"what": ""}, "name-label-missing"),
        ({"what": "a" * 16}, "name-label-long"),
        ({"what": "a(1)"}, "name-label"),
        ({"destination": "XXXXXXX"}, "name-generic-lpd"),
    ],
)
def test_why_no_file_can_be_called_so_is_said_as_one_types(lite, changes, code):
    actor = making.logged_on(lite, "school", GLAN)
    parts = {"kind": Kind.GENERIC, "source": GLAN, "destination": BRO, "what": "meals", "extension": "ZIP"}
    found = naming.complete(actor, lite, Draft(**(parts | changes)), fill=False)
    assert found.problem.code == code


@pytest.mark.requirement("R-UPL-10")
def test_only_who_may_sends_to_the_lost_pupil_database_and_an_la_school_for_its_schools(lite):
    content = making.ctf(GLAN, "XXXXXXX")
    school = making.logged_on(lite, "la-school", "680")
    found = named(school, lite, "ctf", "leaver.xml", content)
    assert (found.draft.name, found.problem) == (f"{GLAN}_CTF_XXXXXXX_001.XML", None)
    assert Mailbox.LPD in naming.receivers(school, found.draft)
    # The school of another authority is not acted for.
    assert named(school, lite, "ctf", "x.xml", making.ctf(BRO, GLAN)).draft.source == "680LLLL"
    user = making.logged_on(lite, "user", "680")
    draft = naming.begin(user, lite, "ctf", Offered("leaver.xml", content))
    assert (draft.source, draft.destination) == ("680LLLL", "")
    asked = Draft(kind=Kind.CTF, source="680LLLL", destination="XXXXXXX", form="CTF", what="001")
    assert naming.complete(user, lite, asked).problem.code == "naming-lost"


@pytest.mark.requirement("R-UPL-5")
def test_a_file_that_the_authority_downloaded_keeps_its_source_when_it_is_passed_on(site, on, tmp_path):
    offered = making.offered(destination="680LLLL")
    user = on("user", "680")
    sent = steps.sent(on("school", GLAN), site, offered)
    # Before it is downloaded, nobody passes it on.
    assert named(user, site, "ctf", offered.name, offered.content).draft.source == "680LLLL"
    steps.collected(user, site, sent, tmp_path)
    found = named(user, site, "ctf", f"{GLAN}_CTF_{BRO}_001.XML", offered.content)
    assert (found.draft.name, found.problem) == (f"{GLAN}_CTF_{BRO}_001.XML", None)
    assert steps.sent(user, site, Offered(found.draft.name, offered.content))


@pytest.mark.requirement("R-DWN-6")
def test_the_copy_is_never_over_another_file_and_the_original_stays(lite, tmp_path):
    actor = making.logged_on(lite, "school", GLAN)
    original = tmp_path / "report.xml"
    original.write_bytes(making.ctf())
    name = f"{GLAN}_CTF_{BRO}_001.XML"
    assert naming.copy(actor, lite, "ctf", original, name).read_bytes() == making.ctf()
    assert original.read_bytes() == making.ctf()
    (tmp_path / name).write_bytes(b"mine")
    (tmp_path / "link.xml").symlink_to(original)
    for path, wanted, code in (
        (original, name, "naming-taken"),
        (original, f"{GLAN}_680LLLL_text.ZIP", "naming-kind"),
        (original, f"../{name}", "name-path"),
        (tmp_path / "link.xml", f"{GLAN}_CTF_{BRO}_002.XML", "file-link"),
        (tmp_path / "gone.xml", f"{GLAN}_CTF_{BRO}_002.XML", "file-unreadable"),
    ):
        with pytest.raises(Refused) as caught:
            naming.copy(actor, lite, "ctf", path, wanted)
        assert caught.value.code == code
    assert (tmp_path / name).read_bytes() == b"mine"
    assert sorted(path.name for path in tmp_path.glob("*.*ML")) == [name]


def test_a_role_without_such_files_names_none(lite):
    dba = making.logged_on(lite, "dba", "680")
    with pytest.raises(NotAllowed):
        naming.begin(dba, lite, "generic", Offered("meals.zip", steps.zipped()))


@pytest.mark.requirement("R-NAM")
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(stem=st.text(max_size=40), destination=st.sampled_from([BRO, "680LLLL", ""]))
def test_whatever_a_zip_is_called_the_text_made_of_it_is_allowed_or_empty(lite, stem, destination):
    actor = ACTORS.get(lite.store.url) or making.logged_on(lite, "school", GLAN)
    ACTORS[lite.store.url] = actor
    draft = naming.begin(actor, lite, "generic", Offered(f"{stem} {destination}.zip", steps.zipped()))
    if draft.what:
        assert names.parse(names.build(Kind.GENERIC, GLAN, "680LLLL", draft.what)).label == draft.what
    assert draft.destination in (destination, "") or names.mailbox_kind(draft.destination)


ACTORS = {}
