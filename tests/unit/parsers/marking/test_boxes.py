"""Our boxes go into a drawing beside whatever other programs drew, and come out again."""

from __future__ import annotations

import pytest

from domain.errors import Unmarkable
from parsers.marking.boxes import Boxes, box_beside

VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml"\n xmlns:o="urn:schemas-microsoft-com:office:office"\n'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel">\n <o:shapelayout v:ext="edit">\n'
    '  <o:idmap v:ext="edit" data="3"/>\n </o:shapelayout>{}</xml>'
)
#: A button as Excel draws it: the line break in its caption is not closed.
BUTTON = (
    '<v:shape id="_x0000_s3073" type="#_x0000_t201" style=\'position:absolute\'>'
    '<v:textbox><div>In<br>biểu</div></v:textbox><x:ClientData ObjectType="Button">'
    "<x:Anchor>1, 0, 1, 0, 2, 0, 2, 0</x:Anchor></x:ClientData></v:shape>"
)
NOTE = (
    '<v:shape id="_x0000_s3074" type="#_x0000_t202"><x:ClientData ObjectType="Note">'
    "<x:Anchor>1, 0, 1, 0, 2, 0, 2, 0</x:Anchor><x:Row>4</x:Row><x:Visible/><x:Column>1</x:Column>"
    "</x:ClientData></v:shape>"
)


class Even:
    """A sheet of even columns and rows."""

    def width(self, _column: int) -> int:
        """Give the same width for all."""
        return 64

    def height(self, _row: int) -> int:
        """Give the same height for all."""
        return 20


def box(row: int, column: int, text: str = "Chưa có số liệu."):
    """Give a box."""
    return box_beside(row, column, text, Even())


def drawing(shapes: str = "") -> Boxes:
    """Give a drawing of other programs."""
    return Boxes(VML.format(shapes).encode(), name="xl/drawings/vmlDrawing1.vml", sheet_number=1)


def test_a_drawing_need_not_be_well_formed():
    """Excel leaves line breaks in captions open; what it drew stays to the last sign."""
    boxes = drawing(BUTTON + NOTE)
    assert {(5, 2)} == boxes.places
    boxes.add([box(3, 4)])
    made = boxes.made().decode()
    assert made.startswith(VML.format(BUTTON + NOTE).removesuffix("</xml>"))
    assert {(5, 2), (3, 4)} == boxes.places
    assert 'id="_x0000_s3075"' in made
    boxes.remove({(3, 4)})
    assert {(5, 2)} == boxes.places
    assert not boxes.is_bare


def test_boxes_come_out_without_a_trace_of_their_shapes():
    """What is left when all boxes are gone draws nothing."""
    boxes = Boxes(None, name=None, sheet_number=2)
    assert boxes.made() is None
    boxes.add([box(1, 1), box(2, 1)])
    assert b'id="_x0000_s2049"' in boxes.made()
    assert not boxes.is_bare
    boxes.remove(boxes.places)
    assert boxes.is_bare


def test_ids_run_on_into_the_next_cluster():
    """Shape ids are dealt out in clusters of 1,024; a drawing names every one it takes from."""
    boxes = drawing(NOTE.replace("3074", str(4 * 1024 - 2)))
    boxes.add([box(row, 1) for row in range(1, 4)])
    made = boxes.made()
    assert b'data="3,4"' in made
    assert all(b'id="_x0000_s%d"' % number in made for number in (4095, 4096, 4097))


def test_a_box_lies_beside_its_cell():
    """It begins right of the cell, is wide and high enough for its words, and stays on the sheet."""
    anchor = box(14, 4).anchor
    assert (4, 12) == anchor[:2]
    assert anchor[2] == 12
    assert 290 == anchor[4] * 64 + anchor[5] - 4 * 64 - 12
    long = box(14, 4, "Đề nghị ghi số lượng cụ thể. " * 12)
    assert long.height > box(14, 4).height
    assert 20 * (long.anchor[6] - long.anchor[2]) + long.anchor[7] - 12 == long.height
    corner = box(1_048_576, 16_384).anchor
    assert corner[4] == 16_383
    assert corner[6] == 1_048_575


@pytest.mark.parametrize("part", [b"", b"<svg/>", b"<xml>", VML.format("")[:80].encode()])
def test_a_drawing_in_no_known_way_is_refused(part):
    """Nothing is written into what is not understood."""
    with pytest.raises(Unmarkable):
        Boxes(part, name="a", sheet_number=1)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["<v:shape ", "<v:shape>", "<o:idmap ", "<v:shape><x:Row>", "<x:Row>   "])
def test_a_hostile_drawing_costs_little(piece):
    """Endless beginnings without ends are gone through once."""
    boxes = drawing(piece * 200_000)
    boxes.add([box(1, 1)])
    boxes.remove({(2, 2)})
    assert (2, 2) not in boxes.places
