"""Why a pupil was found, in words; placeholders are `typed` and `held`, keys a reason's field and level."""

from s2s_tui.base.text import printable
from s2s_tui.base.translation import N_, _
from s2s_tui.matching.fields import Reason

SENTENCES: dict[str, str] = {
    "upn-same": N_("the same UPN"),
    "upn-former": N_("a UPN the pupil had before"),
    "upn-slip": N_("one slip in the UPN: {typed} / {held}"),
    "upn-different": N_("another UPN: {held}"),
    "surname-same": N_("the same surname"),
    "surname-order": N_("the parts of the surname in another order: {held}"),
    "surname-welsh": N_("Welsh and English forms of a surname: {typed} / {held}"),
    "surname-short": N_("another form of the surname: {typed} / {held}"),
    "surname-spelling": N_("another spelling of the surname: {typed} / {held}"),
    "surname-sounds": N_("surname sounds alike: {typed} / {held}"),
    "surname-letter": N_("one letter differs in the surname: {typed} / {held}"),
    "surname-part": N_("shares a part of a double surname: {typed} / {held}"),
    "surname-begins": N_("surname begins alike: {typed} / {held}"),
    "surname-part-close": N_("a part of the surname is close: {typed} / {held}"),
    "surname-close": N_("surname is close: {typed} / {held}"),
    "surname-loose": N_("surname is a little alike: {typed} / {held}"),
    "surname-initial": N_("surname has the same initial: {typed} / {held}"),
    "surname-different": N_("surname differs: {typed} / {held}"),
    "surname-unheld": N_("no surname is held"),
    "surname-neither": N_("no surname is held, and none was typed"),
    "forename-same": N_("the same forename"),
    "forename-order": N_("the forenames in another order: {held}"),
    "forename-welsh": N_("Welsh and English forms of a forename: {typed} / {held}"),
    "forename-short": N_("short form of a forename: {typed} / {held}"),
    "forename-spelling": N_("another spelling of the forename: {typed} / {held}"),
    "forename-sounds": N_("forename sounds alike: {typed} / {held}"),
    "forename-letter": N_("one letter differs in the forename: {typed} / {held}"),
    "forename-part": N_("shares one of the forenames: {typed} / {held}"),
    "forename-begins": N_("forename begins alike: {typed} / {held}"),
    "forename-part-close": N_("one of the forenames is close: {typed} / {held}"),
    "forename-close": N_("forename is close: {typed} / {held}"),
    "forename-loose": N_("forename is a little alike: {typed} / {held}"),
    "forename-initial": N_("forename has the same initial: {typed} / {held}"),
    "forename-different": N_("forename differs: {typed} / {held}"),
    "forename-unheld": N_("no forename is held"),
    "forename-neither": N_("no forename is held, and none was typed"),
    "born-same": N_("the same date of birth"),
    "born-swapped": N_("day and month swapped: {typed} / {held}"),
    "born-year-near": N_("year of birth one out: {typed} / {held}"),
    "born-month-near": N_("month of birth one out: {typed} / {held}"),
    "born-day-near": N_("day of birth one out: {typed} / {held}"),
    "born-digits-swapped": N_("two digits of the date of birth swapped: {typed} / {held}"),
    "born-digit": N_("one digit differs in the date of birth: {typed} / {held}"),
    "born-day-differs": N_("only the day of birth differs: {typed} / {held}"),
    "born-month-differs": N_("only the month of birth differs: {typed} / {held}"),
    "born-year-differs": N_("only the year of birth differs: {typed} / {held}"),
    "born-two-digits": N_("two digits differ in the date of birth: {typed} / {held}"),
    "born-swapped-near": N_("day and month swapped, and the year one out: {typed} / {held}"),
    "born-year": N_("only the year of birth is the same: {typed} / {held}"),
    "born-different": N_("date of birth differs: {typed} / {held}"),
    "born-unheld": N_("no date of birth is held"),
    "born-neither": N_("no date of birth is held, and none was typed"),
    "gender-same": N_("the same gender"),
    "gender-different": N_("gender differs: {typed} / {held}"),
    "town-same": N_("the same town"),
    "town-order": N_("the town's name in another order: {held}"),
    "town-welsh": N_("Welsh and English names of a town: {typed} / {held}"),
    "town-short": N_("short name of a town: {typed} / {held}"),
    "town-spelling": N_("another spelling of the town: {typed} / {held}"),
    "town-sounds": N_("town sounds alike: {typed} / {held}"),
    "town-letter": N_("one letter differs in the town: {typed} / {held}"),
    "town-part": N_("shares a part of the town's name: {typed} / {held}"),
    "town-begins": N_("town begins alike: {typed} / {held}"),
    "town-part-close": N_("a part of the town's name is close: {typed} / {held}"),
    "town-close": N_("town is close: {typed} / {held}"),
    "town-loose": N_("town is a little alike: {typed} / {held}"),
    "town-initial": N_("town has the same initial: {typed} / {held}"),
    "town-different": N_("town differs: {typed} / {held}"),
    "postcode-same": N_("the same postcode"),
    "postcode-near": N_("a postcode of the same area: {typed} / {held}"),
    "postcode-different": N_("postcode differs: {typed} / {held}"),
}

AS_TYPED = N_("the date of birth as far as it was typed: {typed}")
"""For the same date of birth where only its year, or month and year, were typed."""

VIA: dict[str, str] = {
    "former": N_("a former name"),
    "preferred": N_("the name the pupil prefers"),
    "middle": N_("a middle name"),
    "swapped": N_("surname and forename swapped"),
}
"""Where a name was found, put after the sentence."""


def why(reason: Reason) -> str:
    """A reason as a printable phrase in the reader's language: `surname sounds alike: Rhys / Reece`."""
    born = reason.field == "born"
    params = {key: printable(_day(text) if born else text) for key, text in reason.params.items()}
    partly = reason.code == "born-same" and "?" in reason.typed
    said = _(AS_TYPED if partly else SENTENCES[reason.code]).format_map(params)
    return f"{said} ({_(VIA[reason.via])})" if reason.via else said


def _day(text: str) -> str:
    """`2014-03-12` as people write it, `12.03.2014`; unknown parts (`??`) at its front left out."""
    parts = text.split("-")[::-1]
    while len(parts) > 1 and parts[0].startswith("?"):
        parts = parts[1:]
    return ".".join(parts)
