"""The look of a sheet that an office sends out: fonts, lines, tints, paper and what stays locked.

Imports openpyxl: import this module only where a workbook is made.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.pagebreak import Break

from domain.forms import FieldType
from parsers.blank.typesetting import lines_of, row_height

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.dimensions import ColumnDimension
    from openpyxl.worksheet.worksheet import Worksheet

    from domain.campaigns import Campaign, Unit

FONT_NAME = "Times New Roman"
SMALL = 10.0
LARGE = 14.0

#: Cells that the unit fills in.
ANSWER_TINT = "FFF8DC"
LOCKED_TINT = "F2F2F2"
SECTION_TINT = "EAF0F8"
_HEADER_TINT = "D9E4F1"
_LINE_COLOUR = "808080"

TEXT_FORMAT = "@"
DATE_FORMAT = "dd/mm/yyyy"

_A4 = 9
_MARGINS = {"left": 0.7, "right": 0.5, "top": 0.5, "bottom": 0.65, "header": 0.3, "footer": 0.35}
#: The width of A4 between the margins, in digits of Times New Roman 12.
PORTRAIT_WIDTH = 84.0
LANDSCAPE_WIDTH = 125.0
#: Tables with more columns lie down.
MOST_UPRIGHT_COLUMNS = 6
_TRACE_SIZE = 8
#: Points of height between the margins of an upright A4, less a little for the printer.
_UPRIGHT_ROOM = 748.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """How a cell stands on the paper, and whether a unit may write in it."""

    bold: bool = False
    italic: bool = False
    size: float = 12.0
    across: str = "left"
    down: str = "center"
    indent: int = 0
    tint: str = ""
    boxed: bool = False
    number_format: str = "General"
    locked: bool = True


PLAIN = Ink()
TITLE = Ink(bold=True, size=LARGE, across="center")
SUBTITLE = Ink(italic=True, across="center")
CENTRED = Ink(across="center")
REMARK = Ink(italic=True, size=SMALL)
HEADER = Ink(bold=True, across="center", tint=_HEADER_TINT, boxed=True, number_format=TEXT_FORMAT)
COLUMN_NUMBER = replace(HEADER, bold=False, italic=True, size=SMALL)
BOXED = Ink(boxed=True, number_format=TEXT_FORMAT)
SECTION = replace(BOXED, bold=True, tint=SECTION_TINT)
COMPUTED = replace(BOXED, italic=True, tint=LOCKED_TINT)
ANSWER = replace(BOXED, tint=ANSWER_TINT, locked=False)


def set_default_font(workbook: Workbook) -> None:
    """Make Times New Roman 12 the font of cells that say nothing else; column widths count its digits."""
    font = Font(name=FONT_NAME, size=PLAIN.size, family=1)
    # openpyxl has no public way to change the font that empty cells and column widths go by.
    workbook._fonts = IndexedList([font])  # type: ignore[attr-defined]  # noqa: SLF001 - see above
    workbook._named_styles["Normal"].font = font  # type: ignore[attr-defined]  # noqa: SLF001 - see above


def write(sheet: Worksheet, row: int, column: int, value: object, ink: Ink = PLAIN) -> None:
    """Write *value* in *ink*; a text stays a text, whatever sign it begins with."""
    cell = sheet.cell(row, column)
    cell.value = value  # type: ignore[assignment]
    if isinstance(value, str):
        cell.data_type = "s"
    put_on(cell, ink)


def write_formula(sheet: Worksheet, row: int, column: int, formula: str, ink: Ink) -> None:
    """Write a live formula of our own making."""
    cell = sheet.cell(row, column)
    cell.value = formula
    put_on(cell, ink)


def write_across(
    sheet: Worksheet, row: int, columns: tuple[int, int], value: object, ink: Ink = PLAIN
) -> None:
    """Write *value* over the merged cells from the first to the last of *columns*."""
    first, last = columns
    if last > first:
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    write(sheet, row, first, value, ink)
    for column in range(first + 1, last + 1):
        put_on(sheet.cell(row, column), ink)


#: Style of each ink in each workbook, as soon as one cell has it.
_known_looks: WeakKeyDictionary[Workbook, dict[Ink, StyleArray]] = WeakKeyDictionary()


def put_on(styled: Cell | MergedCell | ColumnDimension, ink: Ink) -> None:
    """Give a cell or a column dimension the look of *ink*."""
    sheet: Worksheet = styled.parent  # type: ignore[assignment]
    known = _known_looks.setdefault(sheet.parent, {})  # type: ignore[arg-type]
    look = known.get(ink)
    if look is not None:
        # openpyxl compares six style objects with all others of the workbook for each cell: most of the
        # time that a blank took. Their numbers in this workbook are the same for every cell of one ink.
        styled._style = copy(look)  # type: ignore[union-attr]  # noqa: SLF001 - see above
        return
    for attribute, style in _styles(ink):
        setattr(styled, attribute, style)
    known[ink] = copy(styled._style)  # type: ignore[union-attr]  # noqa: SLF001 - see above


@lru_cache(maxsize=256)
def _styles(ink: Ink) -> tuple[tuple[str, object], ...]:
    side = Side(style="thin", color=_LINE_COLOUR) if ink.boxed else Side()
    return (
        ("font", Font(name=FONT_NAME, size=ink.size, bold=ink.bold, italic=ink.italic, family=1)),
        (
            "alignment",
            Alignment(horizontal=ink.across, vertical=ink.down, wrap_text=True, indent=ink.indent),
        ),
        ("border", Border(left=side, right=side, top=side, bottom=side)),
        ("fill", PatternFill("solid", fgColor=ink.tint) if ink.tint else PatternFill()),
        ("number_format", ink.number_format),
        ("protection", Protection(locked=ink.locked)),
    )


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Set the widths of the columns from A on, in digits."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def set_height(
    sheet: Worksheet, row: int, *texts: tuple[str, float], ink: Ink = PLAIN, least: float = 1
) -> None:
    """Make a row high enough for each (text, width it wraps in), and for *least* lines."""
    lines = max((lines_of(text, width, size=ink.size, bold=ink.bold) for text, width in texts), default=1)
    sheet.row_dimensions[row].height = row_height(max(lines, least), size=ink.size)


def trace(campaign: Campaign, unit: Unit) -> str:
    """Say on every printed page whose blank it is and of which version."""
    return f"{campaign.code} - {unit.code} - bản {campaign.form.version}"


def set_paper(
    sheet: Worksheet, *, landscape: bool, repeated_rows: tuple[int, int] | None, trace: str
) -> None:
    """Make the sheet print on A4, one page wide; *trace* stands beside the page number."""
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_options.horizontalCentered = True
    for side, inches in _MARGINS.items():
        setattr(sheet.page_margins, side, inches)
    if repeated_rows:
        sheet.print_title_rows = "{}:{}".format(*repeated_rows)
    footer = sheet.oddFooter
    for part, text, size in (
        (footer.center, "Trang &P/&N", int(SMALL)),  # type: ignore[union-attr]
        (footer.right, trace.replace("&", "&&"), _TRACE_SIZE),  # type: ignore[union-attr]
    ):
        part.text = text
        part.font = f"{FONT_NAME},Regular"
        part.size = size


def keep_together(
    sheet: Worksheet, blocks: Sequence[tuple[int, int]], *, repeated: tuple[int, int] | None = None
) -> None:
    """Break an upright sheet into pages where no block of rows (first, last) is torn."""
    header = _height_of(sheet, repeated) if repeated else 0.0
    used = 0.0
    for block in blocks:
        height = _height_of(sheet, block)
        if used and used + height > _UPRIGHT_ROOM:
            sheet.row_breaks.append(Break(id=block[0] - 1))
            used = header
        used += height


def _height_of(sheet: Worksheet, rows: tuple[int, int]) -> float:
    first, last = rows
    heights = (sheet.row_dimensions[row].height for row in range(first, last + 1))
    return sum(height or row_height(1) for height in heights)


def lock(sheet: Worksheet, *, rows_may_grow: bool = False) -> None:
    """Lock what is not for the unit to change, without a password; widths and heights stay free."""
    protection = sheet.protection
    protection.sheet = True
    # In these attributes False means that the act is allowed.
    protection.formatColumns = False
    protection.formatRows = False
    protection.formatCells = False
    protection.insertRows = not rows_may_grow
    protection.sort = not rows_may_grow


def number_format(kind: FieldType, decimals: int = 0) -> str:
    """Give the number format of an answer of *kind*."""
    match kind:
        case FieldType.DATE:
            return DATE_FORMAT
        case FieldType.INTEGER:
            return "#,##0"
        case FieldType.DECIMAL | FieldType.MONEY:
            return "#,##0" + ("." + "0" * decimals if decimals else "")
        case _:
            return TEXT_FORMAT
