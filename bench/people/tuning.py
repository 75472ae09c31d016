"""The world that figures are set on (`matching/model.py`). Results are told of `testing.py`'s only."""
# ruff: noqa: E501, SIM905

from datetime import date
from itertools import product

import numpy as np

from bench.people.population import World, fading, weighted

_HEAD = {
    "Jones": 3.9, "Davies": 2.9, "Williams": 2.8, "Evans": 2.0, "Thomas": 2.0, "Smith": 1.4, "Hughes": 1.1, "Lewis": 1.1, "Roberts": 1.1,
    "Edwards": 0.9, "Morgan": 0.9, "Griffiths": 0.9, "Harris": 0.7, "Phillips": 0.6, "Rees": 0.6, "James": 0.6, "Taylor": 0.6, "Brown": 0.5,
    "Wilson": 0.4, "Khan": 0.4, "Price": 0.5, "Lloyd": 0.4, "Jenkins": 0.5, "Howell": 0.2, "Powell": 0.3, "Parry": 0.3, "Bevan": 0.1,
    "Gwilym": 0.02, "Llewelyn": 0.1, "ap Iorwerth": 0.01, "ap Robert": 0.01, "Dafis": 0.01, "Huws": 0.02, "Maredudd": 0.01, "Preece": 0.05,
    "Hywel": 0.02, "Fychan": 0.01, "Emlyn": 0.01, "Wynne": 0.04, "Wyn": 0.02, "Bowen": 0.2, "Gough": 0.06, "Pritchard": 0.2, "Protheroe": 0.05,
    "Craddock": 0.03, "Kendrick": 0.03, "Blethyn": 0.01, "Morse": 0.04, "Mathias": 0.05, "Rosser": 0.05, "Picton": 0.02, "Maddocks": 0.04,
}  # fmt: skip
_MORE = """Allan Armstrong Austin Barker Barrett Begum Berry Bond Booth Bradley Brooks Bull Bush Carroll Charlton Cole Coles Cullen Daly
Douglas Drake Ellison Farrell Finch Flynn French Frost Giles Glover Goodwin Gordon Greenwood Hale Hancock Hayes Heath Henderson Higgins Hobbs
Hodgson Holland Houghton Howe Hudson Ingram Jarvis Jennings Jordan Kemp Kerr Kirby Lamb Lawson Leach Leonard Little Lowe Lyons Maher Malik
Mann May Mellor Mohammad Moran Morton Moss Nash Naylor Noble North Nunn Oakley Olsen Osborne Page Parkes Pollard Poole Potter Pratt Quinn
Rahim Ramsey Rhodes Sharma Sharp Sheikh Short Singh Skinner Slater Steele Stephens Sutton Swift Talbot Thorne Todd Tucker Turnbull Tyler
Vincent Wade Waters Weston Wilkins Woods Yates Zaman Zając Mazur Król Dąbrowski Petrov Ivanova Novák Horvat Kovács Nagy Sato Kim Park Ng
Rodríguez López Moreau Dubois Schmidt Becker Yilmaz Demir Kaya Haddad Mansour Aziz Bashir Farah Jama Osman Idris Diallo Traore Nkosi""".split()
_SYLLABLES = [
    "al bar ber cad car chel clem cor cran cul dar deb des dor ed en fal fen fos gal ged gib gor had hen hes ick jel jen kel ken lam led lov mal mat mor nad nor old pad pel per pol por quin rab red rod sam sed sim sor tal ten tol ul var ven vol wen wil yel zel".split(),
    "a ba be bi bo ca da de di do e fa ga ge i ka la le li lo ma me mi mo na ne ni no o pa pe ra re ri ro sa se si so ta te ti to u va ve".split(),
    "bert by cock cote croft der don dow ett fin ford get gill goe gram head in ison kin kins le lers lin ling man mer moor more mott nard ner ney not on ott per rick ridge rill rin sant ser shaw sley smith son stein t ter ther tis ton tt vell ver very ward way well wick win witz worth".split(),
]
_MEN = """Jacob Oliver Riley Jack Alfie Harry Charlie Dylan William Mason Tomos Ioan Rhys Ethan Iwan Osian Tomi Harri Elis Jac Cian Caleb
Kayden Jenson Corey Cody Declan Dewi Rhun Deian Dion Gwion Gwern Idwal Ithel Kyle Lee Wayne Craig Darren Keith Karl Kevin Leon Leighton Marcus
Martin Maurice Neil Nigel Norman Oswald Percy Ralph Raymond Ronan Roy Russell Scott Simon Spencer Stuart Terence Tobias Trevor Vincent Walter
Wesley Geoffrey Gerald Graham Gregory Gordon Francis Ernest Edwin Edmund Donald Douglas Dennis Derek Clive Clifford Christian Bernard Barry
Augustus Archibald Angus Alun Alwyn Arwel Arwyn Berwyn Carwyn Ceri Cemlyn Delwyn Dilwyn Elfyn Elwyn Emrys Eurig Eurwyn Gwynfor Illtyd Islwyn
Luned Meilyr Merfyn Mihangel Pedr Prys Rhisiart Rolant Sior Tecwyn Tegwyn Teifion Trefor Vaughan Aeron Hefin Heddwyn Nathaniel Maximilian
Leonard Lawrence Laurence Theodore Timothy Jonathan Jeremy Humphrey Harold Hector Hassan Hamza Bilal Abdullah Krzysztof Mateusz Piotr Ionut
Matthew Daniel Samuel Thomas James Joshua Joseph Benjamin Michael David Robert Edward Alexander Anthony Andrew Nicholas""".split()
_WOMEN = """Ffion Megan Mia Lily Ruby Chloe Ava Seren Evie Emily Amelia Olivia Ella Jessica Poppy Sophie Grace Daisy Erin Alisha Amber Anwen
Bronwyn Buddug Carol Carly Caroline Carwen Cati Celyn Cerian Cerys Christine Claire Constance Crisial Cynthia Dana Deborah Delyth Dilys Dorothy Einir
Eiry Eirwen Elan Elinor Eluned Elliw Eluned Esyllt Eurgain Fflur Frances Georgina Gillian Glenys Gwawr Gweneth Gwenan Gwennan Gwladys Gwyneth
Hawys Heather Helen Henrietta Hester Ilid Isobel Jacqueline Jane Janet Jemima Jill Joanna Judith Julie Katherine Kathryn Kayleigh Kimberley Laura Lena
Linda Lleucu Louise Lydia Lynne Mallt Marged Meinir Meleri Melanie Mererid Michelle Miriam Morfydd Natalie Nerys Nicola Non Olwen Pamela Patricia
Rhonwen Rosemary Ruth Sally Sandra Sara Sharon Sioned Siwan Sonia Susan Sylvia Tabitha Tara Teresa Tirion Tracey Vanessa Veronica Vivian
Yvonne Zoe Katarzyna Agnieszka Wiktoria Ioana Ayesha Zahra Safiya Noor Hafsa Layan Catherine Elizabeth Margaret Alexandra Rebecca Rachel Charlotte""".split()
_HALF = [
    "Ab Ag Ala Ama Ani Ari Ava Bel Ber Bri Cal Cas Cel Cla Cor Dal Dan Del Dor Ede Eli Emi Eri Eva Fay Flo Gab Gia Gla Hal Han Ila Ima Ind Isa Jai Jan Jes Jor Kad Kal Kar Kel Ken Kia Lan Lar Lei Len Lor Luc Mad Mal Mar Mel Mir Nad Nel Nia Nor Oli Ori Pal Per Rae Ria Ros Sam Ser Sha Sia Ste Tal Tar Tay Tia Uma Val Vio Wil Yas Zai Zel".split(),
    "bel ben cie dan den dee do dric el en ene er ett ey fa ian ice ie in ina ine ira is ise ita kin la lan lee len ley lin lo lyn man mar mi mond na ne nell nie no non o on or ra rey ri rick rin ron ry sey sha son ta ter tin ton us va ve vin y ya yn za".split(),
]
_TOWNS = """Swansea Cardiff Newport Wrexham Llanelli Bridgend Barry Rhyl Bangor Neath Pontypridd Merthyr Aberdare Cwmbran Caerphilly Maesteg Newtown
Mold Flint Holyhead Llandudno Tredegar Carmarthen Aberystwyth Brecon Ammanford Cardigan Tenby Denbigh Ruthin Conwy Abergele Penarth Porth Risca
Blackwood Bargoed Chepstow Monmouth Usk Lampeter Fishguard Kidwelly Pontardawe Gorseinon Porthcawl Pyle Cowbridge Caldicot Abergavenny Chester
Shrewsbury Hereford Bristol Gloucester Oswestry Ludlow Pwllheli Bala Dolgellau Tywyn Barmouth Corwen Llangollen Chirk Shotton Queensferry Holywell
Buckley Prestatyn Llanrwst Bethesda Caernarfon Amlwch Llangefni Beaumaris Machynlleth Welshpool Knighton Presteigne Rhayader Llandovery""".split()
WELSH_TOWNS = {"Cardiff": "Caerdydd", "Swansea": "Abertawe", "Newport": "Casnewydd", "Mold": "Yr Wyddgrug", "Holyhead": "Caergybi", "Brecon": "Aberhonddu"}  # fmt: skip
SHORT = {
    "Geoffrey": ("Geoff", "Jeff"), "Gerald": ("Gerry",), "Gregory": ("Greg",), "Edwin": ("Eddie",), "Edmund": ("Ed",), "Donald": ("Don",), "Archibald": ("Archie",),
    "Nathaniel": ("Nat", "Nate"), "Maximilian": ("Max",), "Leonard": ("Len", "Lenny"), "Lawrence": ("Larry", "Laurie"), "Theodore": ("Theo", "Ted"), "Timothy": ("Tim",),
    "Jonathan": ("Jon", "Jonny"), "Jeremy": ("Jez",), "Harold": ("Harry", "Hal"), "Matthew": ("Matt",), "Daniel": ("Dan", "Danny"), "Samuel": ("Sam",), "Thomas": ("Tom",),
    "James": ("Jim", "Jamie"), "Joshua": ("Josh",), "Joseph": ("Joe",), "Benjamin": ("Ben",), "Michael": ("Mike",), "Robert": ("Bob", "Rob"), "Edward": ("Ted", "Ned"),
    "Alexander": ("Alex", "Al"), "Andrew": ("Andy",), "Nicholas": ("Nick",), "Christine": ("Chris",), "Deborah": ("Debbie",), "Dorothy": ("Dot",), "Georgina": ("Georgie",),
    "Jacqueline": ("Jackie",), "Katherine": ("Kate", "Kathy"), "Kimberley": ("Kim",), "Patricia": ("Pat", "Tricia"), "Susan": ("Sue",), "Teresa": ("Terry",), "Vanessa": ("Nessa",),
    "Catherine": ("Cath",), "Elizabeth": ("Lizzy", "Betty", "Bess"), "Margaret": ("Maggie", "Mags"), "Alexandra": ("Sandra", "Ali"), "Rebecca": ("Becky",), "Charlotte": ("Lotty",),
    "Tabitha": ("Tabby",), "Judith": ("Judy",), "Christian": ("Chris",), "Vivian": ("Viv",), "Meleri": ("Mel", "Lels"), "Lleucu": ("Lleu",), "Mererid": ("Mer", "Mezza"),
}  # fmt: skip
WELSH_FORENAMES = {
    "Tomos": ("Thomas",), "Ioan": ("John",), "Iwan": ("Ewan",), "Rhys": ("Reese", "Rees"), "Harri": ("Harry",), "Elis": ("Ellis",), "Jac": ("Jack",), "Pedr": ("Peter",),
    "Rhisiart": ("Richard",), "Rolant": ("Roland",), "Sior": ("George",), "Trefor": ("Trevor",), "Merfyn": ("Mervyn",), "Mihangel": ("Michael",), "Dewi": ("David", "Dafydd"),
    "Marged": ("Margaret",), "Siwan": ("Joan",), "Sioned": ("Janet",), "Elinor": ("Eleanor",), "Esyllt": ("Isolde",), "Gwladys": ("Gladys",), "Gwyneth": ("Gweneth",),
    "Cati": ("Katie",), "Morfydd": ("Morfudd",), "Eluned": ("Luned",), "Sara": ("Sarah",), "Cian": ("Kian",), "Alun": ("Alan",), "Katherine": ("Catrin",), "Elizabeth": ("Elisabeth",),
    "David": ("Dafydd",), "William": ("Gwilym",), "Thomas": ("Tomos",), "Bronwyn": ("Bronwen",), "Lily": ("Lili",), "Ella": ("Ela",), "Daisy": ("Megan",), "Crisial": ("Crystal",),
}  # fmt: skip
WELSH_SURNAMES = {
    "Howell": ("Hywel", "Powell"), "Hywel": ("Howell",), "Gwilym": ("Williams", "William"), "Llewelyn": ("Llewellyn", "Llywelyn"), "ap Iorwerth": ("Iorwerth", "Edwards"),
    "ap Robert": ("Probert", "Robert"), "Dafis": ("Davies", "Davis"), "Huws": ("Hughes",), "Maredudd": ("Meredith",), "Preece": ("Price", "Rees"), "Fychan": ("Vaughan",),
    "Wynne": ("Wyn", "Gwynne"), "Wyn": ("Wynn", "Gwyn"), "Bowen": ("Owen", "ab Owen"), "Gough": ("Goch",), "Protheroe": ("Rhydderch", "Prothero"), "Craddock": ("Caradog",),
    "Kendrick": ("Cynwrig",), "Blethyn": ("Bleddyn",), "Mathias": ("Matthias",), "Rosser": ("Prosser", "Roser"), "Maddocks": ("Madog",), "Rees": ("Rhys", "Reece"),
    "Hughes": ("Huws", "Pugh"), "Griffiths": ("Griffith", "Gruffydd"), "Evans": ("Evan", "Jevans"), "Davies": ("Davis",), "Thomas": ("Tomos",), "Morgan": ("Morgans",), "Lloyd": ("Floyd",),
}  # fmt: skip


def world(count: int) -> World:
    """The tuning world; with fewer pupils it has fewer different names."""
    size = max(300, int(36_000 * min(1.0, (count / 1_000_000) ** 0.6)))
    rng = np.random.default_rng(33)
    built = ["".join(parts).capitalize() for parts in product(*_SYLLABLES)]
    rng.shuffle(built)
    others = fading(_MORE, 0.5)
    rest = sum(others.values())
    head = {**_HEAD, **{name: 25 * share / rest for name, share in others.items()}}
    halves = ["".join(parts) for parts in product(*_HALF)]
    longer = ["".join(parts) for parts in product(_HALF[0], ("a", "i", "mo"), _HALF[1])]
    names = halves + longer
    rng.shuffle(names)
    return World(
        weighted(head, built[:size], 0.3),
        weighted(fading(_MEN, 0.8, 5), names[: size // 4], 0.12),
        weighted(fading(_WOMEN, 0.8, 5), names[size // 4 : size // 2], 0.12),
        weighted(fading(_MEN[:60] + _WOMEN[:60]), names[:2000], 0.2),
        weighted(fading(_TOWNS, 0.8, 2), [], 0.0),
        doubled=0.04,
        doubled_first=0.03,
        siblings=0.2,
        twins=0.03,
        first_born=date(2004, 9, 1),
        short=SHORT,
        welsh_towns=WELSH_TOWNS,
    )
