"""Names of invented people, as often as Wales has them: Jones, Davies and Williams are everywhere."""

from collections.abc import Sequence
from random import Random

_SURNAMES = """
Jones*58 Davies*38 Williams*36 Evans*26 Thomas*24 Roberts*16 Lewis*14 Hughes*14 Morgan*12 Griffiths*11
Edwards*10 Smith*10 Owen*9 James*9 Rees*8 Morris*7 Price*7 Phillips*7 Jenkins*7 Lloyd*6 Ellis*5 Harris*5
Parry*5 Richards*4 Powell*4 Howells*3 John*3 Llewellyn*3 Pritchard*3 Watkins*3 Bowen*3 Brown*3 Taylor*3
Matthews*2 Rowlands*2 Humphreys*2 Prosser*2 Vaughan*2 Bevan*2 Pugh*2 Wilson*2 Walker*2 Green*2 Ahmed*2
Khan*2 Ali*2 Begum Hussain Singh Kaur Patel Nowak Kowalska Kowalski Wiśniewski Silva Fernandes Popescu
O’Brien O'Neill O'Sullivan Murphy Kelly McCarthy D’Souza Nguyễn Chen Wong García Müller Llwyd Gwyn Prŷs
Prŷs-Jones ap~Rhys ap~Gwilym ab~Owain Fôn Môn Wyn Tudur Glyndŵr Cadwaladr Bebb Beynon Bowen-Jones
Davies-Rees Evans-Price Jones-Parry Lewis-Hughes Morgan-Smith Rhys-Williams Thomas-Lloyd Parry-Ellis
Hopkins Gittins Gwyther Havard Hopkin Ifans Ieuan Kendrick Kyffin Madoc Maddocks Meredith Meyrick Mostyn
Nicholas Ockwell Pennant Penry Probert Prydderch Rhydderch Rosser Sayce Tanner Trahearne Treharne Tudor
Wogan Wynne Yorath Dafydd Emlyn Eynon Fychan Gethin Hywel Iorwerth Seaborne Stephens Griffin Collins
Cooper Baker Carter Cox Foster Gibbs Harvey Hill King Knight Marsh Palmer Reid Shaw Turner Webb White
Young
"""

_GIRLS = """
Siân Ffion Megan Cerys Carys Catrin Elin Seren Mali Nia Lowri Angharad Rhiannon Bethan Gwen Gwenllian
Mared Beca Erin Ela Lleucu Heledd Eleri Manon Nansi Martha Cadi Efa Alaw Enfys Eirlys Myfanwy Tegan Delyth
Hâf Olwen Branwen Non Leusa Casi Mabli Begw Nel Llio Sioned Ffraid Anwen Awen Bronwen Ceri Eluned Fflur
Glesni Olivia*3 Amelia*3 Isla*2 Ava*2 Mia*2 Lily*2 Grace*2 Freya*2 Evie Ella Poppy Charlotte Emily Sophie
Ruby Alice Daisy Florence Harriet Imogen Jessica Lucy Maisie Millie Niamh Phoebe Rosie Scarlett Willow
Zara Zoë Chloë Anne-Marie Ellie-Mae Lily-Rose Mary~Ann Aisha Fatima Zainab Maryam Zofia Maja Sofía Ana
Priya Simran Mei Linh Renée Esmé Saoirse Róisín Katie Holly Abigail Hannah Eleanor Elizabeth Matilda Ivy
Elsie Georgia
"""

_BOYS = """
Rhys Dylan Owain Tomos Iwan Gethin Gruffydd Llŷr Macsen Osian Steffan Ifan Ioan Emrys Hywel Huw Geraint
Gwilym Dafydd Elis Efan Guto Harri Idris Jac Jâms Llew Llywelyn Mabon Morgan Math Morys Moi Now Rhodri
Rhun Siôn Siôr Tudur Trystan Twm Caio Cai Cian Cynan Deio Deiniol Aled Alun Arwel Bedwyr Bryn Eurig Ffredi
Glyn Gwion Ianto Oliver*3 Noah*3 George*2 Arthur*2 Leo*2 Oscar*2 Theo*2 Jack*2 Harry*2 Charlie Alfie Henry
William Thomas James Joshua Max Lucas Mason Logan Ethan Jacob Daniel Samuel Joseph Benjamin Alexander
Isaac Reece Reuben Zachary Jean-Luc Tommy-Lee Alfie-James Mohammed*2 Muhammad Yusuf Ibrahim Hamza Jakub
Antoni Mateo João Arjun Gurpreet Wei Minh Seán Cillian Ciarán Finley Freddie Jenson Toby Ryan Kieran
Connor Callum Nathan Liam Lewis Evan Owen
"""

_SHORT = {
    "Catrin": "Cadi",
    "Gruffydd": "Guto",
    "Llywelyn": "Llew",
    "Dafydd": "Dai",
    "Morgan": "Moc",
    "Thomas": "Tom",
    "Tomos": "Twm",
    "Joshua": "Josh",
    "Benjamin": "Ben",
    "Samuel": "Sam",
    "Daniel": "Dan",
    "Alexander": "Alex",
    "William": "Will",
    "Elizabeth": "Beth",
    "Eleanor": "Ellie",
    "Abigail": "Abi",
    "Matilda": "Tilly",
    "Jessica": "Jess",
    "Angharad": "Haf",
    "Gwenllian": "Gwen",
    "Rhiannon": "Rhi",
    "Zachary": "Zac",
    "Isaac": "Zac",
    "Joseph": "Joe",
    "Steffan": "Steff",
}
"""What some are called; others are called by their forename."""


def _spread(text: str) -> tuple[str, ...]:
    """`Jones*3 ap~Rhys` as a tuple with each name as often as its weight, so that a choice is one look-up."""
    spread: list[str] = []
    for word in text.split():
        name, _, weight = word.partition("*")
        spread += [name.replace("~", " ")] * int(weight or 1)
    return tuple(spread)


SURNAMES: Sequence[str] = _spread(_SURNAMES)
GIRLS: Sequence[str] = _spread(_GIRLS)
BOYS: Sequence[str] = _spread(_BOYS)


def surname(rng: Random) -> str:
    """A surname."""
    return rng.choice(SURNAMES)


def forename(rng: Random, sex: str) -> str:
    """A forename.

    Args:
        rng: where chance comes from.
        sex: `F` or `M`.
    """
    return rng.choice(GIRLS if sex == "F" else BOYS)


def called(forename: str) -> str:
    """What someone of this forename is called for short, else the forename."""
    return _SHORT.get(forename, forename)


def person(rng: Random) -> str:
    """A grown-up's forename and surname."""
    return f"{forename(rng, rng.choice('FM'))} {surname(rng)}"
