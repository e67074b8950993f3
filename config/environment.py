"""What the environment says over the settings file, and which of its variables nobody reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from config.spelling import nearest_word
from domain.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.yaml_places import Path, YamlFile

#: The mailbox and the transport that variables without a name speak of.
MAIN = "main"
#: Variables read elsewhere: the command's options, the secret, the database.
DATABASE_URL = "TONGHOP_DATABASE_URL"
_PLAIN = ("TONGHOP_HOME", "TONGHOP_NOW", "TONGHOP_SECRET", "TONGHOP_SECRET_FILE", DATABASE_URL)
_PREFIX = "TONGHOP_"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """Variables of one kind: `TONGHOP_IMAP_…`."""

    prefix: str
    section: str
    kind: str
    #: Last part of the variable -> key of the block.
    keys: Mapping[str, str]


_SHARED = {
    "HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "PASSWORD_FILE": "password_file",
    "SECURITY": "security", "CA_FILE": "ca_file",
}  # fmt: skip
_FAMILIES = (
    _Family(prefix="TONGHOP_IMAP_", section="mailboxes", kind="imap", keys={**_SHARED, "FOLDER": "folders"}),
    _Family(prefix="TONGHOP_SMTP_", section="transports", kind="smtp", keys={**_SHARED, "FROM": "from"}),
)
_RIVALS = {"password": "password_file", "password_file": "password"}


@dataclass(slots=True)
class LayeredSource:
    """The settings file with the environment over it; knows of each value which of the two said it."""

    file: YamlFile
    #: Mailboxes, transports and blocks as they hold after the environment.
    content: dict[str, Any]
    #: Path of a value -> variable that set it.
    variables: dict[Path, str] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> str:
        """Name the variable or the place in the file."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.variables:
                return self.variables[path[:length]]
        if path[:2] in self.file.keys or path[:1] in BARE_SECTIONS:
            return self.file.place(path)
        return variable_of(path) or self.file.place(path)

    def place_of_key(self, path: Path) -> str:
        """Name the variable or the place of the key in the file."""
        return self.variables.get(path) or self.file.place_of_key(path)

    def has_key(self, path: Path) -> bool:
        """Tell whether file or environment has this key."""
        return path in self.variables or self.file.has_key(path)

    def is_left_empty(self, path: Path) -> bool:
        """Tell whether the file has the key without a value."""
        return path not in self.variables and self.file.is_left_empty(path)

    def other_way(self, path: Path) -> str:
        """Name the variable that would set the value."""
        variable = variable_of(path)
        return f" Or set {variable}." if variable else ""

    def content_at(self, key: str) -> Any:
        """Give the words that hold at a dotted *key*; None when there are none."""
        found: Any = self.content
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def origin(self, path: Path) -> str:
        """Say where an effective value comes from: variable, line of the file, or default."""
        if path in self.variables:
            return self.variables[path]
        return self.file.place(path) if path in self.file.values else "default"


#: Sections without names of mailboxes or transports in them.
BARE_SECTIONS = frozenset({("store",), ("schedule",), ("printer",), ("log",)})


def variable_of(path: Path) -> str:
    """Name the variable that sets the value at *path*; empty when there is none."""
    if path == ("store", "url"):
        return DATABASE_URL
    for family in _FAMILIES:
        for last, key in family.keys.items():
            if path[:1] == (family.section,) and path[2:3] == (key,):
                name = str(path[1])
                return family.prefix + ("" if name == MAIN else f"{_upper(name)}_") + last
    return ""


def overlay_environment(file: YamlFile, environ: Mapping[str, str]) -> LayeredSource:
    """Lay the TONGHOP_ variables over the file's words; empty variables count as unset."""
    source = LayeredSource(file=file, content=_copy(file.content))
    for name in sorted(environ):
        if not name.startswith(_PREFIX) or name in _PLAIN or not environ[name].strip():
            continue
        if not any(_lay(source, family, name, environ) for family in _FAMILIES):
            source.warnings.append(_unused(name))
    url = environ.get(DATABASE_URL, "").strip()
    store = source.content.setdefault("store", {})
    if url and isinstance(store, dict):
        store["url"] = url
        source.variables["store", "url"] = DATABASE_URL
    return source


def _copy(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _copy(value) for key, value in content.items()}
    return list(content) if isinstance(content, list) else content


def _lay(source: LayeredSource, family: _Family, variable: str, environ: Mapping[str, str]) -> bool:
    """Lay one variable over the file; False when it is none of this family."""
    blocks = source.content.setdefault(family.section, {})
    found = _take_apart(family, variable, blocks)
    if found is None or not isinstance(blocks, dict):
        return False
    name, key = found
    block = blocks.setdefault(name, {"kind": family.kind})
    if not isinstance(block, dict):
        return False
    host = variable_of((family.section, name, "host"))
    if block.get("kind") != family.kind:
        if not environ.get(host, "").strip():
            reason = f"{variable} has no effect: `{name}` is no {family.kind} but `{block.get('kind', '')}`."
            source.warnings.append(Problem(place=variable, reason=reason, remedy=f"Set {host}, or unset it."))
            return True
        # The environment names a server where the file named a folder.
        block.clear()
        block["kind"] = family.kind
    value = environ[variable].strip()
    block[key] = [part.strip() for part in value.split(";")] if key == "folders" else value
    source.variables[family.section, name, key] = variable
    rival = _RIVALS.get(key)
    if rival and (family.section, name, rival) not in source.variables:
        block.pop(rival, None)
    return True


def _take_apart(family: _Family, variable: str, blocks: Any) -> tuple[str, str] | None:
    """Split `TONGHOP_IMAP_HUYEN_PASSWORD_FILE` into the block's name and key."""
    if not variable.startswith(family.prefix):
        return None
    rest = variable.removeprefix(family.prefix)
    if rest in family.keys:
        return MAIN, family.keys[rest]
    for last in sorted(family.keys, key=len, reverse=True):
        name = rest.removesuffix(f"_{last}")
        if name not in (rest, ""):
            known = blocks if isinstance(blocks, dict) else {}
            return next((one for one in known if _upper(one) == name), name.lower()), family.keys[last]
    return None


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def _unused(name: str) -> Problem:
    known = (*_PLAIN, *(family.prefix + last for family in _FAMILIES for last in family.keys))
    near = nearest_word(name, known)
    remedy = f"Did you mean {near}?" if near else "Unset it."
    return Problem(place=name, reason="Nothing reads this variable.", remedy=remedy)
