"""The office's own texts: every mistake is named before a letter is written with them."""

import pytest

from mailer.overrides import template_problems
from mailer.rendering import built_in_source, template_names

GOOD = '{% extends "base.vi.txt.j2" %}{% block content %}Xin chào {{ unit.name }}{% endblock %}'


def test_our_own_templates_have_no_problems():
    """What we ship passes the same check."""
    texts = {name: built_in_source(name) or "" for name in template_names()}

    assert template_problems(texts) == ()
    assert template_problems({}) == ()
    assert template_problems({"receipt.vi.txt": GOOD, "overdue.vi.txt.j2": GOOD}) == ()


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("recept.vi.txt.j2", GOOD, ("texts/recept.vi.txt.j2", "did you mean receipt.vi.txt.j2")),
        ("zzz", GOOD, ("no such letter", "known: ")),
        ("receipt.vi.txt", "một\n{% if %}", ("texts/receipt.vi.txt:2:",)),
        ("receipt.vi.txt", "{{ unitt.name }}", ("unknown word 'unitt'", "did you mean 'unit'")),
        ("receipt.vi.txt", "{{ unit.nam }}", ("'receipt' cannot be written", "nam")),
        ("receipt.vi.txt", "{{ unit.__class__ }}", ("SecurityError",)),
        ("receipt.vi.txt", "{% include 'khac' %}", ("TemplateNotFound",)),
        ("receipt.vi.txt", "{{ 1/0 }}", ("ZeroDivisionError",)),
        ("receipt.vi.txt", "   ", ("would be empty",)),
        ("receipt.vi.html.j2", "<p></p>", ("plain text would still say the old words",)),
        ("base.vi.txt.j2", "{{ nobody }}", ("'plan' cannot be written", "'forwarding' cannot be written")),
    ],
)
def test_mistakes_are_named(name, source, words):
    """Place and reason stand in the sentence."""
    problems = "\n".join(template_problems({name: source}))

    for word in words:
        assert word in problems


def test_all_problems_come_at_once():
    """Two wrong files are named in one go."""
    problems = template_problems({"plan.vi.txt": "{% if %}", "receipt.vi.txt": "{{ x }}"})

    assert len(problems) == 2
