"""Words of a YAML file keep their places, and no file can break the reader."""

# ruff: noqa: E501 - sentences stand as they are printed
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.yaml_places import read_yaml

SOURCE = """\
a: 2021-10-19T17:00+07:00
phone: 0204
deep:
  list:
    - x: yes
    - [1, 2]
empty:
"""


def test_scalars_stay_the_words_that_stand_in_the_file():
    """Neither dates, nor numbers with a leading zero, nor `yes` are interpreted; a key left empty is left out."""
    expected = {
        "a": "2021-10-19T17:00+07:00",
        "phone": "0204",
        "deep": {"list": [{"x": "yes"}, ["1", "2"]]},
    }
    assert expected == read_yaml("c.yaml", SOURCE.encode()).content


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param(("a",), "c.yaml:1:4", id="value"),
        pytest.param(("deep", "list", 0, "x"), "c.yaml:5:10", id="deep value"),
        pytest.param(("deep", "list", 1, 1), "c.yaml:6:11", id="list in a list"),
        pytest.param(("deep", "list", 0, "missing"), "c.yaml:5:7", id="missing: the block around it"),
        pytest.param(("deep", "missing"), "c.yaml:3:1", id="missing: the key around it"),
        pytest.param(("empty",), "c.yaml:7:1", id="left empty: the key"),
        pytest.param(("nowhere", "at", "all"), "c.yaml:1:1", id="nowhere"),
    ],
)
def test_each_value_has_line_and_column(path, place):
    """Lines and columns count from 1; what is lacking is placed at the nearest thing around it."""
    assert place == read_yaml("c.yaml", SOURCE.encode()).place(path)


def test_spans_cover_exactly_the_words():
    """The characters of a span are the words as they stand, so that they can be replaced."""
    file = read_yaml("c.yaml", SOURCE.encode())
    span = file.values["a",]
    assert SOURCE[span.start : span.end] == "2021-10-19T17:00+07:00"


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        pytest.param(b"", [], id="empty file"),
        pytest.param(b"# only a comment\n", [], id="only a comment"),
        pytest.param(b"\xef\xbb\xbfa: 1\n", [], id="BOM"),
        pytest.param(
            b"a: 1\nb: 2\na: 3\nb: 4\n",
            [
                "c.yaml:3:1: `a` stands here twice. The first one is in line 1.",
                "c.yaml:4:1: `b` stands here twice. The first one is in line 2.",
            ],
            id="all double keys at once",
        ),
        pytest.param(
            b"a: [1,\nb: 2\n",
            [
                (
                    "c.yaml:3:1: This is no YAML: while parsing a flow sequence expected ',' or ']',"
                    " but got '<stream end>' (begun in line 1)."
                    " Look at indents, quotes and colons here and in the line before."
                )
            ],
            id="syntax",
        ),
        pytest.param(
            'a: 1\nđ: "\x00"\n'.encode(),
            [
                (
                    "c.yaml:2:5: A control character stands here."
                    " Look at indents, quotes and colons here and in the line before."
                )
            ],
            id="control character",
        ),
        pytest.param(
            "\ufeffa: b\nđ: ".encode() + b"\xe7\n",
            ["c.yaml:2:4: The file is not written in UTF-8. Save it again as UTF-8 (Excel: “CSV UTF-8”)."],
            id="not UTF-8",
        ),
        pytest.param(
            b"- a\n- b\n",
            ["c.yaml:1:1: The file must consist of keys and values. Write `key: value` lines."],
            id="a list",
        ),
        pytest.param(
            b"a: &x {b: 1}\nc: *x\n",
            ["c.yaml:1:4: A block is repeated by an alias (`*name`). Write it out."],
            id="alias",
        ),
        pytest.param(
            b"a: &x [*x]\n",
            ["c.yaml:1:4: A block is repeated by an alias (`*name`). Write it out."],
            id="alias of itself",
        ),
        pytest.param(b"? [a, b]\n: 1\n", ["c.yaml:1:3: A key must be a single word."], id="list as key"),
        pytest.param(
            b"a:\n  - x\n  -\n",
            ["c.yaml:3:4: An entry of this list is empty. Fill it in or take it out."],
            id="empty entry",
        ),
    ],
)
def test_mistakes_of_writing_are_problems_with_a_place(content, problems):
    """Nothing is raised; each mistake says where it stands."""
    assert problems == [str(problem) for problem in read_yaml("c.yaml", content).problems]


def test_a_file_nested_without_end_is_a_problem():
    """Depth that would exhaust the reader's stack is refused with a sentence."""
    problems = read_yaml("c.yaml", b"a: " + b"[" * 1500).problems
    assert [problem.reason for problem in problems] == ["This is no YAML that can be read."]


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="ab:-[]{}&*!|>'\"\n #,?", max_size=60)))
def test_no_bytes_break_the_reader(content):
    """Whatever stands in the file, there is a mapping and a tuple of problems."""
    file = read_yaml("c.yaml", content if isinstance(content, bytes) else content.encode())
    assert isinstance(file.content, dict)
    assert all(problem.place.startswith("c.yaml") for problem in file.problems)
