"""`docs/requirements.md` says where each line of the requirements is shown, and each line is."""

import ast

from tools import tool

requirements = tool("requirements")


def test_the_page_is_what_the_marks_and_the_screens_say():
    assert requirements.PAGE.read_text("utf-8") == requirements.page(), "run: python docs/requirements.py"


def test_no_line_is_without_a_test_but_those_of_later_work():
    shown = requirements.tests()
    lines = requirements.lines()
    assert [line.number for line in lines if line.number not in shown and not line.is_later] == []
    assert len({line.number for line in lines}) == len(lines) == 71


def test_no_test_is_marked_with_a_line_that_there_is_not():
    known = {line.number for line in requirements.lines()}
    assert set(requirements.tests()) - known == set()


def test_a_mark_is_found_on_a_test_a_parameter_and_a_module():
    source = """
pytestmark = [pytest.mark.slow, pytest.mark.requirement("R-LPD-1")]

@pytest.mark.requirement("R-UPL-3", "R-UPL-4")
async def test_one(): ...

@pytest.mark.parametrize("a", [pytest.param(1, marks=pytest.mark.requirement("R-DWN-2"))])
def test_two(a): requirement("R-DWN-9")
"""
    assert set(requirements.marks(ast.parse(source))) == {"R-LPD-1", "R-UPL-3", "R-UPL-4", "R-DWN-2"}


def test_a_screen_names_its_lines_one_by_one_as_a_range_or_by_their_part():
    cited = requirements.cited
    assert cited("Leaving age (R-LPD-7, 9).") == {"R-LPD-7", "R-LPD-9"}
    assert cited("Search (R-LPD-1…3, 9, 10); R-SYS-2.") == {
        "R-LPD-1",
        "R-LPD-2",
        "R-LPD-3",
        "R-LPD-9",
        "R-LPD-10",
        "R-SYS-2",
    }
    assert cited("The board (R-PHA).") == {"R-PHA-1", "R-PHA-2"}
    assert cited("Nothing of that kind.") == set()
