"""Tests of taking long runs of base64 lines out of a mail: nothing that is read may depend on it."""

from __future__ import annotations

import base64
import pathlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import MessageUnreadable
from intake import message, runs
from intake.message import read_message
from intake.runs import put_back, take_out

SAMPLES = sorted((pathlib.Path(__file__).parents[2] / "data" / "mail").glob("*.eml"))
FILE = bytes(range(256)) * 40
ENCODED = base64.encodebytes(FILE)
#: Files whose last line of base64 is full, of forty signs, of less, or padded.
ENDINGS = [base64.encodebytes(FILE[: 57 * 100 + more]) for more in (0, 1, 29, 30, 31, 43, 45, 56)]
#: What may stand before, inside and after a run.
PIECES = st.lists(
    st.sampled_from(
        [
            b"From: an@snv.test\n",
            b"Content-Type: multipart/mixed; boundary=b1\n",
            b"Content-Type: application/octet-stream; name=a.xlsx\n",
            b"Content-Type: message/rfc822\n",
            b"Content-Type: text/plain\n",
            b"Content-Transfer-Encoding: base64\n",
            b"Content-Transfer-Encoding: quoted-printable\n",
            b"Subject: x\n",
            b" folded\n",
            b"\n",
            b"--b1\n",
            b"--b1--\n",
            b"text=20\xe1\n",
            ENCODED,
            ENCODED[:-1],
            *ENDINGS,
            *(ending[:-1] + b"\n--b1\n" for ending in ENDINGS),
            ENCODED.replace(b"\n", b"\r\n"),
            ENCODED.replace(b"\n", b"\r"),
            ENCODED.replace(b"\n", b"\n\n"),
            ENCODED.replace(b"\n", b" \n"),
            b"A" * 76 + b"\n" + ENCODED,
        ]
    ),
    max_size=14,
)


def read_or_refuse(content):
    """Read a mail, or tell why it was refused."""
    try:
        return read_message(content)
    except MessageUnreadable as error:
        return str(error)


def read_whole(content):
    """Read a mail as if nothing could be taken out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(message, "take_out", lambda content: (content, ()))
        return read_or_refuse(content)


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_sample_mails_read_alike(path):
    """Mails of real programs say the same with their runs and without."""
    content = path.read_bytes()
    assert read_or_refuse(content) == read_whole(content)


@given(PIECES, st.booleans())
@settings(deadline=None, max_examples=300)
def test_any_mixture_reads_alike(pieces, has_head):
    """Wherever a run stands, in a header, a part, between parts or nowhere, the mail reads the same."""
    head = b"From: an@snv.test\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\n" if has_head else b""
    content = head + b"".join(pieces)
    assert read_or_refuse(content) == read_whole(content)


@given(PIECES)
@settings(deadline=None)
def test_what_is_taken_out_comes_back(pieces):
    """Not a byte is lost between the two."""
    content = b"".join(pieces)
    structure, taken = take_out(content)
    assert put_back(structure, taken) == content
    assert sum(map(len, taken)) <= len(content)


@pytest.mark.parametrize("length", range(4_000, 4_000 + 115))
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_a_file_of_any_length_comes_whole(length, end):
    """Ten of 57 lengths end in a long line without padding, right before the boundary."""
    file = (FILE + FILE)[:length]
    encoded = base64.encodebytes(file).rstrip(b"\n").replace(b"\n", end)
    head = [b"From: an@snv.test", b"Content-Type: multipart/mixed; boundary=b1", b"", b"--b1"]
    part = [b"Content-Type: application/x; name=a.xlsx", b"Content-Transfer-Encoding: base64", b"", encoded]
    content = end.join((*head, *part, b"--b1--", b""))

    assert [one.content for one in read_message(content).attachments] == [file]


def test_a_file_is_nearly_all_of_what_is_taken_out():
    """The parser sees a mail of a few lines, however large the file is."""
    content = b"From: an@snv.test\r\n\r\n" + base64.encodebytes(FILE * 50).replace(b"\n", b"\r\n")
    structure, taken = take_out(content)
    assert len(taken) == 1
    assert len(structure) < 200


def test_a_mail_cannot_point_to_a_run():
    """The mark is made anew in each process, and a mail that guesses it wrong reads as it stands."""
    assert len(runs._MARK) > 32
    content = b"From: an@snv.test\n\n@" + b"0" * 32 + b"-0@\n" + ENCODED
    assert read_message(content) == read_whole(content)
    assert "-0@" in read_message(content).body
