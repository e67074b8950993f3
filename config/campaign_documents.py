"""The documents beside a campaign's tables: plan, letters in own words, report's template and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from config.yaml_places import decode_text, read_yaml
from domain.errors import Problem

if TYPE_CHECKING:
    from config.campaign_folder import CampaignFiles

#: The report's sentences; their own language is read where the report is written.
NARRATIVE = "report/narrative.yaml"
#: Ends of notes that people leave for each other; nothing reads them.
NOTES = (".md", ".txt")
#: Folders whose file names are the office's affair, and what their documents begin with.
DOCUMENT_FOLDERS = {"plan": {".pdf": b"%PDF", ".docx": b"PK"}, "report": {".docx": b"PK"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What was found; empty where the folder holds none."""

    plan_name: str
    plan: bytes
    #: Word template of the report.
    template: bytes
    #: Text of `report/narrative.yaml`.
    narrative: str
    #: Template name -> Jinja source of the letters that the office worded itself.
    texts: dict[str, str]


def read_documents(files: CampaignFiles) -> tuple[Documents, tuple[Problem, ...]]:
    """Read what lies in `plan/`, `texts/` and `report/`."""
    problems: list[Problem] = []
    texts = _read_texts(files, problems)
    plan_name, plan = _read_document(files, "plan", problems)
    _, template = _read_document(files, "report", problems)
    narrative = files.get(NARRATIVE, b"")
    problems.extend(read_yaml(NARRATIVE, narrative).problems)
    documents = Documents(
        plan_name=plan_name,
        plan=plan,
        template=template,
        narrative=decode_text(NARRATIVE, narrative)[0],
        texts=texts,
    )
    return documents, tuple(problems)


def _read_texts(files: CampaignFiles, problems: list[Problem]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name in sorted(files):
        if not (name.startswith("texts/") and name.endswith(".j2")):
            continue
        text, faults = decode_text(name, files[name])
        problems.extend(faults or _check_template(name, text))
        texts[name.removeprefix("texts/")] = text
    return texts


def _check_template(name: str, text: str) -> tuple[Problem, ...]:
    from jinja2 import Environment, TemplateSyntaxError  # noqa: PLC0415 - heavy import

    try:
        Environment(autoescape=True).parse(text)
    except TemplateSyntaxError as error:
        remedy = "Look for {{ … }} and {% … %} that do not close."
        return (Problem(place=f"{name}:{error.lineno}:1", reason=f"{error.message}", remedy=remedy),)
    return ()


def _read_document(files: CampaignFiles, folder: str, problems: list[Problem]) -> tuple[str, bytes]:
    """Give name and content of the one document in *folder*; empty ones when there is none."""
    kinds = DOCUMENT_FOLDERS[folder]
    names = [
        name
        for name in sorted(files)
        if name.startswith(f"{folder}/") and name != NARRATIVE and PurePosixPath(name).suffix not in NOTES
    ]
    for name in names[1:]:
        reason = f"`{folder}/` holds another document, `{names[0]}`."
        problems.append(Problem(place=name, reason=reason, remedy="Keep one."))
    if not names:
        return "", b""
    path, content = PurePosixPath(names[0]), files[names[0]]
    begin = kinds.get(path.suffix.lower())
    if begin is None or not content.startswith(begin):
        reason = f"This is no {' or '.join(kinds)} document."
        problems.append(Problem(place=names[0], reason=reason, remedy="Save it again in one of these forms."))
    return path.name, content
