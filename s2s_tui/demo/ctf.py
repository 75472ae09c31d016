"""Whole, realistic CTFs of invented pupils, about 6 kB a pupil, as schools' programs write them."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from s2s_tui.demo.pupils import Child
from s2s_tui.rules.ctf import Pupil
from s2s_tui.rules.dates import school_year

VERSION = "26.0"
SUPPLIER = "MADE-UP"

_MARKS = (
    "/\\" * 60,
    "/\\/\\/\\/\\/L" * 12,
    "/\\/\\I\\/\\/\\" * 12,
    "/\\/\\/\\M\\/\\" * 12,
    "/\\/\\/\\NN/\\" * 12,
)
_SUBJECTS = (
    ("ENG", "TA", "OVR"),
    ("CYM", "TA", "OVR"),
    ("MAT", "TA", "OVR"),
    ("SCI", "TA", "OVR"),
)
_RELATIONS = {"F": ("Mrs", "PAM"), "M": ("Mr", "PAF")}


def build_ctf(
    source: str,
    destination: str,
    pupils: Sequence[Child],
    when: datetime,
    *,
    school_name: str = "",
    encoding: str = "utf-8",
    bom: bool = False,
    newline: str = "\n",
    version: str = VERSION,
) -> bytes:
    """A CTF that a check accepts without problems (`ctf.md`).

    Args:
        source: who sends it: `6804012`, `680LLLL`.
        destination: who gets it: `6814053`, `681LLLL`, `XXXXXXX`, `MMMMMMM`.
        pupils: who is in it.
        when: when it is written, on the sender's clock.
        school_name: the source's, for the header and the history.
        encoding: `utf-8`, `utf-16`, `iso-8859-1` or `windows-1252`; letters it lacks become references.
        bom: put a byte order mark before UTF-8.
        newline: what ends a line.
        version: of the CTF.
    """
    named = escape(school_name)
    header = (
        f'<?xml version="1.0" encoding="{encoding.upper()}"?>\n<CTfile>\n  <Header>\n'
        "    <DocumentName>Common Transfer File</DocumentName>\n"
        f"    <CTFversion>{version}</CTFversion>\n    <DateTime>{when:%Y-%m-%dT%H:%M:%S}</DateTime>\n"
        f"    <DocumentQualifier>full</DocumentQualifier>\n    <SupplierID>{SUPPLIER}</SupplierID>\n"
        f"    <SourceSchool>\n      <LEA>{source[:3]}</LEA>\n      <Estab>{source[3:]}</Estab>\n"
        f"      <SchoolName>{named}</SchoolName>\n"
        f"      <AcademicYear>{school_year(when.date())}</AcademicYear>\n    </SourceSchool>\n"
        f"    <DestSchool>\n      <LEA>{destination[:3]}</LEA>\n      <Estab>{destination[3:]}</Estab>\n"
        "    </DestSchool>\n  </Header>\n  <CTFpupilData>\n"
    )
    today = when.date()
    body = "".join([_pupil(child, source, named, today) for child in pupils])
    text = f"{header}{body}  </CTFpupilData>\n</CTfile>\n"
    if newline != "\n":
        text = text.replace("\n", newline)
    content = text.encode(encoding, "xmlcharrefreplace")
    return b"\xef\xbb\xbf" + content if bom else content


def _pupil(child: Child, source: str, named: str, today: date) -> str:
    surname, forename = escape(child.surname), escape(child.forename)
    preferred = escape(child.preferred_forename) or forename
    lea, estab, salt = source[:3], source[3:], child.salt
    title, relation = _RELATIONS[child.parent_sex]
    former = f"        <FormerUPN>{child.former_upn}</FormerUPN>\n" if child.former_upn else ""
    extra = (
        f"        <FormerSurname>{escape(child.former_surname)}</FormerSurname>\n"
        if child.former_surname
        else ""
    )
    if child.middle_names:
        extra += f"        <MiddleNames>{escape(child.middle_names)}</MiddleNames>\n"
    return f"""\
    <Pupil>
      <UPN>{child.upn}</UPN>
      <Surname>{surname}</Surname>
      <Forename>{forename}</Forename>
      <DOB>{child.born}</DOB>
      <Sex>{child.sex}</Sex>
      <BasicDetails>
{former}        <PreferredSurname>{surname}</PreferredSurname>
        <PreferredForename>{preferred}</PreferredForename>
{extra}        <NCyearActual>{child.year or "R"}</NCyearActual>
        <Ethnicity>{child.ethnicity}</Ethnicity>
        <EthnicitySource>P</EthnicitySource>
        <Languages>
          <Type>
            <LanguageType>F</LanguageType>
            <Language>{"CYM" if child.welsh == 1 else "ENG"}</Language>
          </Type>
        </Languages>
        <MedicalFlag>{"true" if salt % 11 == 0 else "false"}</MedicalFlag>
        <EnrolStatus>C</EnrolStatus>
      </BasicDetails>
      <FSMhistory>
        <FSMinstance>
          <FSMstartDate>{child.entered}</FSMstartDate>
          <UKcountry>WLS</UKcountry>
        </FSMinstance>
      </FSMhistory>
      <NAWdetails>
        <SpeakWelsh>{child.welsh}</SpeakWelsh>
        <HomeWelsh>{1 if child.welsh == 1 else 2}</HomeWelsh>
        <NationalIdentity>{child.identity}</NationalIdentity>
        <EthnicitySource>P</EthnicitySource>
        <WelshSource>P</WelshSource>
        <EALAcquisition>{"ABCDE"[salt % 5]}</EALAcquisition>
        <LanguageSource>P</LanguageSource>
        <DateEntry>{child.entered}</DateEntry>
        <FSMTransitionalProtection>false</FSMTransitionalProtection>
      </NAWdetails>
      <LookedAfter>
        <InCare>false</InCare>
      </LookedAfter>
      <Address>
        <BS7666Address>
          <PAON>{child.street.partition(" ")[0]}</PAON>
          <Street>{escape(child.street.partition(" ")[2])}</Street>
          <Town>{escape(child.town)}</Town>
        </BS7666Address>
        <PostCode>{child.postcode}</PostCode>
        <Country>GBR</Country>
      </Address>
      <Phones>
        <Phone>
          <TelephoneType>H</TelephoneType>
          <PhoneNo>01632 960{salt % 1000:03}</PhoneNo>
        </Phone>
      </Phones>
      <Contacts>
        <Contact>
          <Order>1</Order>
          <Title>{title}</Title>
          <Surname>{surname}</Surname>
          <Forename>{escape(child.parent)}</Forename>
          <Sex>{child.parent_sex}</Sex>
          <Relationship>{relation}</Relationship>
          <Responsibility>true</Responsibility>
          <Address>
            <AddressAsPupil>true</AddressAsPupil>
          </Address>
          <Phones>
            <Phone>
              <TelephoneType>M</TelephoneType>
              <PhoneNo>07700 900{salt // 1000 % 1000:03}</PhoneNo>
            </Phone>
          </Phones>
          <Email>home{salt % 100000}@example.test</Email>
        </Contact>
      </Contacts>
      <Attendance>
{_attendance(lea, estab, named, school_year(today), salt % 5, salt // 7 % 4)}      </Attendance>
{_assessments(child.year, school_year(today), salt % 3)}      <SchoolHistory>
        <School>
          <LEA>{lea}</LEA>
          <Estab>{estab}</Estab>
          <SchoolName>{named}</SchoolName>
          <EntryDate>{child.entered}</EntryDate>
          <LeavingDate>{max(today, child.entered)}</LeavingDate>
          <LeavingReason>PR</LeavingReason>
          <LastSchool>true</LastSchool>
        </School>
      </SchoolHistory>
    </Pupil>
"""


@lru_cache(maxsize=4096)
def _attendance(lea: str, estab: str, named: str, year: int, marks: int, away: int) -> str:
    """This year's attendance; with last year's for one in four."""
    return "".join(
        f"""\
        <YearData>
          <Year>{then}</Year>
          <LEA>{lea}</LEA>
          <Estab>{estab}</Estab>
          <SchoolName>{named}</SchoolName>
          <SessionsPossible>120</SessionsPossible>
          <SessionsAuthorised>{away}</SessionsAuthorised>
          <SessionsAttended>{120 - 2 * away}</SessionsAttended>
          <SessionsUnauthorised>{away}</SessionsUnauthorised>
          <AttendSessions>
            <AttendanceStartDate>{then}-09-02</AttendanceStartDate>
            <AttendanceMarks>{_MARKS[marks]}</AttendanceMarks>
          </AttendSessions>
        </YearData>
"""
        for then in (year, year - 1)[: 1 + (away > 2)]
    )


@lru_cache(maxsize=512)
def _assessments(year: int, now: int, better: int) -> str:
    """The results of the latest key stage that a pupil of this year has behind it; none before year 3."""
    stages = [("KS1", 2)] if year > 2 else []
    stages += [("KS2", 6)] if year > 6 else []
    stages += [("KS3", 9)] if year > 9 else []
    if not stages:
        return ""
    stage, last = stages[-1]
    return f"""\
      <StageAssessments>
        <KeyStage>
          <Stage>{stage}</Stage>
{_results(last // 3 + 1 + better, now - (year - last) + 1)}        </KeyStage>
      </StageAssessments>
"""


def _results(level: int, year: int) -> str:
    return "".join(
        f"""\
          <StageAssessment>
            <Locale>WLS</Locale>
            <Year>{year}</Year>
            <Subject>{subject}</Subject>
            <Method>{method}</Method>
            <Component>{component}</Component>
            <ResultStatus>R</ResultStatus>
            <ResultQualifier>NL</ResultQualifier>
            <Result>{level}</Result>
          </StageAssessment>
"""
        for subject, method, component in _SUBJECTS
    )


def build_short(
    source: str, destination: str, pupils: Sequence[Pupil], when: datetime, school_name: str = ""
) -> bytes:
    """A CTF with little more in it than what is read from it; otherwise as `build_ctf`.

    Args:
        source: who sends it.
        destination: who gets it.
        pupils: who is in it, as they will be read.
        when: when it is written, on the sender's clock.
        school_name: the source's.
    """
    named = f"      <SchoolName>{escape(school_name)}</SchoolName>\n" if school_name else ""
    body = "".join([_short_pupil(pupil) for pupil in pupils])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<CTfile>\n  <Header>\n'
        "    <DocumentName>Common Transfer File</DocumentName>\n"
        f"    <CTFversion>{VERSION}</CTFversion>\n    <DateTime>{when:%Y-%m-%dT%H:%M:%S}</DateTime>\n"
        f"    <DocumentQualifier>partial</DocumentQualifier>\n    <SupplierID>{SUPPLIER}</SupplierID>\n"
        f"    <SourceSchool>\n      <LEA>{source[:3]}</LEA>\n      <Estab>{source[3:]}</Estab>\n"
        f"{named}    </SourceSchool>\n"
        f"    <DestSchool>\n      <LEA>{destination[:3]}</LEA>\n      <Estab>{destination[3:]}</Estab>\n"
        f"    </DestSchool>\n  </Header>\n  <CTFpupilData>\n{body}  </CTFpupilData>\n</CTfile>\n"
    ).encode()


def _short_pupil(pupil: Pupil) -> str:
    fields = (
        ("FormerUPN", pupil.former_upn),
        ("PreferredSurname", pupil.preferred_surname),
        ("PreferredForename", pupil.preferred_forename),
        ("FormerSurname", pupil.former_surname),
        ("MiddleNames", pupil.middle_names),
    )
    details = "".join(f"        <{name}>{escape(value)}</{name}>\n" for name, value in fields if value)
    return f"""\
    <Pupil>
      <UPN>{pupil.upn}</UPN>
      <Surname>{escape(pupil.surname)}</Surname>
      <Forename>{escape(pupil.forename)}</Forename>
      <DOB>{pupil.born}</DOB>
      <Sex>{pupil.gender}</Sex>
      <BasicDetails>
{details}      </BasicDetails>
      <Address>
        <BS7666Address>
          <Town>{escape(pupil.town)}</Town>
        </BS7666Address>
        <PostCode>{pupil.postcode}</PostCode>
      </Address>
    </Pupil>
"""
