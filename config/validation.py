"""A model's complaints about a YAML file, told as problems with place and nearest right word."""

from __future__ import annotations

import re
import types
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from config.notations import shorten
from config.spelling import propose_word
from domain.errors import Problem

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from config.yaml_places import Path

Model = TypeVar("Model", bound="FileModel")

_QUOTED = re.compile(r"'([^']*)'")
_SENTENCES = {
    "int_parsing": "is no whole number",
    "int_type": "is no whole number",
    "int_from_float": "is no whole number",
    "bool_parsing": "is neither `true` nor `false`",
    "bool_type": "is neither `true` nor `false`",
}
_LISTS = frozenset({"list_type", "tuple_type", "frozen_set_type", "set_type"})
_BLOCKS = frozenset({"dict_type", "model_type", "model_attributes_type", "mapping_type"})


class Source(Protocol):
    """Where words came from: a file, or a file with what the environment says over it."""

    def place(self, path: Path) -> str:
        """Name the place of the value at *path*, or of the nearest thing around it."""
        ...

    def place_of_key(self, path: Path) -> str:
        """Name the place of the key at *path*."""
        ...

    def has_key(self, path: Path) -> bool:
        """Tell whether there is a key at *path*, with or without a value."""
        ...

    def is_left_empty(self, path: Path) -> bool:
        """Tell whether there is a key at *path* without a value."""
        ...

    def other_way(self, path: Path) -> str:
        """Say where else the value at *path* may be set; empty when nowhere."""
        ...


class FileModel(BaseModel):
    """A block of one of our files: unknown keys are errors, every field has a sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=False)


def check_block(
    model: type[Model], content: Any, *, source: Source, path: Path = ()
) -> tuple[Model | None, tuple[Problem, ...]]:
    """Read the block at *path* of *source*; None when it has problems."""
    try:
        return model.model_validate(content), ()
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, tuple(_tell(detail, model, source=source, base=path) for detail in found)


def _tell(detail: ErrorDetails, model: type[BaseModel], *, source: Source, base: Path) -> Problem:
    inner = detail["loc"]
    path = (*base, *inner)
    kind = detail["type"]
    if kind == "extra_forbidden":
        allowed = _free_keys(model, inner, source=source, base=base)
        word = str(inner[-1])
        return Problem(
            place=source.place_of_key(path),
            reason=f"The key `{word}` is unknown{_inside(path)}.",
            remedy=propose_word(word, allowed),
        )
    if kind == "missing":
        reason = "is left empty" if source.is_left_empty(path) else f"is missing{_inside(path)}"
        return Problem(
            place=source.place(path),
            reason=f"`{inner[-1]}` {reason}.",
            remedy=_describe(_field_at(model, inner), str(inner[-1])) + source.other_way(path),
        )
    reason, remedy = _explain(detail)
    return Problem(place=source.place(path), reason=reason, remedy=remedy)


def _explain(detail: ErrorDetails) -> tuple[str, str]:
    kind, stands = detail["type"], shorten(detail["input"])
    context = detail.get("ctx", {})
    if kind == "notation":
        return context["reason"], context["remedy"]
    if kind in ("enum", "literal_error"):
        allowed = _QUOTED.findall(str(context["expected"]))
        return f"{stands} is not known here.", propose_word(str(detail["input"]), allowed)
    if kind in _SENTENCES:
        return f"{stands} {_SENTENCES[kind]}.", ""
    if kind in _LISTS:
        return f"A list is expected here, not {stands}.", "Write each entry on its own line after `- `."
    if kind in _BLOCKS:
        return f"A block of keys and values is expected here, not {stands}.", ""
    bounds = " and ".join(
        f"{word} {context[name]}"
        for name, word in (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than"))
        if name in context
    )
    if bounds:
        return f"{stands} is out of bounds.", f"It must be {bounds}."
    return f"{stands}: {detail['msg']}.", ""


def _inside(path: Path) -> str:
    names = [str(part) for part in path[:-1] if isinstance(part, str)]
    return f" in `{'.'.join(names)}`" if names else ""


def _describe(field: FieldInfo | None, key: str) -> str:
    if field is None:
        return ""
    example = f"Write `{key}: {field.examples[0]}`: " if field.examples else "Write it: "
    return f"{example}{field.description}" if field.description else ""


def _free_keys(model: type[BaseModel], inner: Path, *, source: Source, base: Path) -> tuple[str, ...]:
    """List the keys that may stand beside the unknown one and do not stand there yet."""
    owner = _model_at(model, inner[:-1])
    if owner is None:
        return ()
    names = (field.alias or name for name, field in owner.model_fields.items())
    return tuple(name for name in names if not source.has_key((*base, *inner[:-1], name)))


def _field_at(model: type[BaseModel], inner: Path) -> FieldInfo | None:
    owner = _model_at(model, inner[:-1])
    if owner is None:
        return None
    return next(
        (field for name, field in owner.model_fields.items() if inner[-1] in (name, field.alias)), None
    )


def _model_at(model: type[BaseModel], inner: Path) -> type[BaseModel] | None:
    annotation: Any = model
    for part in inner:
        owner = _find_model(annotation)
        if owner is not None:
            field = owner.model_fields.get(str(part))
            annotation = field.annotation if field is not None else None
        elif get_origin(annotation) is not None:
            annotation = next((arg for arg in reversed(get_args(annotation)) if arg is not Ellipsis), None)
    return _find_model(annotation)


def _find_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType):
        return next((found for arg in get_args(annotation) if (found := _find_model(arg))), None)
    return None
