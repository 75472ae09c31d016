"""A pupil's timeline and subject access (R-DWN-8, R-SYS-7)."""

import zipfile

import making
import pytest
import steps

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.services import downloads, pupils, transfers


@pytest.mark.requirement("R-DWN-8")
def test_the_timeline_tells_what_happened_to_every_file_of_the_pupil(site, on, clock, tmp_path):
    sender, receiver = on("school", "6804012"), on("school", "6814053")
    first = steps.sent(sender, site, making.offered())
    clock.forward(hours=1)
    (tmp_path / "copy").mkdir()
    downloads.download(on("user", "680"), site, [first], tmp_path / "copy")
    clock.forward(hours=1)
    transfers.reject(receiver, site, [first], "Not ours.")
    clock.forward(hours=1)
    second = steps.sent(sender, site, making.offered(destination="6804031"))
    clock.forward(hours=1)
    steps.collected(on("school", "6804031"), site, second, tmp_path)

    def told(actor):
        return [
            (event.what, event.file_id, event.by)
            for event in pupils.timeline(actor, site, making.upn(1).lower())
        ]

    assert told(on("user", "680")) == [
        ("uploaded", first, "s6804012"),
        ("copied", first, "680user"),
        ("rejected", first, "s6814053"),
        ("uploaded", second, "s6804012"),
        ("downloaded", second, "s6804031"),
        ("collected", second, "s6804031"),
    ]
    assert told(sender) == [
        ("uploaded", first, "s6804012"),
        ("rejected", first, "s6814053"),
        ("uploaded", second, "s6804012"),
        ("downloaded", second, ""),
        ("collected", second, "s6804031"),
    ], "the authority's copy is not the school's business; who collected or rejected is"
    assert [what for what, *_ in told(receiver)] == ["uploaded", "rejected"]
    assert steps.last_entry(site, "6804012")[:2] == ("pupil-show", making.upn(1))
    with pytest.raises(NotFound, match="pupil-unknown"):
        pupils.timeline(on("user", "660"), site, making.upn(1))


@pytest.mark.requirement("R-DWN-8", "R-SYS-7")
def test_the_timeline_tells_of_a_file_that_was_called_back_and_of_one_withdrawn_or_deleted(
    lite, clock, tmp_path
):
    sender, authority = making.logged_on(lite, "school", "6804012"), making.logged_on(lite, "user", "680")
    receiver = making.logged_on(lite, "school", "6814053")
    collected, withdrawn, waiting = (
        steps.sent(sender, lite, making.offered(destination=to)) for to in ("6814053", "6814060", "6604025")
    )
    clock.forward(hours=1)
    steps.collected(receiver, lite, collected, tmp_path)
    for one in (collected, withdrawn):
        clock.forward(hours=1)
        transfers.recall(sender, lite, one, "The wrong school.")
    whole = [(event.what, event.file_id) for event in pupils.timeline(authority, lite, making.upn(1))]
    assert whole[-3:] == [("collected", collected), ("recalled", collected), ("deleted", withdrawn)]
    assert [one for one in whole if one[1] == waiting] == [("uploaded", waiting)]
    told = [(event.what, event.by) for event in pupils.timeline(receiver, lite, making.upn(1))]
    assert told == [("uploaded", ""), ("downloaded", "s6814053"), ("collected", "s6814053"), ("recalled", "")]


@pytest.mark.requirement("R-DWN-8")
def test_a_school_is_meant_at_either_end_of_a_file(lite):
    steps.sent(making.logged_on(lite, "school", "6804012"), lite, making.offered())
    authority = making.logged_on(lite, "user", "680")
    for number in ("6804012", "6814053"):
        assert [known.upn for known in pupils.find(authority, lite, number)] == [making.upn(1)]


@pytest.mark.requirement("R-DWN-8")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        (making.upn(1), True),
        (making.upn(1).lower(), True),
        ("llwyd", True),
        ("LLWYD SIAN", True),
        ("Llwyd, Siân", True),
        ("2016-08-19", True),
        ("6814053", True),
        ("6804012_ctf_6814053_001.xml", True),
        ("sian", False),
        ("2016-08-20", False),
        ("6604025", False),
        ("", False),
        ("'", False),
        ("%", False),
        ("\0", False),
        ("\udc80", False),
        ("' OR 1=1 --", False),
    ],
)
def test_a_pupil_is_found_by_upn_name_birth_date_school_or_file(site, on, text, found):
    steps.sent(on("school", "6804012"), site, making.offered())
    for actor in (on("school", "6804012"), on("user", "681")):
        assert [known.upn for known in pupils.find(actor, site, text)] == [making.upn(1)] * found
    assert pupils.find(on("user", "660"), site, text) == ()


@pytest.mark.requirement("R-SYS-7")
def test_everything_held_on_a_pupil_is_exported_and_nothing_on_others(site, on, tmp_path):
    children = [making.Child(making.upn(1), "Llwyd"), making.Child(making.upn(2), "Arall")]
    steps.sent(on("school", "6804012"), site, making.offered(children=children))
    steps.sent(on("school", "6814053"), site, making.offered("6814053", "6604025"))
    actor = on("school", "6804012")
    path = pupils.export(actor, site, f" {making.upn(1).lower()} ", tmp_path / "export.zip")
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
        text = b"".join(bundle.read(name) for name in names).decode()
    assert len(names) == 2, "the timeline and the one file of its own"
    assert making.upn(1) in text
    assert "Arall" not in text
    assert making.upn(2) not in text
    assert steps.last_entry(site, "6804012")[:2] == ("pupil-export", making.upn(1))
    with pytest.raises(Refused, match="file-exists"):
        pupils.export(actor, site, making.upn(1), path)
