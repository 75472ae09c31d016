"""Files ready to be sent, so that a newcomer can try Upload at once: good ones, and each usual fault."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from s2s_tui.base.clock import to_local
from s2s_tui.demo.ctf import build_ctf
from s2s_tui.demo.others import other_xml, register_zip
from s2s_tui.demo.pupils import Child, Register
from s2s_tui.demo.schools import School
from s2s_tui.rules.names import LEFT, LOST

ACCEPT, WARN, REFUSE = "accept", "warn", "refuse"
FIRST_NUMBER = 501
"""Above every number that the made-up world has used, so that the names are free."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A file to try.

    Attributes:
        owner: whose inbox it lies in: an establishment number or an authority's code.
        verdict: `accept`, `warn` or `refuse`.
        code: of the problem that a check finds first; empty for a good one.
    """

    owner: str
    name: str
    content: bytes
    verdict: str = ACCEPT
    code: str = ""


@dataclass(slots=True)
class Maker:
    """Makes the samples of a world.

    Args:
        schools: by number.
        names: code → an authority's name.
        now: when they are written, a little earlier.
        rng: where chance comes from.
    """

    schools: dict[str, School]
    names: dict[str, str]
    now: datetime
    rng: Random
    register: Register

    def samples(self) -> Iterator[Sample]:
        """Every sample, inbox by inbox."""
        yield from self._secondary()
        yield from self._others()
        yield from self._authorities()

    def _children(self, number: str, count: int, age: int | None = None) -> list[Child]:
        school = self.schools[number]
        return [self.register.child(school, self.now.date(), age=age) for _ in range(count)]

    def _ctf(
        self, source: str, destination: str, children: Sequence[Child], encoding: str = "utf-8"
    ) -> bytes:
        named = self.schools[source].name if source in self.schools else self.names[source[:3]]
        when = to_local(self.now - timedelta(minutes=20))
        return build_ctf(
            source, destination, children, when, school_name=named, encoding=encoding, newline="\r\n"
        )

    def _secondary(self) -> Iterator[Sample]:
        own = "6804012"
        successor = next(
            school
            for school in self.schools.values()
            if school.state == "merged" and school.authority == own[:3]
        )

        def sample(
            place: int,
            destination: str,
            content: bytes,
            verdict: str = ACCEPT,
            code: str = "",
            ending: str = ".XML",
        ) -> Sample:
            name = f"{own}_CTF_{destination}_{FIRST_NUMBER + place}{ending}"
            return Sample(own, name, content, verdict, code)

        def one() -> list[Child]:
            return self._children(own, 1)

        def to_cardiff(children: Sequence[Child]) -> bytes:
            return self._ctf(own, "6814053", children)

        yield sample(0, "6814053", to_cardiff(one()))
        yield sample(1, "6604025", self._ctf(own, "6604025", self._children(own, 12)))
        yield sample(2, LOST, self._ctf(own, LOST, one()))
        yield sample(3, LEFT, self._ctf(own, LEFT, one()))
        yield sample(4, LOST, self._ctf(own, LOST, self._children(own, 2)), REFUSE, "lpd-one-pupil")
        yield sample(5, "6814053", to_cardiff(one()), REFUSE, "name-browser-copy", " (1).XML")
        yield sample(6, "6819999", self._ctf(own, "6819999", one()), REFUSE, "destination-unknown")
        yield sample(
            7, successor.number, self._ctf(own, successor.number, one()), REFUSE, "destination-merged"
        )
        whole = to_cardiff(one())
        yield sample(8, "6814053", whole[: len(whole) * 2 // 3], REFUSE, "ctf-incomplete")
        (child,) = one()
        hidden = replace(child, surname=f"{child.surname}\u009b31m", preferred_forename="")
        yield sample(9, "6814053", to_cardiff([hidden]), WARN, "name-control")
        (child,) = one()
        wrong = "B" if child.upn[0] == "A" else "A"
        yield sample(
            10, "6814053", to_cardiff([replace(child, upn=wrong + child.upn[1:])]), WARN, "upn-check-letter"
        )
        (child,) = one()
        impossible = to_cardiff([child]).replace(f"<DOB>{child.born}".encode(), b"<DOB>2014-02-31")
        yield sample(11, "6814053", impossible, REFUSE, "born-not-a-date")
        yield sample(12, "6814053", self._ctf("6804031", "6814053", one()), REFUSE, "header-source")
        (child,) = one()
        latin = self._ctf(own, "6814053", [replace(child, forename="Siân")], "iso-8859-1")
        yield sample(13, "6814053", latin.replace(b"ISO-8859-1", b"UTF-8"), REFUSE, "ctf-encoding-false")
        yield Sample(own, f"{own}_680LLLL_attendance_new.zip", register_zip("attendance", self.now))
        yield Sample(own, f"{own}_680LLLL_photos_new.zip", b"These are the photos.", REFUSE, "zip-is-text")
        yield Sample(own, f"{own}_PLA_680PLAS_{FIRST_NUMBER}.XML", other_xml("PLA", own, self.now))

    def _others(self) -> Iterator[Sample]:
        for own, to in (("6814053", "6804012"), ("6602175", "6604025")):
            oldest = self.schools[own].ages[1]
            for place, count in enumerate((1, 30)):
                name = f"{own}_CTF_{to}_{FIRST_NUMBER + place}.xml"
                yield Sample(own, name, self._ctf(own, to, self._children(own, count, oldest)))
            name = f"{own}_CTF_{LOST}_{FIRST_NUMBER}.xml"
            yield Sample(own, name, self._ctf(own, LOST, self._children(own, 1)))

    def _authorities(self) -> Iterator[Sample]:
        for code, school in (("680", "6804012"), ("681", "6814053")):
            general = f"{code}LLLL"
            children = self._children(school, 1)
            name = f"{general}_CTF_{school}_{FIRST_NUMBER}.XML"
            yield Sample(code, name, self._ctf(general, school, children))
            refused = f"{general}_CTF_660LLLL_{FIRST_NUMBER}.XML"
            yield Sample(code, refused, self._ctf(general, "660LLLL", children), REFUSE, "name-authorities")
            yield Sample(code, f"{general}_{school}_meals_new.zip", register_zip("meals", self.now))


def write(folder: Path, samples: Sequence[Sample]) -> None:
    """Put samples into a folder, one below it an owner."""
    for sample in samples:
        own = folder / sample.owner
        own.mkdir(parents=True, exist_ok=True)
        (own / sample.name).write_bytes(sample.content)
