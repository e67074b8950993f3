"""Templates of the letters: our own, the office's in their place, rendered to plain text and HTML."""

from __future__ import annotations

import html
import importlib.resources
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.outbox import LetterKind
from domain.vietnamese import small_count
from mailer.headers import one_line
from mailer.plain_text import align_rows, wrap_letter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

#: Pieces that several letters are made of, which an office may override as well.
_PIECES = ("base.vi.txt.j2", "base.vi.html.j2", "words.vi.j2", "pieces.vi.txt.j2", "pieces.vi.html.j2")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """What a letter says: the same content as plain text and as HTML."""

    subject: str
    text: str
    html: str


def template_name(kind: LetterKind, form: str) -> str:
    """Name the template of a letter; *form* is "txt" or "html"."""
    return f"{kind.value}.vi.{form}.j2"


def template_names() -> tuple[str, ...]:
    """Name every template that an office may override."""
    letters = (template_name(kind, form) for kind in LetterKind for form in ("txt", "html"))
    return (*letters, *_PIECES)


def canonical_name(name: str) -> str:
    """Give the name of a template for a file name of the office's folder, with or without `.j2`."""
    return name if name.endswith(".j2") else f"{name}.j2"


@lru_cache(maxsize=16)
def environment(texts: tuple[tuple[str, str], ...]) -> Environment:
    """Build the templates with the office's (name, source) pairs in front; kept for the next letter.

    Overrides come from people who are no programmers: the sandbox keeps them from what is not text.
    """
    from jinja2 import ChoiceLoader, DictLoader, FunctionLoader, StrictUndefined  # noqa: PLC0415 - heavy import
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - heavy import

    built = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(
            [
                DictLoader({canonical_name(name): source for name, source in texts}),
                FunctionLoader(built_in_source),
            ]
        ),
        autoescape=_is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    built.filters["aligned"] = align_rows
    built.filters["number"] = small_count
    return built


def render(kind: LetterKind, texts: Mapping[str, str], context: Mapping[str, object]) -> LetterText:
    """Render one letter; raises jinja2.TemplateError for an override that `template_problems` would name."""
    overrides = tuple(sorted(texts.items()))
    templates = environment(overrides)
    plain = templates.get_template(template_name(kind, "txt"))
    text = wrap_letter(plain.render(context))
    overridden = {canonical_name(name) for name in texts}
    if template_name(kind, "txt") in overridden and template_name(kind, "html") not in overridden:
        # The office changed the words in one place: HTML must not go on saying the old ones.
        markup = _as_html(text)
    else:
        markup = templates.get_template(template_name(kind, "html")).render(context).strip() + "\n"
    return LetterText(subject=_subject(kind, overrides, context), text=text, html=markup)


def built_in_source(name: str) -> str | None:
    """Give the source of one of our own templates; None when there is none."""
    if name not in template_names():
        return None
    return importlib.resources.files("mailer").joinpath("templates", name).read_text(encoding="utf-8")


def _subject(kind: LetterKind, overrides: tuple[tuple[str, str], ...], context: Mapping[str, object]) -> str:
    """Render block `subject`; an override that has none leaves ours."""
    for texts in (overrides, ()):
        template = environment(texts).get_template(template_name(kind, "txt"))
        if "subject" in template.blocks:
            block = template.blocks["subject"](template.new_context(dict(context)))
            return " ".join(one_line("".join(block)).split())
    raise KeyError(kind)


def _is_html(name: str | None) -> bool:
    return name is not None and ".html" in name


def _as_html(text: str) -> str:
    """Show plain text in HTML as it stands."""
    style = "font-family:'Times New Roman',Times,serif;font-size:16px;line-height:1.5;white-space:pre-wrap"
    return (
        '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"></head>'
        f'<body><div style="{style}">{html.escape(text)}</div></body></html>\n'
    )
