"""The same small workbook in every format that is read, for tests that damage it."""

from __future__ import annotations

import io
import random
import zipfile

import docx

from parsers.workbook import CellKind
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.biff_files import cell, font, formula, record, save_xls, shared, style
from tests.unit.parsers.grids import random_book
from tests.unit.parsers.test_opendocument import STYLED, flat
from tests.unit.parsers.test_opendocument import cell as ods_cell
from tests.unit.parsers.test_opendocument import row as ods_row
from tests.unit.parsers.test_spreadsheetml import book as xml_book
from tests.unit.parsers.test_spreadsheetml import cell as xml_cell
from tests.unit.parsers.xlsb_files import save_xlsb


def all_formats():
    """Give (name, bytes) of a small workbook in each format."""
    xlsx = random_book(random.Random(3))
    grid = read_workbook(xlsx)
    texts = [one.raw for sheet in grid.sheets for one in sheet.cells.values() if one.kind is CellKind.TEXT][
        :30
    ]
    return {
        "xlsx": xlsx,
        "xlsb": save_xlsb(grid),
        "xls": _xls(texts),
        "ods": _zipped_ods(texts),
        "fods": _fods(texts),
        "xml": xml_book(
            "".join(f"<Row>{xml_cell(_escaped(one))}{xml_cell('12', 'Number')}</Row>" for one in texts)
        ),
        "html": _html(texts).encode(),
        "mht": b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + _html(texts).encode(),
        "csv": "".join(f"{number};{one!r};12\r\n" for number, one in enumerate(texts)).encode(),
        "docx": _docx(texts),
    }


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "")


def _xls(texts):
    cells = b"".join(
        cell(0x00FD, row, 1, row.to_bytes(4, "little"), 1)
        + cell(0x0203, row, 2, b"\0" * 6 + b"\x28\x40", 1)
        + formula(row, 3, b"\0" * 6 + b"\xff\xff")
        + record(0x0207, b"\2\0\0ab")
        for row in range(1, len(texts))
    )
    head = font() * 5 + font(struck=True) + style() + style(6, 9) + shared(*texts)
    return save_xls(cells, cells, head=head)


def _fods(texts):
    rows = "".join(
        ods_row(
            ods_cell(f"<text:p>{_escaped(one)}</text:p>", "string", style_name="ce4"),
            ods_cell("<text:p>12</text:p>", "float", value="12", number_columns_repeated=3, style_name="ce2"),
        )
        for one in texts
    )
    return flat(rows, STYLED)


def _zipped_ods(texts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", _fods(texts))
    return out.getvalue()


def _html(texts):
    rows = "".join(f"<tr><td rowspan=1 class=a>{_escaped(one)}<td x:num='12'>12</tr>" for one in texts)
    return f"<html><style>.a {{mso-number-format:Percent}}</style><table>{rows}</table></html>"


def _docx(texts):
    document = docx.Document()
    table = document.add_table(len(texts), 2)
    for number, one in enumerate(texts):
        table.cell(number, 0).text = "".join(sign for sign in one if sign.isprintable())
        table.cell(number, 1).text = "12"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
