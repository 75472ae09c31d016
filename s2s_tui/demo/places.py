"""Places: the towns of Wales' authorities with their postcodes, and the names of invented schools."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from s2s_tui.services.authorities import rows as authority_rows

_TOWNS = """
660 50 LL77,LL65,LL61 Llangefni Holyhead/Caergybi Amlwch Menai~Bridge/Porthaethwy Beaumaris/Biwmares
  Benllech Bodedern Rhosneigr
661 85 LL55,LL49,LL57 Caernarfon Bangor Porthmadog Pwllheli Dolgellau Blaenau~Ffestiniog Bethesda Tywyn
  Llanberis
662 60 LL32,LL28,LL22 Conwy Llandudno Colwyn~Bay/Bae~Colwyn Abergele Llanrwst Penmaenmawr Betws-y-Coed
663 50 LL16,LL18,LL15 Denbigh/Dinbych Rhyl/Y~Rhyl Ruthin/Rhuthun Prestatyn Llangollen St~Asaph/Llanelwy
  Corwen
664 80 CH7,CH8,CH5 Mold/Yr~Wyddgrug Flint/Y~Fflint Holywell/Treffynnon Buckley/Bwcle
  Connah’s~Quay/Cei~Connah Queensferry
665 70 LL11,LL13,LL14 Wrexham/Wrecsam Ruabon/Rhiwabon Chirk/Y~Waun Rhosllannerchrugog Gresford Brymbo
  Coedpoeth
666 85 LD1,SY21,SY16 Llandrindod~Wells/Llandrindod Brecon/Aberhonddu Newtown/Y~Drenewydd
  Welshpool/Y~Trallwng Machynlleth Builth~Wells/Llanfair-ym-Muallt
667 40 SY23,SA43,SA48 Aberystwyth Cardigan/Aberteifi Lampeter/Llanbedr~Pont~Steffan Aberaeron Llandysul
  Tregaron New~Quay/Ceinewydd
668 65 SA61,SA71,SA70 Haverfordwest/Hwlffordd Pembroke/Penfro Tenby/Dinbych-y-pysgod Fishguard/Abergwaun
  Milford~Haven/Aberdaugleddau Crymych
669 105 SA31,SA15,SA18 Carmarthen/Caerfyrddin Llanelli Ammanford/Rhydaman Llandeilo
  Burry~Port/Porth~Tywyn Kidwelly/Cydweli
670 95 SA1,SA3,SA4 Swansea/Abertawe Gorseinon Mumbles/Y~Mwmbwls Pontarddulais Morriston/Treforys Clydach
  Sketty/Sgeti
671 65 SA11,SA12,SA8 Neath/Castell-nedd Port~Talbot Pontardawe Briton~Ferry/Llansawel
  Glynneath/Glyn-nedd Cwmafan
672 60 CF31,CF36,CF34 Bridgend/Pen-y-bont~ar~Ogwr Porthcawl Maesteg Pencoed Pyle/Y~Pîl
  Ogmore~Vale/Cwm~Ogwr
673 58 CF62,CF64,CF71 Barry/Y~Barri Penarth Cowbridge/Y~Bont-faen Llantwit~Major/Llanilltud~Fawr
  Dinas~Powys Rhoose/Y~Rhws
674 115 CF37,CF44,CF40 Pontypridd Aberdare/Aberdâr Tonypandy Treorchy/Treorci Mountain~Ash/Aberpennar
  Llantrisant Porth/Y~Porth
675 28 CF47,CF48 Merthyr~Tydfil/Merthyr~Tudful Dowlais Treharris Troedyrhiw Aberfan
676 85 CF83,NP12,CF81 Caerphilly/Caerffili Blackwood/Coed-duon Bargoed/Bargod Ystrad~Mynach Risca/Rhisga
  Rhymney/Rhymni
677 27 NP23,NP13 Ebbw~Vale/Glynebwy Tredegar Abertillery/Abertyleri Brynmawr Blaina/Blaenau
678 33 NP44,NP4 Cwmbran/Cwmbrân Pontypool/Pont-y-pŵl Blaenavon/Blaenafon Abersychan Griffithstown
679 36 NP25,NP7,NP16 Monmouth/Trefynwy Abergavenny/Y~Fenni Chepstow/Cas-gwent Caldicot/Cil-y-coed
  Usk/Brynbuga Magor/Magwyr
680 58 NP20,NP19,NP10 Newport/Casnewydd Caerleon/Caerllion Rogerstone/Tŷ-du Bassaleg/Basaleg Malpas
  Langstone
681 130 CF10,CF14,CF5 Cardiff/Caerdydd Whitchurch/Yr~Eglwys~Newydd Llandaff/Llandaf Rhiwbina/Rhiwbeina
  Llanishen/Llanisien Ely/Trelái
873 0 CB1,PE29 Cambridge Huntingdon Ely St~Ives
"""

STREETS = (
    "Lôn Goed",
    "Heol y Parc",
    "Stryd Fawr",
    "Ffordd Llanfair",
    "Maes y Deri",
    "Clos yr Afon",
    "Rhes y Bryn",
    "Heol Dewi Sant",
    "Cae Gwyn",
    "Lôn Las",
    "Station Road",
    "Church Street",
    "High Street",
    "Chapel Lane",
    "Park View",
    "Castle Road",
    "Mill Street",
    "Oak Close",
    "School Terrace",
    "Queen’s Avenue",
    "Tŷ Newydd Road",
    "Bryn Hyfryd",
    "Penrhiw",
    "Victoria Place",
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("~", " ") for word in text.split())


_BEGINNINGS = _words("Bro Glan Maes Cae Pen Nant Bryn Llan Cwm Dyffryn Tal Rhos Allt Hafod Coed")
_ENDINGS = _words("""
Alaw Teifi Derwen Eithin Gwyn Ceiros Helyg Onnen Fedwen Arian Hebog Eos Barcud Rhedyn Gwenyn Meillion
Enfys Heulwen Ystwyth Seren Gwawr Elain Dwynwen Rhosyn Castan Eirin Clywedog Wennol Ffynnon Grug Celyn
""")
_SAINTS = _words("""
Dwynwen Teilo Cadog Illtud Padarn Beuno Tydfil Gwladys Cybi Asaph Brynach Non Seiriol Tysilio
""")
_FEATURES = _words("""
Riverside Hillside Oakfield Millbrook Meadow~View Castle~Park Greenway Orchard Brookside Highfield
Westgate Lakeside Priory~Fields Woodlands Bridge~Street Marine Old~Quay Sunnybank Ashgrove Beacon
Fairwater Heronsbridge Lighthouse Maplewood Northgate Parkland Queen’s~Field Redhill Springwell
Tannery~Lane Valley~View Willowbrook Larkfield
""")


@dataclass(frozen=True, slots=True)
class Area:
    """An authority's area.

    Attributes:
        share: roughly how many schools it has, of Wales' 1,450.
        outcodes: first halves of its postcodes.
        towns: in English and in Welsh.
    """

    code: str
    share: int
    outcodes: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]

    @property
    def is_english(self) -> bool:
        """Whether it lies in England, where schools have no Welsh names."""
        return not "660" <= self.code <= "681"

    def postcode(self, rng: Random) -> str:
        """A postcode of the area; whether it exists is chance."""
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        return f"{rng.choice(self.outcodes)} {rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}"


def _areas() -> Iterator[Area]:
    for line in _TOWNS.strip().replace("\n ", " ").splitlines():
        code, share, outcodes, *towns = line.split()
        pairs = [town.replace("~", " ").partition("/") for town in towns]
        yield Area(code, int(share), tuple(outcodes.split(",")), tuple((en, cy or en) for en, _, cy in pairs))


AREAS: dict[str, Area] = {area.code: area for area in _areas()}
"""By code: Wales' 22 and the English one that has schools in every demo."""


@lru_cache(maxsize=1024)
def area_of(code: str, name: str = "") -> Area:
    """An authority's area; of one that isn't known, a town by its name."""
    name = name or _called().get(code, code)
    return AREAS.get(code) or Area(code, 0, ("ZZ1", "ZZ9"), ((name, name),))


@lru_cache
def _called() -> dict[str, str]:
    """Authorities' names by code."""
    return {row["code"]: row["name"] for row in authority_rows()}


@dataclass(frozen=True, slots=True)
class SchoolName:
    """An invented name; `welsh` is empty where the school goes by one name."""

    english: str
    welsh: str
    town: str
    speaks_welsh: bool


def school_names(area: Area, phase: str, rng: Random) -> Iterator[SchoolName]:
    """Names for the schools of an area, without end and without one twice.

    Args:
        area: where they are.
        phase: `primary`, `secondary`, `middle` (from 3 to 16 or 18) or `special`.
        rng: where chance comes from.
    """
    used: set[str] = set()
    misses = 0
    while True:
        name = _school_name(area, phase, rng)
        if misses > 20:  # an area that runs out of names puts two together
            more = rng.choice(_FEATURES)
            name = replace(
                name, english=f"{more} {name.english}", welsh=name.welsh and f"{name.welsh} {more}"
            )
        if name.english in used:
            misses += 1
            continue
        misses = 0 if misses <= 20 else misses
        used.add(name.english)
        yield name


def _school_name(area: Area, phase: str, rng: Random) -> SchoolName:
    town, town_cy = rng.choice(area.towns)
    bro = f"{rng.choice(_BEGINNINGS)} {rng.choice(_ENDINGS)}"
    feature = rng.choice(_FEATURES)
    saint = rng.choice(_SAINTS)
    if phase == "special":
        return SchoolName(f"Ysgol {bro}", "", town, speaks_welsh=True)
    if phase == "middle":
        return SchoolName(f"Ysgol {bro} (3-18)", "", town, speaks_welsh=True)
    welsh, english, local, church = _FORMS[phase]
    chance = rng.random() * 0.55 + 0.45 if area.is_english else rng.random()
    if chance < 0.45:
        return SchoolName(f"{rng.choice(welsh)} {bro}", "", town, speaks_welsh=True)
    if chance < 0.85:
        forms, what, what_cy = (english, feature, feature)
        if chance > 0.65:
            forms, what, what_cy = local, f"{town} {feature}", f"{feature} {town_cy}"
    else:
        forms, what, what_cy = church, f"St {saint}’s", f"Sant {saint}"
    welsh_name = "" if area.is_english else f"{forms[1]} {what_cy}"
    return SchoolName(f"{what} {forms[0]}", welsh_name, town, speaks_welsh=False)


_FORMS = {
    "primary": (
        ("Ysgol Gynradd", "Ysgol Gymraeg", "Ysgol"),
        ("Primary School", "Ysgol Gynradd"),
        ("Primary", "Ysgol Gynradd"),
        ("Church in Wales Primary", "Ysgol yr Eglwys yng Nghymru"),
    ),
    "secondary": (
        ("Ysgol Uwchradd", "Ysgol Gyfun"),
        ("High School", "Ysgol Uwchradd"),
        ("School", "Ysgol"),
        ("High School", "Ysgol Uwchradd"),
    ),
}
"""What stands before a Welsh name; then, in English and in Welsh, beside its own, a town's, a saint's."""
