"""What the styles of a web page by Excel or LibreOffice say of a cell: number format, strokes, hiding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from parsers.growing import PLAIN, Look
from parsers.spreadsheetml import NAMED_FORMATS

if TYPE_CHECKING:
    from parsers.web.tags import Tag

_RULE: Final = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]{0,60})[^{}]{0,200}\{([^{}]{0,20000})\}")
_DECLARATION: Final = re.compile(r"([a-zA-Z-]{1,60})\s{0,20}:\s{0,20}((?:\"[^\"]*\"|'[^']*'|\\.|[^;\"'\\])*)")
_ESCAPE: Final = re.compile(r"\\([0-9A-Fa-f]{4}|.)", re.DOTALL)
_MOST_RULES: Final = 20_000
_RAISED: Final = frozenset({"super", "sub"})
_NOTHING: Final = frozenset({"0", "0px", "0pt"})


class WebStyles:
    """The classes of a page."""

    def __init__(self) -> None:
        self._classes: dict[str, dict[str, str]] = {}

    def read(self, sheet: str) -> None:
        """Take the rules for classes out of a style sheet; those further down win."""
        for name, body in _RULE.findall(sheet):
            if len(self._classes) >= _MOST_RULES:
                break
            self._classes.setdefault(name, {}).update(declarations(body))

    def look(self, tag: Tag, font: str) -> Look:
        """Give the look of a cell, *font* being that of its words."""
        said = self._said(tag)
        code = said.get("mso-number-format", "")
        code = NAMED_FORMATS.get(code.casefold(), code) or PLAIN.number_format
        sdnum = tag.attributes.get("sdnum", "").split(";", 2)
        if len(sdnum) == 3 and sdnum[2]:  # noqa: PLR2004 - language; language; format
            code = sdnum[2]
        struck = "line-through" in said.get("text-decoration", "")
        return Look.of(code, is_marked=struck, font=font or said.get("font-family", ""))

    def font(self, tag: Tag) -> str:
        """Give the font that a run of words names."""
        return self._said(tag).get("font-family", "")

    def marks(self, tag: Tag) -> bool:
        """Tell whether a run of words is struck out, raised or lowered."""
        said = self._said(tag)
        return "line-through" in said.get("text-decoration", "") or said.get("vertical-align", "") in _RAISED

    def hides(self, tag: Tag) -> bool:
        """Tell whether a person does not see the element."""
        said = self._said(tag)
        is_gone = said.get("display", "") == "none" or said.get("visibility", "") in ("hidden", "collapse")
        is_nothing = tag.name == "col" and (said.get("width") or tag.attributes.get("width")) in _NOTHING
        return is_gone or is_nothing or "hidden" in tag.attributes

    def _said(self, tag: Tag) -> dict[str, str]:
        said: dict[str, str] = {}
        for name in tag.attributes.get("class", "").split()[:10]:
            said.update(self._classes.get(name, {}))
        inline = tag.attributes.get("style", "")
        if inline:
            said.update(declarations(inline))
        return said


def declarations(body: str) -> dict[str, str]:
    """Read `name: value` pairs; values without quotes and escapes."""
    found: dict[str, str] = {}
    for name, value in _DECLARATION.findall(body[:20_000]):
        plain = value.strip().strip("\"'")
        found[name.lower()] = _ESCAPE.sub(_unescape, plain)
    return found


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if len(found[1]) > 1 else found[1]
