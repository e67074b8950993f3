"""A form filled in an old font, written by openpyxl and read as it comes back."""

from __future__ import annotations

from decimal import Decimal

from openpyxl.styles import Font

from domain.answers import Number, TextValue, Unclear
from tests.unit.parsers.forms import Form, full_answers, make_spec, parse, row_of
from tests.unit.parsers.old_letters import in_tcvn3, in_vni


def told(parsed, field):
    """Give kind, cell and message of the findings about a field."""
    return [(one.code, one.cell, one.message) for one in parsed.findings if one.field == field]


def filled(font, spell):
    """Parse a form with a text, a count, a note and a row of the first list in an old font."""
    first = make_spec().lists[0]
    form = Form(answers=full_answers(), lists={first.code: [[""] * len(first.columns)]})
    book = form.build()
    sheet, page = book["Bieu_TH"], book[first.sheet]
    written = {
        (sheet, row_of("A04"), 4): "Nguyễn văn thông",
        (sheet, row_of("T02"), 4): "12 buổi",
        (sheet, row_of("T04"), 5): "tuyên truyền trực tiếp",
    }
    for column, one in enumerate(first.columns, start=2):
        written[page, 4, column] = one.choices[0] if one.choices else "mô hình đồng hành"
    for (where, row, column), text in written.items():
        cell = where.cell(row, column, spell(text))
        cell.font = Font(name=font)
    return parse(book), first


def check(font, spell, encoding):
    """Say that everything was converted, kept as stored, and told."""
    parsed, first = filled(font, spell)
    name, count, note = (parsed.answers[code] for code in ("A04", "T02", "T04"))

    assert (TextValue("Nguyễn văn thông"), spell("Nguyễn văn thông")) == (name.value, name.raw)
    assert (Number(Decimal(12)), spell("12 buổi")) == (count.value, count.raw)
    assert "tuyên truyền trực tiếp" == note.note
    (row,) = parsed.lists[first.code]
    expected = {one.name: one.choices[0] if one.choices else "mô hình đồng hành" for one in first.columns}
    assert expected == {name: value.text for name, value in row.values.items()}
    for code, column in (("A04", "D"), ("T02", "D"), ("T04", "E")):
        ((kind, cell, message),) = told(parsed, code)
        assert ("legacy_font", f"{column}{row_of(code)}") == (kind, cell)
        assert f"phông {encoding}" in message


def test_a_form_in_tcvn3_is_read():
    """Fonts reach the reader of cells; raw keeps what the file stores."""
    check(".VnTime", in_tcvn3, "TCVN3")


def test_a_form_in_vni_is_read():
    """The same with two signs to a letter."""
    check("VNI-Times", in_vni, "VNI")


def test_a_note_that_nobody_can_read_is_kept_and_told():
    """A garbled note refuses no form, and is not passed over."""
    parsed = parse(Form(answers=full_answers(), notes={"T04": "ti?p xúc ??i tho?i tr?c ti?p"}).build())
    assert "ti?p xúc ??i tho?i tr?c ti?p" == parsed.answers["T04"].note
    assert ["note_letters"] == [kind for kind, _, _ in told(parsed, "T04")]


def test_a_word_that_could_be_both_is_asked_about():
    """One short word in .VnTime may have been typed in Unicode."""
    book = Form(answers=full_answers()).build()
    cell = book["Bieu_TH"].cell(row_of("A04"), 4, "cã")
    cell.font = Font(name=".VnTime")
    parsed = parse(book)
    assert Unclear() == parsed.answers["A04"].value
    ((kind, _, _),) = told(parsed, "A04")
    assert "encoding_guess" == kind


def test_labels_in_an_old_font_are_found():
    """A whole form retyped in TCVN3 without its codes and names is read by its labels, font told or not."""
    for font in (".VnTime", "Times New Roman"):
        form = Form(answers=full_answers(), with_codes=False, with_names=False)
        book = form.build()
        for cells in book["Bieu_TH"].iter_rows(min_row=6):
            for cell in cells:
                if isinstance(cell.value, str) and cell.column != 4:
                    cell.value = in_tcvn3(cell.value)
                    cell.font = Font(name=font)
        parsed = parse(book)

        assert Number(Decimal(full_answers()["T02"])) == parsed.value("T02")
        assert Number(Decimal(full_answers()["V13"])) == parsed.value("V13")
