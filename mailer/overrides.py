"""Checks the texts that an office put in the place of ours, before any letter is written with them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from domain.outbox import LetterKind
from mailer.rendering import canonical_name, environment, render, template_name, template_names
from mailer.specimen import specimen_contexts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2.nodes import Template


def template_problems(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Give every mistake of the override *texts* (file name -> Jinja source), empty when they can be used.

    Names, grammar and variables are checked, then each letter they touch is written on a made-up campaign.
    """
    if not texts:
        return ()
    contexts = specimen_contexts()
    problems = [problem for name in sorted(texts) for problem in _name_problems(name, texts)]
    for name in sorted(texts):
        problems += _source_problems(name, texts[name], contexts)
    if not problems:
        problems += _trial_problems(texts, contexts)
    return tuple(dict.fromkeys(problems))


def _name_problems(name: str, texts: Mapping[str, str]) -> Iterable[str]:
    canonical = canonical_name(name)
    known = template_names()
    if canonical not in known:
        near = difflib.get_close_matches(canonical, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
        yield f"texts/{name}: there is no such letter{hint}"
        return
    kind, dot, form = canonical.partition(".vi.")
    written = {canonical_name(each) for each in texts}
    if dot and form == "html.j2" and kind in set(LetterKind) and f"{kind}.vi.txt.j2" not in written:
        yield f"texts/{name}: plain text would still say the old words; write {kind}.vi.txt.j2 too"


def _source_problems(
    name: str, source: str, contexts: Mapping[LetterKind, list[dict[str, object]]]
) -> Iterable[str]:
    from jinja2 import TemplateSyntaxError, meta  # noqa: PLC0415 - heavy import

    built = environment(())
    try:
        tree = built.parse(source)
        built.compile(tree)
    except TemplateSyntaxError as error:
        yield f"texts/{name}:{error.lineno}: {error.message}"
        return
    kind = canonical_name(name).partition(".vi.")[0]
    if kind not in set(LetterKind):
        return
    known = {word for context in contexts[LetterKind(kind)] for word in context}
    for word in sorted(meta.find_undeclared_variables(tree) - known - _named_in(tree)):
        near = difflib.get_close_matches(word, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}"
        yield f"texts/{name}: unknown word {word!r}; {hint}"


def _named_in(tree: Template) -> set[str]:
    """Give the names a template makes itself; Jinja does not see those of the top level inside blocks."""
    from jinja2 import nodes  # noqa: PLC0415 - heavy import

    names = {each.target for each in tree.find_all(nodes.Import)}
    names |= {each.name for each in tree.find_all(nodes.Macro)}
    names |= {each.name for each in tree.find_all(nodes.Name) if each.ctx == "store"}
    for each in tree.find_all(nodes.FromImport):
        names |= {pair if isinstance(pair, str) else pair[1] for pair in each.names}
    return names


def _trial_problems(
    texts: Mapping[str, str], contexts: Mapping[LetterKind, list[dict[str, object]]]
) -> Iterable[str]:
    touched = {canonical_name(name) for name in texts}
    letters = {template_name(kind, form) for kind in LetterKind for form in ("txt", "html")}
    everything = bool(touched - letters)
    for kind in LetterKind:
        if not everything and not touched & {template_name(kind, "txt"), template_name(kind, "html")}:
            continue
        for context in contexts[kind]:
            try:
                written = render(kind, texts, context)
            except Exception as error:  # noqa: BLE001 - a foreign template may raise anything
                yield f"texts: the letter {kind.value!r} cannot be written: {type(error).__name__}: {error}"
                continue
            if not written.subject or not written.text.strip():
                yield f"texts: the letter {kind.value!r} would be empty"
