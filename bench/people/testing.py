"""The world that results are tested on. Nothing was set by looking at it; `tuning.py` is for that.

It differs from the tuning world in its names (more Joneses, other long tails, other forms of names, some that
no list of the program has), in its families (more siblings and twins), and in its slips, which are written
anew: by ear, by keyboard, by form.
"""
# ruff: noqa: E501, SIM905

from datetime import date
from itertools import product

import numpy as np

from bench.people.population import World, fading, weighted

_WELSH = {
    "Jones": 5.6,
    "Williams": 3.7,
    "Davies": 3.6,
    "Thomas": 2.5,
    "Evans": 2.5,
    "Roberts": 1.6,
    "Lewis": 1.5,
    "Hughes": 1.4,
    "Morgan": 1.3,
    "Griffiths": 1.2,
    "Edwards": 1.1,
    "Smith": 1.0,
    "Owen": 0.9,
    "James": 0.9,
    "Morris": 0.8,
    "Rees": 0.8,
    "Price": 0.7,
    "Phillips": 0.7,
    "Jenkins": 0.7,
    "Harris": 0.6,
    "Lloyd": 0.6,
    "Richards": 0.6,
    "Parry": 0.5,
    "Powell": 0.4,
    "Taylor": 0.4,
    "Brown": 0.3,
    "Rogers": 0.3,
    "Bowen": 0.3,
    "Howells": 0.3,
    "Watkins": 0.3,
    "Llewellyn": 0.2,
    "Pritchard": 0.25,
    "Ellis": 0.25,
    "Humphreys": 0.2,
    "Bevan": 0.2,
    "Hopkins": 0.2,
    "Matthews": 0.2,
    "Pugh": 0.2,
    "Vaughan": 0.2,
    "Prosser": 0.12,
    "Rowlands": 0.15,
    "Beynon": 0.1,
    "Walters": 0.15,
    "Davis": 0.2,
    "Meredith": 0.08,
    "Probert": 0.08,
    "Gwynne": 0.03,
    "ap Rhys": 0.02,
    "Llywelyn": 0.03,
    "Huws": 0.03,
    "Gruffydd": 0.04,
    "ap Gwilym": 0.01,
    "Tomos": 0.02,
    "Dafydd": 0.02,
    "Ifans": 0.015,
    "ap Dafydd": 0.008,
    "Prys": 0.02,
    "Owens": 0.15,
    "Rhys": 0.02,
    "Siôn": 0.01,
    "Treharne": 0.06,
    "Gethin": 0.03,
    "Cadwaladr": 0.02,
    "Nicholas": 0.12,
    "Francis": 0.15,
    "Eynon": 0.03,
    "ab Owain": 0.004,
    "Lewys": 0.006,
    "Parri": 0.008,
    "Morys": 0.006,
    "Puw": 0.006,
}
_OTHERS = """Johnson Wilson White Martin Clarke Hall Wood Walker Green Wright Turner Hill Cooper Ward Baker Harrison
Khan Ahmed Ali Hussain Begum Miah Patel Singh Kaur Rahman Uddin Islam Chowdhury Abdi Mohamed Hassan Omar Yusuf Warsame
Kowalski Nowak Wiśniewski Wójcik Kamiński Lewandowski Zieliński Popescu Ionescu Nguyen Tran Chen Wang Li Zhang
O'Brien O'Connor Murphy Kelly Sullivan Walsh Ryan Byrne McCarthy Doyle Gallagher MacDonald McKenzie Campbell Stewart
Robinson Thompson Scott Young King Allen Bell Carter Mitchell Collins Parker Bennett Cook Shaw Gray Simpson Marshall
Webb Mason Hunt Palmer Mills Barnes Knight Stone Fletcher Hawkins Pearce Saunders Chapman Reynolds Cox Fisher Foster
Hamilton Graham Reid Ross Kennedy Ferguson Murray Wallace Burns Duncan Hunter Black Gibson Fox Holmes Rose Dean Lane
Silva Santos Costa Pereira Garcia Fernandez Rossi Müller Weber Okafor Adeyemi Mensah Osei Dlamini Moyo Banda Phiri
Warren Burgess Lambert Dixon Perkins Newman Watts Cross Hardy Dawson Nicholls Bird Curtis Hart Bishop Spencer Payne""".split()
_FIRSTS = """Ash Beck Birch Black Brad Bram Brook Burn Cal Car Chad Chat Clay Cliff Cold Crom Dal Den Der Dun East Eg Elm
Fair Far Fern Finch Ford Frod Gar Gil Glan Gold Gran Grim Hal Ham Har Hasel Hatch Haver Hay Hed Hol Hors Hux Ing Ken Kil
Kirk Lang Lath Led Leigh Lind Long Lud Mar Mel Mid Mil Nether New Nor Oak Ock Old Or Pem Pen Pick Prest Quar Rad Rams Raw
Red Rip Rock Ros Row Rush Sal Sed Sel Shel Ship Sil Skel Stan Stav Stock Strat Sut Swin Tad Tarn Thorn Thwa Tir Tor Tun
Up Wad Wal War Wat Wel West Whit Wick Win Wood Wyn Yar York""".split()
_LASTS = """ton ley ham ford field wood worth well brook bridge bury croft dale den don fell gate grave grove hall head hill
holm hurst ing ington kin land low man mere mont more nell ney ridge row sall sby sden sey shaw ster stead stone street
thorpe thwaite wall ward water wick wold worthy yard bourne combe cott tree""".split()
_MIDS = ["", "er", "en", "ing", "el", "a", "ers"]
_BOYS = """Oliver Noah Jac Harri Theo Arthur Osian Leo Alfie Oscar George Jacob Archie Charlie Freddie Henry Tomos Jack
Ioan Thomas Elis William Macsen Rhys Dylan Dafydd Ethan Joshua Lewis Daniel Evan Mason Logan Lucas James Joseph Samuel
Harry Alexander Isaac Teddy Morgan Cai Owen Owain Iwan Gruffydd Llewelyn Morris Benjamin Adam Luca Riley Reuben Hari
Ifan Guto Gethin Ieuan Steffan Rhodri Aled Emyr Gwilym Hywel Iestyn Deio Caio Efan Ellis Finley Gabriel Max Toby
Muhammad Mohammed Yusuf Ibrahim Zain Omar Ahmed Ali Hassan Jakub Filip Szymon Antoni Kacper Andrei Matei David Luke
Matthew Nathan Callum Connor Kieran Liam Ryan Sean Jamie Cameron Aidan Aaron Kai Jayden Kian Tyler Bradley Jordan
Zachary Sebastian Edward Robert Michael Christopher Nicholas Anthony Stephen Richard Peter Philip Andrew Mark Paul
Patrick Dominic Frederick Albert Stanley Ronnie Rory Rowan Hugo Jasper Felix Louis Elliot Caleb Eli Ezra Jude Jonah Tadhg
Gareth Geraint Huw Idris Ifor Llŷr Madoc Meurig Osmond Rhydian Selwyn Taliesin Trystan Tudur Wyn Ynyr Bleddyn Cadog
Cynan Dewi Eifion Emlyn Garmon Ianto Iolo Lleu Mabon Myrddin Nedw Rhun Tegid Twm""".split()
_GIRLS = """Olivia Amelia Isla Ava Lily Freya Grace Mia Ella Evie Poppy Charlotte Willow Sophia Isabella Rosie Elsie
Alys Mali Cadi Efa Erin Ffion Seren Nansi Eira Martha Megan Lowri Cari Gwen Mabli Nel Ela Lili Beca Betsi Casi Elin
Catrin Carys Cerys Bethan Sioned Siân Rhiannon Nia Manon Mared Lois Llinos Leusa Heledd Haf Gwenllian Fflur Eleri
Angharad Anwen Bronwen Branwen Ceridwen Eirlys Elen Enfys Glesni Greta Hanna Heulwen Luned Mair Mirain Myfanwy Nest
Olwen Rhian Tegan Tesni Emily Jessica Daisy Florence Phoebe Alice Matilda Ruby Sienna Harriet Maisie Millie Molly
Chloe Holly Ellie Lucy Jasmine Imogen Eleanor Elizabeth Abigail Katie Hannah Sarah Rebecca Rachel Emma Lauren Caitlin
Bethany Amy Georgia Paige Leah Lola Layla Zara Aisha Fatima Maryam Khadija Zainab Amina Zuzanna Maja Julia Oliwia
Hanna Anna Maria Alexandra Victoria Catherine Margaret Jennifer Samantha Stephanie Natasha Nicole Gabriella Francesca
Josephine Madeleine Penelope Theresa Susannah Rosalind Beatrice Clara Cora Edith Esme Evelyn Hallie Harper Heidi Iris Ivy
Lexi Luna Lyra Mila Nancy Orla Robyn Scarlett Skye Summer Thea Violet Winifred Aoife Niamh Saoirse Siobhan""".split()
_STARTS = """A Ad Al Am An Ar As Ay Ba Be Bra Bri Ca Ce Cha Co Da De Di Do E El Em Es Fa Fe Fi Ga Ge Ha He I Il Is Ja
Je Jo Ka Ke Ki Ko La Le Li Lo Lu Ma Me Mi Mo Na Ne Ni No O Or Pa Pe Ra Re Ri Ro Sa Se Sha Si So Ta Te Ti To U Va Vi Wa
Ya Ye Yo Za Ze Zi""".split()
_ENDS_BOY = "ben brin cob dan den der dil don dyn fan gan han im ir jan kan kem lan len lik lin man mir nan nir rad ran ren rik rin ron san sim sin tan til van vin yan zan zim".split()
_ENDS_GIRL = "bella bina da dia dra fa fia ja jah kia la lah leen lia lie lina lyn mara mia mina na nah nia nie nora ra rah ria rina sa sha sia ta tia tina va via vie ya yah za zia".split()
_MIDDLES = "Rhys Dafydd James Thomas John William David Huw Owen Lloyd Lewis Morgan Haf Mai Mair Grace Rose Louise Elizabeth Jane Anne Marie Catrin Wyn Gwyn Siôn Emrys Alun Ifan Fflur Non Elen Eleri Mary Ann Lily May Jade Faith Hope Ahmed Ali Noor George Edward Robert Michael Joseph Alexander Daniel Patrick".split()
_TOWNS = """Cardiff Swansea Newport Wrexham Barry Neath Bridgend Cwmbran Llanelli Caerphilly Merthyr Tydfil|Port Talbot|
Pontypridd Aberdare Colwyn Bay|Rhyl Bangor Aberystwyth Carmarthen Maesteg Pontypool Penarth Llandudno Blackwood
Porthcawl Ebbw Vale|Haverfordwest Milford Haven|Newtown Flint Holyhead Tredegar Abergavenny Prestatyn Caernarfon Mold
Ammanford Buckley Chepstow Connah's Quay|Pembroke Dock|Abergele Denbigh Holywell Welshpool Tonypandy Treorchy Ferndale
Mountain Ash|Porth Bargoed Risca Abertillery Brynmawr Caldicot Monmouth Usk Brecon Builth Wells|Llandrindod Wells|Cardigan
Lampeter Fishguard Tenby Pembroke Narberth Whitland Kidwelly Burry Port|Gorseinon Pontardawe Gowerton Mumbles Ystradgynlais
Pwllheli Porthmadog Dolgellau Bala Barmouth Tywyn Machynlleth Blaenau Ffestiniog|Criccieth Llangefni Amlwch Menai Bridge|
Beaumaris Conwy Llanrwst Ruthin Corwen Llangollen Chirk Shotton Deeside Queensferry Llantrisant Tonyrefail Pencoed Cowbridge
Llantwit Major|Rhymney Nantyglo Blaina Crumlin Newbridge Magor Caerleon Llandovery Llandeilo Newcastle Emlyn|Aberaeron
Bethesda Llanberis Harlech Rhayader Knighton Presteigne Hay-on-Wye Crickhowell"""
WELSH_TOWNS = {
    "Cardiff": "Caerdydd", "Swansea": "Abertawe", "Newport": "Casnewydd", "Wrexham": "Wrecsam", "Barry": "Y Barri",
    "Neath": "Castell-nedd", "Bridgend": "Pen-y-bont ar Ogwr", "Caerphilly": "Caerffili", "Carmarthen": "Caerfyrddin",
    "Merthyr Tydfil": "Merthyr Tudful", "Cardigan": "Aberteifi", "Holyhead": "Caergybi", "Mold": "Yr Wyddgrug",
    "Newtown": "Y Drenewydd", "Haverfordwest": "Hwlffordd", "Denbigh": "Dinbych", "Flint": "Y Fflint",
    "Colwyn Bay": "Bae Colwyn", "Brecon": "Aberhonddu", "Monmouth": "Trefynwy", "Aberdare": "Aberdâr",
    "Abergavenny": "Y Fenni", "Ammanford": "Rhydaman", "Welshpool": "Y Trallwng", "Tenby": "Dinbych-y-pysgod",
    "Fishguard": "Abergwaun", "Chepstow": "Cas-gwent", "Blackwood": "Coed Duon", "Ebbw Vale": "Glynebwy",
    "Menai Bridge": "Porthaethwy", "Builth Wells": "Llanfair-ym-Muallt", "Lampeter": "Llanbedr Pont Steffan",
    "Pembroke": "Penfro", "Ruthin": "Rhuthun", "Holywell": "Treffynnon", "Conwy": "Conway", "Treorchy": "Treorci",
}  # fmt: skip
SHORT = {
    "Catherine": ("Kate", "Cathy", "Katie"), "Elizabeth": ("Liz", "Beth", "Lizzie", "Eliza"), "William": ("Will", "Bill", "Billy", "Wil"),
    "Thomas": ("Tom", "Tommy"), "Tomos": ("Tom", "Twm"), "Benjamin": ("Ben", "Benji"), "Samuel": ("Sam", "Sammy"), "Joshua": ("Josh",),
    "Daniel": ("Dan", "Danny"), "Matthew": ("Matt", "Matty"), "Joseph": ("Joe", "Joey"), "James": ("Jamie", "Jim", "Jimmy"),
    "Alexander": ("Alex", "Xander", "Sandy"), "Alexandra": ("Alex", "Lexi", "Sasha"), "Jacob": ("Jake", "Jay"), "Nathan": ("Nate", "Nath"),
    "Christopher": ("Chris", "Kit", "Topher"), "Nicholas": ("Nick", "Nicky"), "Anthony": ("Tony", "Ant"), "Stephen": ("Steve", "Ste"),
    "Richard": ("Rich", "Dick", "Ricky"), "Robert": ("Rob", "Bob", "Bobby"), "Michael": ("Mike", "Mikey", "Mick"), "Andrew": ("Andy", "Drew"),
    "Edward": ("Ed", "Ted", "Eddie"), "Frederick": ("Fred", "Freddie"), "Zachary": ("Zac", "Zack"), "Sebastian": ("Seb", "Baz"),
    "Patrick": ("Pat", "Paddy"), "Dominic": ("Dom",), "Philip": ("Phil", "Pip"), "Dafydd": ("Dai", "Daf", "Dafs"), "David": ("Dave", "Dai"),
    "Gruffydd": ("Gruff", "Griff", "Guto"), "Llewelyn": ("Llew", "Lyn"), "Rhydian": ("Rhyd", "Rhids"), "Taliesin": ("Tal", "Tali"),
    "Geraint": ("Ger", "Gez"), "Gwilym": ("Gwil", "Wil"), "Rhodri": ("Rhod", "Rods"), "Steffan": ("Steff", "Stef"), "Morgan": ("Mog", "Mogs"),
    "Margaret": ("Maggie", "Peggy", "Meg"), "Jennifer": ("Jen", "Jenny"), "Samantha": ("Sam", "Sammy"), "Stephanie": ("Steph", "Stevie"),
    "Natasha": ("Tash", "Tasha"), "Nicole": ("Nicky", "Nic"), "Gabriella": ("Gabby", "Ella"), "Francesca": ("Fran", "Chess"),
    "Josephine": ("Jo", "Josie", "Posy"), "Madeleine": ("Maddie", "Mads"), "Penelope": ("Penny", "Nell"), "Theresa": ("Tess", "Terri"),
    "Susannah": ("Sue", "Susie", "Zanna"), "Rosalind": ("Ros", "Rosie"), "Beatrice": ("Bea", "Trixie"), "Abigail": ("Abi", "Gail"),
    "Rebecca": ("Becky", "Becca", "Bex"), "Rachel": ("Rach", "Rae"), "Jessica": ("Jess", "Jessie"), "Charlotte": ("Lottie", "Charlie", "Char"),
    "Isabella": ("Bella", "Izzy", "Issy"), "Amelia": ("Millie", "Mel"), "Olivia": ("Liv", "Livvy"), "Eleanor": ("Ellie", "Nell", "Nora"),
    "Matilda": ("Tilly", "Tilda"), "Florence": ("Flo", "Florrie"), "Harriet": ("Hattie", "Harri"), "Victoria": ("Vicky", "Tori"),
    "Angharad": ("Haz", "Angie", "Anghi"), "Gwenllian": ("Gwen", "Llio", "Gwenno"), "Ceridwen": ("Ceri", "Wen"), "Bronwen": ("Bron",),
    "Rhiannon": ("Rhi", "Non", "Annie"), "Myfanwy": ("Myf", "Fanw"), "Catrin": ("Cat", "Cadi", "Trini"), "Bethan": ("Beth", "Betsan"), "Elin": ("El", "Els"),
    "Mohammed": ("Mo", "Mohd"), "Muhammad": ("Mo",), "Ibrahim": ("Ibby", "Ibs"), "Winifred": ("Winnie", "Freda"), "Imogen": ("Immy", "Imo"),
    "Caitlin": ("Cait", "Katie"), "Bethany": ("Beth", "Betty"), "Emily": ("Em", "Emmy"), "Lauren": ("Loz", "Laurie"), "Georgia": ("George", "Georgie"),
    "Phoebe": ("Phoebs", "Bee"), "Sophia": ("Soph", "Sophie"), "Evelyn": ("Evie", "Lyn"), "Scarlett": ("Scar", "Lettie"), "Jasmine": ("Jas", "Jazz"),
}  # fmt: skip
WELSH_FORENAMES = {
    "Catherine": ("Catrin",), "Catrin": ("Catherine", "Katrina", "Kathryn"), "Elizabeth": ("Elisabeth", "Bethan", "Leusa"), "Mair": ("Mary",),
    "Margaret": ("Marged", "Mared"), "Siân": ("Jane", "Sharne"), "Sioned": ("Janet",), "Elin": ("Ellen", "Helen"), "Elen": ("Helen", "Ellen"),
    "Alys": ("Alice",), "Alice": ("Alys",), "Lowri": ("Laura",), "Lili": ("Lily",), "Lily": ("Lili",), "Nansi": ("Nancy",), "Nancy": ("Nansi",),
    "Efa": ("Eva", "Eve"), "Mali": ("Molly",), "Molly": ("Mali",), "Beca": ("Becca", "Rebecca"), "Betsi": ("Betsy",), "Cadi": ("Katie", "Catherine"),
    "Casi": ("Cassie",), "Ela": ("Ella",), "Ella": ("Ela",), "Nel": ("Nell",), "Hanna": ("Hannah",), "Hannah": ("Hanna",), "Gwen": ("Gwenno",),
    "Dafydd": ("David",), "David": ("Dafydd", "Dewi"), "Ioan": ("John", "Ewan"), "Ieuan": ("John", "Evan", "Euan"), "Iwan": ("Ewan", "John"),
    "Ifan": ("Evan",), "Evan": ("Ifan", "Efan"), "Owain": ("Owen",), "Owen": ("Owain",), "Rhys": ("Reece", "Rees"), "Tomos": ("Thomas",), "Thomas": ("Tomos",),
    "Gwilym": ("William",), "William": ("Gwilym", "Wiliam"), "Harri": ("Harry", "Henry"), "Harry": ("Harri",), "Henry": ("Harri", "Henri"), "Jac": ("Jack",),
    "Jack": ("Jac",), "Huw": ("Hugh", "Hew"), "Gruffydd": ("Griffith",), "Llewelyn": ("Llywelyn",), "Steffan": ("Stephen", "Stefan"), "Stephen": ("Steffan",),
    "George": ("Siôr",), "Luke": ("Luc",), "Mark": ("Marc",), "Paul": ("Pawl",), "Peter": ("Pedr",), "Robert": ("Robat", "Rhobert"), "Richard": ("Rhisiart",),
    "James": ("Iago",), "Jacob": ("Iago",), "Joseph": ("Ioseff",), "Hywel": ("Howell",), "Elis": ("Ellis",), "Ellis": ("Elis",), "Lewis": ("Lewys",),
    "Trystan": ("Tristan",), "Tudur": ("Tudor",), "Ifor": ("Ivor",), "Cai": ("Kai",), "Kai": ("Cai",), "Sean": ("Siôn",), "Morgan": ("Morgant",),
    "Macsen": ("Maxen",), "Rhodri": ("Roderick",), "Martha": ("Marthe",), "Erin": ("Eryn",), "Carys": ("Karis",), "Ffion": ("Fion",), "Seren": ("Serene",),
    "Bethan": ("Bethany",), "Megan": ("Meghan",), "Rhian": ("Rhianne",), "Christopher": ("Crist",), "Samuel": ("Sami",), "Tegan": ("Teagan",),
}  # fmt: skip
WELSH_SURNAMES = {
    "Rees": ("Rhys", "Reece"), "Price": ("Prys", "ap Rhys", "Pryce"), "ap Rhys": ("Prys", "Price", "Rhys"), "Prys": ("Price",), "Rhys": ("Rees",),
    "Llewellyn": ("Llywelyn", "Llewelyn"), "Llywelyn": ("Llewellyn",), "Hughes": ("Huws",), "Huws": ("Hughes",), "Griffiths": ("Gruffydd", "Griffith"),
    "Gruffydd": ("Griffiths",), "Thomas": ("Tomos",), "Tomos": ("Thomas",), "Evans": ("Ifans", "Ifan"), "Ifans": ("Evans",), "Davies": ("Dafis", "Dafydd"),
    "Dafydd": ("Davies", "David"), "ap Dafydd": ("Dafydd",), "Williams": ("Gwilym", "ap Gwilym"), "ap Gwilym": ("Gwilym", "Williams"), "Owen": ("Owain", "ab Owain"),
    "ab Owain": ("Bowen", "Owain"), "Bowen": ("ab Owain", "Owen"), "Parry": ("Parri",), "Parri": ("Parry",), "Pugh": ("Puw",), "Puw": ("Pugh",), "Lewis": ("Lewys",),
    "Lewys": ("Lewis",), "Morris": ("Morys", "Morus"), "Morys": ("Morris",), "Vaughan": ("Fychan",), "Howells": ("Hywel",), "Powell": ("ap Hywel",), "Lloyd": ("Llwyd",),
    "Edwards": ("Iorwerth",), "Harris": ("Harri",), "Jenkins": ("Siencyn",), "Jones": ("Siôn", "Johns"), "Siôn": ("Jones",), "Roberts": ("Robert", "ap Robert"), "Meredith": ("Maredudd",),
    "Rowlands": ("Rolant",), "Walters": ("Gwallter",), "Treharne": ("Trahaearn",), "Eynon": ("Einion",), "Beynon": ("ab Einion",), "Bevan": ("ab Ifan",),
    "Pritchard": ("ap Rhisiart",), "Probert": ("ap Robert",), "Humphreys": ("Wmffre",), "Gwynne": ("Gwyn",), "Phillips": ("Phylip",), "Richards": ("Rhisiart",),
}  # fmt: skip


def world(count: int) -> World:
    """The testing world; with fewer pupils it has fewer different names, as a real one has."""
    size = max(300, int(38_000 * min(1.0, (count / 1_000_000) ** 0.6)))
    rng = np.random.default_rng(77)
    places = [f"{first}{mid}{last}" for first, mid, last in product(_FIRSTS, _MIDS, _LASTS)]
    rng.shuffle(places)
    others = fading(_OTHERS)
    rest = sum(others.values())
    surnames = weighted(
        {**_WELSH, **{name: 26 * share / rest for name, share in others.items()}}, places[:size], 0.24
    )
    forenames = []
    for head, ends in ((_BOYS, _ENDS_BOY), (_GIRLS, _ENDS_GIRL)):
        built = [start + end for start, end in product(_STARTS, ends)]
        built += [start + mid + end for start, mid, end in product(_STARTS, ("ri", "la", "mi"), ends)]
        rng.shuffle(built)
        forenames.append(weighted(fading(head), built[: size // 4], 0.14))
    towns = [town for line in _TOWNS.replace("\n", " ").split("|") for town in _split_towns(line)]
    return World(
        surnames,
        forenames[0],
        forenames[1],
        weighted(fading(_MIDDLES), _BOYS + _GIRLS, 0.3),
        weighted(fading(towns, 0.9, 3), [], 0.0),
        doubled=0.06,
        doubled_first=0.04,
        siblings=0.25,
        twins=0.05,
        first_born=date(2005, 9, 1),
        short=SHORT,
        welsh_towns=WELSH_TOWNS,
    )


_TWO_WORDS = {
    *(
        "Merthyr Tydfil",
        "Port Talbot",
        "Colwyn Bay",
        "Ebbw Vale",
        "Milford Haven",
        "Connah's Quay",
        "Pembroke Dock",
    ),
    *(
        "Mountain Ash",
        "Builth Wells",
        "Llandrindod Wells",
        "Burry Port",
        "Blaenau Ffestiniog",
        "Menai Bridge",
    ),
    *("Llantwit Major", "Newcastle Emlyn"),
}


def _split_towns(line: str) -> list[str]:
    words, towns = line.split(), []
    while words:
        two = " ".join(words[:2])
        if two in _TWO_WORDS:
            towns.append(two)
            del words[:2]
        else:
            towns.append(words.pop(0))
    return towns
