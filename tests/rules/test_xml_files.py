"""PLASC and admissions XML: any well-formed XML that a reader can safely take."""

import encodings.aliases
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.rules import xml_files

LIMIT = 25 * 1024 * 1024


def codes(content: bytes, limit: int = LIMIT) -> list[str]:
    return [problem.code for problem in xml_files.check(content, limit)]


@pytest.mark.requirement("R-UPL-2")
@pytest.mark.parametrize(
    "content",
    [
        b"<a/>",
        b'<?xml version="1.0"?>\r\n<!-- x --><Adt xmlns="urn:x"><b c="&lt;">&#233;</b></Adt>',
        '\ufeff<?xml version="1.0" encoding="UTF-8"?><a>Siân</a>'.encode(),
        '<?xml version="1.0" encoding="UTF-16"?><a>Siân</a>'.encode("utf-16"),
        '<?xml version="1.0" encoding="ISO-8859-1"?><a>Siân</a>'.encode("latin-1"),
        '<?xml version="1.0" encoding="windows-1252"?><a>Siân €</a>'.encode("cp1252"),
        b"<a>" * xml_files.DEEPEST + b"</a>" * xml_files.DEEPEST,
        b"<a " + b" ".join(b"a%d=''" % n for n in range(xml_files.MOST_ATTRIBUTES)) + b"/>",
        b"<a><![CDATA[<!DOCTYPE x>]]></a>",
    ],
)
def test_well_formed_xml_is_taken(content: bytes) -> None:
    assert codes(content) == []


@pytest.mark.requirement("R-UPL-2")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml-not-well-formed"),
        (b"  \n", "xml-not-well-formed"),
        (b"<a>", "xml-not-well-formed"),
        (b"<a></b>", "xml-not-well-formed"),
        (b"<a/><b/>", "xml-not-well-formed"),
        (b"<a>\0</a>", "xml-not-well-formed"),
        (b"<a>\xff</a>", "xml-not-well-formed"),
        (b"<a b='1' b='2'/>", "xml-not-well-formed"),
        (b"<a>&boom;</a>", "xml-not-well-formed"),
        (b"PK\x03\x04", "xml-not-well-formed"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "xml-encoding"),
        (b"<!DOCTYPE a><a/>", "xml-doctype"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "xml-doctype"),
        (b"<a>" * 51 + b"</a>" * 51, "xml-deep"),
        (b"<a " + b" ".join(b"a%d=''" % n for n in range(101)) + b"/>", "xml-attributes"),
    ],
)
def test_what_is_not_is_refused_saying_why(content: bytes, code: str) -> None:
    assert codes(content) == [code]


@pytest.mark.requirement("R-UPL-2")
def test_where_it_is_broken_is_told() -> None:
    (problem,) = xml_files.check(b"<a>\n<b>\n</a>", LIMIT)
    assert problem.line == 3
    (problem,) = xml_files.check(b"<a>\n" * 60, LIMIT)
    assert problem.line == 51


@pytest.mark.requirement("R-UPL-4")
def test_a_file_may_have_the_limits_size_and_no_byte_more() -> None:
    content = b"<a>" + b" " * 1000 + b"</a>"
    assert codes(content, len(content)) == []
    assert codes(content, len(content) - 1) == ["xml-large"]


@pytest.mark.requirement("R-UPL-2")
def test_millions_of_attributes_are_refused_before_they_fill_the_memory() -> None:
    content = b"<a " + b"".join(b'a%d="" ' % number for number in range(2_000_000)) + b"/>"
    start = time.process_time()
    assert codes(content) == ["xml-attributes"]
    assert time.process_time() - start < 10


@pytest.mark.requirement("R-UPL-2")
def test_a_file_longer_than_a_piece_is_read_to_its_end() -> None:
    row = b"<row a='1'>text</row>\n"
    content = b"<a>" + row * 150_000 + b"</a>"
    assert codes(content) == []
    assert codes(content[:-1]) == ["xml-not-well-formed"]


@pytest.mark.requirement("R-UPL-2")
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda rest: b"<a>" + rest))
def test_no_bytes_make_the_check_raise(content: bytes) -> None:
    xml_files.check(content, LIMIT)


@pytest.mark.requirement("R-UPL-2")
@given(
    st.sampled_from(
        sorted({*encodings.aliases.aliases, "utf-7", "idna", "undefined", "rot13", "hex", "mbcs"})
    )
)
def test_no_encoding_that_a_file_claims_makes_the_check_raise(name: str) -> None:
    xml_files.check(f'<?xml version="1.0" encoding="{name}"?><a>\xe9</a>'.encode("latin-1"), LIMIT)
