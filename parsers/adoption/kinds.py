"""What kind of answer a cell of an own form takes: weighed from validation, format, measure and words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.forms import FieldType
from domain.vietnamese import fold, fold_label
from parsers.number.measures import names_money

if TYPE_CHECKING:
    from parsers.adoption.survey import Shown

_MEASURED: Final = frozenset({
    "ha", "km", "m", "m2", "m3", "tan", "kg", "ta", "gio", "ngai cong", "tuoi", "diem", "lit", "kwh", "met",
})  # fmt: skip
_COUNTED = re.compile(r"^(?:tong )?so (?!tien)|^luot\b|^tong so\b")
_WORDY = re.compile(
    r"neu ro|neu li do|mo ta|kho khan|vuong mac|kien nghi|de xuat|han che|ton tai|nguien nhan|giai phap"
    r"|uu diem|ket qua noi bat|li do|danh gia chung|phuong huong|bai hoc|hinh thuc|cach lam|ghi ro"
)
_DAY = re.compile(r"^(?:ngai|thoi gian|thoi diem)\b(?!.*\bso\b)")
_SHARE = re.compile(r"^ti le\b|\bti le\b|phan tram")
_DECIMALS = re.compile(r"0[.,](0+)")
_DATED = re.compile(r"d.*[my]|[my].*d", re.IGNORECASE)
_TITLE = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\.")

#: How much each kind of evidence weighs.
_VALIDATION, _FORMAT, _MEASURE, _WORDING = 4, 3, 3, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type with what speaks for it."""

    type: FieldType
    decimals: int = 0
    #: Of 100: how sure the type is.
    sureness: int
    why: tuple[str, ...]


def kind_of(cell: Shown, *, label: str, heading: str, measure: str) -> Kind:
    """Weigh what speaks for each type; without any evidence a whole number is the likeliest."""
    weights: Counter[FieldType] = Counter()
    why: list[str] = []
    decimals = 0
    for kind, weight, reason, digits in (
        *_by_validation(cell),
        *_by_format(cell),
        *_by_measure(measure),
        *_by_words(label, heading),
    ):
        weights[kind] += weight
        why.append(reason)
        decimals = max(decimals, digits)
    if not weights:
        return Kind(type=FieldType.INTEGER, sureness=35, why=("không có căn cứ, đoán là số nguyên",))
    best, most = weights.most_common(1)[0]
    total = sum(weights.values())
    numbers = weights[FieldType.INTEGER] + weights[FieldType.DECIMAL] + weights[FieldType.MONEY]
    if best is FieldType.INTEGER and decimals and weights[FieldType.DECIMAL] + weights[FieldType.MONEY]:
        # A number with decimals somewhere is never asked as a whole one.
        best = FieldType.MONEY if weights[FieldType.MONEY] else FieldType.DECIMAL
    if best in (FieldType.DECIMAL, FieldType.MONEY) and weights[FieldType.MONEY]:
        best = FieldType.MONEY
    agreeing = numbers if best in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY) else most
    sureness = min(100, round(100 * agreeing / total) - (15 if total <= _WORDING else 0))
    if best in (FieldType.DECIMAL, FieldType.MONEY):
        decimals = decimals or 1
    return Kind(
        type=best,
        decimals=decimals if best is not FieldType.INTEGER else 0,
        sureness=sureness,
        why=tuple(why),
    )


_Evidence = tuple[tuple[FieldType, int, str, int], ...]


def _by_validation(cell: Shown) -> _Evidence:
    kinds = {
        "whole": FieldType.INTEGER, "decimal": FieldType.DECIMAL, "date": FieldType.DATE,
        "list": FieldType.TEXT, "textLength": FieldType.TEXT,
    }  # fmt: skip
    kind = kinds.get(cell.validation)
    if kind is None:
        return ()
    return ((kind, _VALIDATION, "quy tắc nhập của ô", 1 if kind is FieldType.DECIMAL else 0),)


def _by_format(cell: Shown) -> _Evidence:
    code = _TITLE.sub("", cell.format.partition(";")[0])
    reason = f"định dạng {cell.format}"
    if code == "@":
        return ((FieldType.TEXT, _FORMAT, reason, 0),)
    if code.lower() == "general" or not code:
        return ()
    if "0" not in code and "#" not in code and _DATED.search(code):
        return ((FieldType.DATE, _FORMAT + 1, reason, 0),)
    found = _DECIMALS.search(code)
    if found is not None or "%" in code:
        return ((FieldType.DECIMAL, _FORMAT, reason, len(found[1]) if found else 1),)
    if "0" in code:
        return ((FieldType.INTEGER, _FORMAT, reason, 0),)
    return ()


def _by_measure(measure: str) -> _Evidence:
    folded = fold_label(measure)
    if not folded:
        return ()
    reason = f"đơn vị tính {measure}"
    if "%" in measure or folded == "phan tram":
        return ((FieldType.DECIMAL, _MEASURE, reason, 1),)
    if names_money(measure):
        return ((FieldType.MONEY, _MEASURE, reason, 1),)
    if folded in _MEASURED:
        return ((FieldType.DECIMAL, _MEASURE, reason, 1),)
    return ((FieldType.INTEGER, _MEASURE, reason, 0),)


def _by_words(label: str, heading: str) -> _Evidence:
    folded = fold_label(label)
    reason = "lời của chỉ tiêu"
    if _WORDY.search(folded):
        return ((FieldType.TEXT, _WORDING, reason, 0),)
    if _DAY.match(folded):
        return ((FieldType.DATE, _WORDING, reason, 0),)
    if _SHARE.search(folded):
        return ((FieldType.DECIMAL, _WORDING, reason, 1),)
    if _COUNTED.match(folded):
        return ((FieldType.INTEGER, _WORDING, reason, 0),)
    head = fold(heading)
    if head.startswith(("so ", "tong so", "so luong", "so luot", "luot")) or "trong do" in head:
        return ((FieldType.INTEGER, _WORDING, f"tên cột {heading}", 0),)
    return ()
