"""Templates and groups (R-MSG-4): shared in the own organisation, copied, changed, deleted for good."""

import pytest
from steps import code_of
from watching import audited

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.translation import in_language
from s2s_tui.services import groups, message_recipients, ready_templates, templates
from s2s_tui.store.models import Establishment


@pytest.mark.requirement("R-MSG-4")
def test_a_template_is_shared_in_the_authority_and_unknown_elsewhere(site, on):
    clerk, colleague = on("user", "680"), on("plasc", "680")
    made = templates.add(clerk, site, " Request  for a register ", "Register", "To {school}")
    assert made.title == "Request for a register"
    assert templates.show(colleague, site, "request FOR a register").id == made.id
    changed = templates.update(colleague, site, made.id, text="Dear {school}")
    assert (changed.text, changed.subject, changed.changed_by) == ("Dear {school}", "Register", "680plasc")
    for stranger in (on("user", "681"), on("school", "6804012"), on("wg", "WG")):
        for name in (made.id, made.title):
            assert code_of(lambda: templates.show(stranger, site, name)) == "template-unknown"  # noqa: B023
            assert code_of(lambda: templates.delete(stranger, site, name)) == "template-unknown"  # noqa: B023
        assert all(one.is_ready for one in templates.templates(stranger, site))
    assert code_of(lambda: templates.add(clerk, site, "request for a REGISTER", "", "")) == "template-taken"
    templates.delete(clerk, site, made.id)
    assert code_of(lambda: templates.show(clerk, site, made.id)) == "template-unknown"
    assert [outcome for *_, outcome in audited(site, "template-add", "template-delete")] == ["done", "done"]


@pytest.mark.requirement("R-MSG-4")
def test_ready_ones_come_in_both_languages_the_readers_first_and_are_only_copied(site, on):
    clerk = on("user", "680")
    listed = templates.templates(clerk, site)
    assert [one.language for one in listed] == ["en"] * 3 + ["cy"] * 3
    assert all(one.subject and one.text and "{" in one.text for one in listed)
    for english, welsh in zip(listed[:3], listed[3:], strict=True):
        assert english.text != welsh.text
        assert [one for one in ("{school}", "{la}", "{date}") if one in english.text] == [
            one for one in ("{school}", "{la}", "{date}") if one in welsh.text
        ]
    with in_language("cy"):
        assert [one.language for one in templates.templates(clerk, site)] == ["cy"] * 3 + ["en"] * 3
    for act in (templates.update, templates.delete):
        assert code_of(lambda: act(clerk, site, "ctf-request.cy")) == "template-ready"  # noqa: B023
    copies = [templates.copy(clerk, site, "ctf-request.cy").title for _ in range(3)]
    title = ready_templates.worded("ctf-request", "cy")[0]
    assert copies == [title, f"{title} (2)", f"{title} (3)"]


@pytest.mark.requirement("R-MSG-4")
def test_fields_fill_themselves_in_as_far_as_they_are_known(site, on):
    clerk, school = on("user", "680"), on("school", "6804012")
    text = "{school} / {la} / {date} / {pupil} / {0} {school!r}"
    made = templates.add(clerk, site, "Fields", "To {school}", text)
    filled = templates.filled(clerk, site, made.id, ["6814053", "681/user"])
    assert filled.subject == "To Ysgol Bro Glan"
    assert filled.text == "Ysgol Bro Glan / Newport / 24/11/2026 / {pupil} / {0} {school!r}"
    assert filled.problems == ()
    for to in ([], ["6814053", "6604025"], ["681/user"]):
        filled = templates.filled(clerk, site, made.id, to)
        assert filled.text.startswith("{school} / Newport")
        assert [(one.code, one.params) for one in filled.problems] == [("field-open", {"field": "{school}"})]
    own = templates.copy(school, site, "ctf-request.en", "Ours")
    assert "To Ysgol Uwchradd Glan-yr-Afon" in templates.filled(school, site, own.id, ["681/user"]).text


@pytest.mark.requirement("R-MSG-4")
def test_a_group_holds_inboxes_once_and_says_which_have_closed(site, on):
    clerk = on("user", "680")
    made = groups.add(clerk, site, "Near", ["681/user", "6604025", "681/USER", "681/lost-pupil-transfer"])
    assert made.members == ("681/user", "6604025", "681/lost-pupil")
    (listed,) = groups.groups(on("dba", "680"), site)
    assert (listed.title, listed.count, listed.members) == ("Near", 3, ())

    def close() -> None:
        Establishment.update(closed="2026-11-01").where(Establishment.number == "6604025").execute()

    site.store.write(close)
    chosen = message_recipients.chosen(clerk, site, groups.show(clerk, site, "near").members)
    assert [one.inbox for one in chosen.recipients] == ["681/user", "681/lost-pupil"]
    assert [one.code for one in chosen.problems] == ["recipient-closed"]
    copied = groups.copy(clerk, site, made.id)
    assert (copied.title, copied.members) == ("Near (2)", ("681/user", "681/lost-pupil"))
    renamed = groups.update(clerk, site, made.id, title="Nearby")
    assert renamed.members == made.members, "what isn't given stays"
    assert groups.update(clerk, site, made.id, members=["wg"]).members == ("WG",)
    assert code_of(lambda: groups.update(clerk, site, made.id, title="near (2)")) == "group-taken"
    with pytest.raises(NotFound):
        groups.show(on("user", "681"), site, made.id)
    groups.delete(clerk, site, made.id)
    assert [one.title for one in groups.groups(clerk, site)] == ["Near (2)"]


@pytest.mark.requirement("R-MSG-4")
@pytest.mark.parametrize(
    ("title", "members", "code"),
    [
        ("", ["681/user"], "title-missing"),
        ("!!", ["681/user"], "title-missing"),
        ("x" * 61, ["681/user"], "title-long"),
        ("a\0", ["681/user"], "message-nul"),
        ("Near", [], "recipients-missing"),
        ("Near", ["6819999"], "recipient-unknown"),
    ],
)
def test_what_is_no_group_is_refused(lite, title, members, code):
    import making

    clerk = making.logged_on(lite, "user", "680")
    with pytest.raises((Refused, NotFound)) as caught:
        groups.add(clerk, lite, title, members)
    assert caught.value.code == code
    assert groups.groups(clerk, lite) == ()
