"""Random workbooks for tests of readers, and what two readings of the same workbook must have in common."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata

import xlsxwriter

from parsers.formats import shows_percent
from parsers.shown import shows_plainly
from parsers.workbook import CellKind

WORDS = (
    "Phòng Công chức, viên chức", "Không phát sinh", "1.234", "00123", "12 buổi", "-", "Ước tính trên 100",
    "Kết quả:\n- một\n- hai", "=khong phai cong thuc", "“Dân vận khéo” & <b>", "𝟙𝟚 🙂", "x" * 3000, "TRUE",
    "#N/A", "  đầu và cuối  ", "hai  khoảng  trắng", "'dấu nháy", "100%",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 12, 1234, 65535, 2**29, -(2**29), 2**31, 123456789012345, 0.1, 0.5, 1.234, 1234.5, -0.07,
    1e-7, 1.5e300, 99.99, 1 / 3, 2 / 3, 1.1 * 3, 100.05, 4.35,
)  # fmt: skip
FORMATS = (
    "General", "0", "0.00", "#,##0", "#,##0.0", "0%", "0.0%", '0" triệu"', "#,##0,", "@", ";;;", "0.00E+00",
    "#,##0;[Red]-#,##0", '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', "[>100]0;0.00",
)  # fmt: skip
DATE_FORMATS = ("dd/mm/yyyy", "d-mmm-yy", "dd/mm/yyyy hh:mm", "yyyy-mm-dd", "[$-42A]dd mmmm yyyy", "hh:mm:ss")


def random_book(random):
    """Write a workbook with everything in it that an answer may depend on."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    looks = {}

    def look(**facts):
        key = tuple(facts.items())
        if key not in looks:
            looks[key] = book.add_format(facts)
        return looks[key]

    struck, raised = look(font_strikeout=True), look(font_script=1)
    for number in range(random.randint(1, 3)):
        sheet = book.add_worksheet(random.choice(("Bieu_TH", "Phụ lục 1", "L1 'x'")) + f" {number}")
        for _ in range(random.randint(3, 60)):
            place = (random.randint(0, 60), random.randint(0, 25))
            _write_one(random, sheet, place, (look, struck, raised))
        for row in random.sample(range(60), random.randint(0, 5)):
            sheet.set_row(row, None, None, {"hidden": True})
        for column in random.sample(range(26), random.randint(0, 3)):
            sheet.set_column(column, column, None, None, {"hidden": True})
        for row in random.sample(range(70, 90), random.randint(0, 4)):
            sheet.merge_range(row, 1, row, random.randint(2, 6), random.choice(WORDS[:5]))
        if number and random.random() < 0.3:
            sheet.hide()
        name = sheet.get_name().replace("'", "''")
        book.define_name(f"ma_T{number:02}", f"='{name}'!$D${random.randint(1, 60)}")
        book.define_name(f"vung_{number}", f"='{name}'!$A$1:$B$3")
    book.set_custom_property("tonghop", "tonghop=1;campaign=thang-dan-van-2021;đơn vị")
    book.close()
    return out.getvalue()


def _write_one(random, sheet, place, looks):  # noqa: C901 - one case a kind of cell
    look, struck, raised = looks
    match random.randint(0, 11):
        case 0 | 1:
            sheet.write_string(*place, random.choice(WORDS), look(num_format=random.choice(("General", "@"))))
        case 2:
            text = unicodedata.normalize("NFD", random.choice(WORDS))
            sheet.write_string(*place, text, look(font_name=random.choice((".VnTime", "VNI-Times", "Arial"))))
        case 3 | 4:
            sheet.write_number(*place, random.choice(NUMBERS), look(num_format=random.choice(FORMATS)))
        case 5:
            sheet.write_number(*place, random.choice(NUMBERS))
        case 6:
            day = dt.datetime(2021, 1, 1) + dt.timedelta(  # noqa: DTZ001 - a calendar day has no zone
                days=random.randint(0, 400), minutes=random.choice((0, 0, 750))
            )
            sheet.write_datetime(*place, day, look(num_format=random.choice(DATE_FORMATS)))
        case 7:
            sheet.write_boolean(*place, random.random() < 0.5)
        case 8:
            formula, value = random.choice(
                (
                    ("=1+1", 2),
                    ('="a"&"b"', "ab"),
                    ("=1/0", "#DIV/0!"),
                    ("=NA()", "#N/A"),
                    ("=1=1", True),
                )
            )
            sheet.write_formula(*place, formula, None, value)
        case 9:
            sheet.write_rich_string(*place, "12", random.choice((struck, raised)), "3", " người")
        case 10:
            sheet.write_number(*place, random.choice(NUMBERS), look(font_strikeout=True))
        case 11:
            sheet.write_blank(*place, None, look(bg_color="yellow"))
            sheet.write_comment(*place, "Ghi chú của ô, không phải nội dung: 99")


def differences(one, other):
    """List where two grids say different things; numbers count by value, formats by what they show."""
    found = []
    if [sheet.name for sheet in one.sheets] != [sheet.name for sheet in other.sheets]:
        found.append(("sheets", [sheet.name for sheet in one.sheets], [sheet.name for sheet in other.sheets]))
    for first, second in zip(one.sheets, other.sheets, strict=False):
        found += [
            (first.name, *place, mine, theirs)
            for place in sorted({*first.cells, *second.cells})
            if (mine := essence(first.cells.get(place))) != (theirs := essence(second.cells.get(place)))
        ]
        found += [
            (first.name, name, mine, theirs)
            for name in ("hidden", "hidden_rows", "hidden_columns")
            if (mine := getattr(first, name)) != (theirs := getattr(second, name))
        ]
        if set(first.merged) != set(second.merged):
            found.append((first.name, "merged", first.merged, second.merged))
    if one.names != other.names:
        found.append(("names", one.names, other.names))
    stamps = [
        {key: text for key, text in grid.properties.items() if key == "tonghop"} for grid in (one, other)
    ]
    if stamps[0] != stamps[1]:
        found.append(("properties", *stamps))
    return found


def essence(cell):
    """Give what of a cell an answer may depend on.

    LibreOffice turns a logical value into the formula TRUE() or a 1, and leaves texts that it did not
    calculate out of an .xls, which is then told as not calculated.
    """
    if cell is None or (cell.kind is CellKind.TEXT and not cell.raw):
        return None
    if cell.kind is CellKind.BOOLEAN or (cell.is_formula and cell.raw in ("0", "1")):
        return "logical", int(cell.raw in ("TRUE", "1"))
    if cell.kind is CellKind.NOT_CALCULATED or (cell.kind is CellKind.TEXT and cell.is_formula):
        return "text of a formula"
    raw = cell.raw.replace("\r\n", "\n")
    said = [cell.kind.value, raw, cell.is_marked]
    if cell.kind is CellKind.NUMBER:
        # LibreOffice keeps fifteen digits in some formats.
        said[1] = f"{float(raw):.14g}"
        said += [shows_percent(cell.number_format), shows_plainly(cell.number_format)]
    return (*said, cell.is_formula, cell.font)
