"""The store offers what the use cases ask for."""

from __future__ import annotations

import inspect

import pytest

from service import ports

REPOSITORIES = (
    "messages",
    "submissions",
    "texts",
    "decisions",
    "outbox",
    "addresses",
    "polls",
    "reports",
    "events",
    "versions",
    "blanks",
    "leases",
)


def _methods(protocol):
    return [
        name
        for name, member in vars(protocol).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]


def _parameters(function):
    return [
        (parameter.name, parameter.kind, parameter.default)
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name != "self"
    ]


def test_the_list_of_repositories_is_complete():
    """A repository added to the port is asked for here too."""
    asked = [name for name, member in vars(ports.Work).items() if isinstance(member, property)]
    assert list(REPOSITORIES) == asked


@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_repository_has_every_method_of_its_port(store, name):
    """Each method takes the same arguments as the Protocol says."""
    protocol = getattr(ports, name.capitalize())
    with store.read() as work:
        repository = getattr(work, name)
        for method in _methods(protocol):
            expected = _parameters(getattr(protocol, method))
            assert expected == _parameters(getattr(repository, method)), method


def test_the_store_has_every_method_of_its_port(store):
    """Opening, reading, writing and closing are there."""
    for method in _methods(ports.Store):
        assert _parameters(getattr(ports.Store, method)) == _parameters(getattr(store, method))
