"""How pupils' details come to be typed wrong: the figures that weights are made from.

For each field, how often (of 1) a detail of the right pupil is typed at each level, and over how many
strings such a slip spreads (its *fan*): a one-letter slip of Jones could have been any of dozens of strings,
the right spelling only one. `docs/matching.md` explains each figure; they were set on the tuning data.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from s2s_tui.matching.fields import DateLevel, Level


@dataclass(frozen=True, slots=True)
class Channel:
    """P(typed | held) for one field.

    Attributes:
        slips: for each level but the last, what P(typed | held) is there: frequency over fan.
        different: how often something else altogether is typed: then P(typed) is how common that is.
        floor: the lowest weight of `different`, in bits; `ceiling` the highest.
        strangers: how many pupils elsewhere, unlike the typed one, count too: among three Joneses alone,
            Jones is not common.
        alike: how many of them have just the typed value: one that nobody held has may be a slip, and among
            few records it may as well be a stranger's.
        held_wrong: how often the slip is in what is held, for one in what is typed. A held `Jonse` is hardly
            anybody's name: most likely it was meant for the Jones that is typed.
        unheld: bits where one was typed and the pupil has none.
    """

    slips: tuple[float, ...]
    different: float
    floor: float
    ceiling: float
    strangers: float
    alike: float
    held_wrong: float = 0.0
    unheld: float = 0.0


KNOWN = ("surname", "forename", "born")
"""What every file must have (R-UPL-2), and so nearly every pupil."""
UNHELD = -2.0
NEITHER = {1: 3.0, 2: 1.0}
"""Bits for such a detail that a pupil has not: where it was typed; and where it wasn't, by how many were not.
Who looks for a pupil of whom nobody knew it mostly doesn't know it. Who types less leaves boxes empty at
will, as everybody does with town, postcode and gender: that says nothing."""

STRANGERS = 300.0
BIRTHS = 20_000.0
"""Pupils elsewhere whose dates of birth count, too: any day of `YEARS` years is as likely."""
YEARS = 18
"""Over which they spread; over more where what is held does (`weights.years`)."""
HELD_WRONG = 0.3
"""Records come from schools' own systems; who looks for a pupil has often only heard the name."""


GENUINE = 0.02
"""How likely a given string that resembles a name is a rare name itself, that one pupil has."""


def left_out(typed: Collection[str]) -> dict[str, float]:
    """What it says that a pupil has not what was not typed: bits for those fields of `KNOWN`."""
    missing = [field for field in KNOWN if field not in typed]
    return {field: NEITHER[len(missing)] for field in missing if len(missing) in NEITHER}


def _names(shares: dict[Level, tuple[float, float]], different: float) -> Channel:
    slips = [0.0] * Level.DIFFERENT
    for level, (share, fan) in shares.items():
        slips[level] = share / fan
    return Channel(tuple(slips), different, -6.0, -2.0, STRANGERS, 0.03, HELD_WRONG, UNHELD)


SURNAME = _names(
    {
        Level.SAME: (0.80, 1),
        Level.ORDER: (0.02, 1),
        Level.WELSH: (0.03, 4),
        Level.SHORT: (0.03, 4),
        Level.SPELLING: (0.015, 4),
        Level.SOUNDS: (0.04, 12),
        Level.LETTER: (0.06, 40),
        Level.PART: (0.03, 2),
        Level.BEGINS: (0.004, 12),
        Level.PART_CLOSE: (0.005, 30),
        Level.CLOSE: (0.01, 300),
        Level.LOOSE: (0.006, 1500),
        Level.INITIAL: (0.003, 1),
    },
    0.05,
)
FORENAME = _names(
    {
        Level.SAME: (0.78, 1),
        Level.ORDER: (0.02, 1),
        Level.WELSH: (0.03, 4),
        Level.SHORT: (0.05, 4),
        Level.SPELLING: (0.025, 4),
        Level.SOUNDS: (0.03, 12),
        Level.LETTER: (0.05, 40),
        Level.PART: (0.03, 2),
        Level.BEGINS: (0.02, 10),
        Level.PART_CLOSE: (0.003, 30),
        Level.CLOSE: (0.01, 300),
        Level.LOOSE: (0.008, 1500),
        Level.INITIAL: (0.01, 1),
    },
    0.05,
)
TOWN = Channel(
    _names(
        {
            Level.SAME: (0.76, 1),
            Level.ORDER: (0.001, 1),
            Level.WELSH: (0.05, 2),
            Level.SHORT: (0.01, 2),
            Level.SPELLING: (0.01, 2),
            Level.SOUNDS: (0.01, 10),
            Level.LETTER: (0.03, 40),
            Level.PART: (0.01, 2),
            Level.BEGINS: (0.004, 10),
            Level.PART_CLOSE: (0.001, 30),
            Level.CLOSE: (0.01, 300),
            Level.LOOSE: (0.001, 1500),
            Level.INITIAL: (0.0001, 1),
        },
        0.0,
    ).slips,
    0.12,
    -3.0,
    -0.5,
    STRANGERS,
    0.3,
    HELD_WRONG,
)

BEGINNING = replace(_names({Level.SAME: (0.9, 1), Level.BEGINS: (0.8, 1)}, 0.001), held_wrong=0.0)
"""A surname where *Surname Begins* is ticked: whoever it doesn't fit is left out anyway."""

_DATES = {
    DateLevel.SAME: (0.88, 1),
    DateLevel.SWAPPED: (0.02, 1),
    DateLevel.YEAR_NEAR: (0.025, 2),
    DateLevel.MONTH_NEAR: (0.006, 2),
    DateLevel.DAY_NEAR: (0.008, 2),
    DateLevel.DIGITS_SWAPPED: (0.008, 5),
    DateLevel.DIGIT: (0.027, 20),
    DateLevel.DAY_DIFFERS: (0.005, 25),
    DateLevel.MONTH_DIFFERS: (0.004, 9),
    DateLevel.YEAR_DIFFERS: (0.006, 15),
    DateLevel.TWO_DIGITS: (0.004, 250),
    DateLevel.SWAPPED_NEAR: (0.001, 2),
    DateLevel.YEAR: (0.004, 330),
}
BORN = Channel(
    tuple(share / fan for share, fan in (_DATES[DateLevel(n)] for n in range(DateLevel.DIFFERENT))),
    0.015,
    -6.0,
    -3.0,
    BIRTHS,
    BIRTHS / (YEARS * 365),
    unheld=UNHELD,
)

GENDER_SAME = 0.99
"""How often the gender typed is the one held, where both are M or F."""

VIA = {"": 0.0, "former": -2.0, "preferred": -1.0, "middle": -3.5, "swapped": -5.0}
"""Bits for a name that was found elsewhere: how much less often people type that one."""

UPN_BITS = {"same": 20.0, "former": 18.0, "slip": 13.0, "different": -4.0}
"""A UPN is one of trillions: that it agrees settles the matter. That it differs counts where both are whole
and permanent: one in sixteen pupils who got lost is taken to have been given a second one. A temporary one
or one that can't be right says nothing."""

POSTCODE = Channel((0.80, 0.04 / 30), 0.16, -3.0, -0.5, STRANGERS, 0.1)
"""The same; another one of the same sector (CF10 1AA, CF10 1AB); pupils move."""

STRONGEST = 17.0
"""No field is worth more bits, however rare the value: a slip may have made it rare."""
HERE = 0.5
"""How often a pupil who is looked for is in the database at all, where it holds `LOOKED_FOR` or more."""
LOOKED_FOR = 2_000
"""How many pupils could be looked for: of Wales's 470,000 some 4 % a year change schools between the usual
ages, one in ten of them without a file (both assumed). A database that holds fewer records holds fewer of
those looked for: whoever fits best in it may well be a stranger."""
LOOKALIKES = 2.6
"""How much likelier than by chance a stranger fits: brothers and sisters share more than one field.
Set so that the scores of the tuning world come true as often as they say."""
TWIN, SIBLING = -6.0, -3.0
"""How often, in bits, whoever is looked for and is not here has a twin, or another brother or sister, who is:
of thirty children one is a twin, and families move together. Their forename is another, whatever was typed; a
twin has the same date of birth."""
