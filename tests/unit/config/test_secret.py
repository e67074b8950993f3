"""The secret is found, or made once, and never readable by others."""

from __future__ import annotations

import multiprocessing
import stat

import pytest

from config.secret import secret
from domain.errors import ConfigError


def test_a_key_is_made_on_first_need_and_stays(tmp_path):
    """Only the owner may read the file, and nothing else is left behind."""
    made = secret(tmp_path, {})
    assert len(made) == 64
    assert made == secret(tmp_path, {})
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_the_environment_is_stronger_than_the_key(tmp_path):
    """TONGHOP_SECRET is the secret itself; the file of TONGHOP_SECRET_FILE holds it, seen from the home."""
    (tmp_path / "elsewhere").write_text("from a file\n", encoding="utf-8")
    assert secret(tmp_path, {"TONGHOP_SECRET": "word"}) == b"word"
    assert secret(tmp_path, {"TONGHOP_SECRET_FILE": "elsewhere"}) == b"from a file"
    assert secret(tmp_path, {"TONGHOP_SECRET_FILE": str(tmp_path / "elsewhere")}) == b"from a file"
    assert not (tmp_path / "secret.key").exists()


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        pytest.param({"TONGHOP_SECRET": "a", "TONGHOP_SECRET_FILE": "b"}, "are both set", id="both"),
        pytest.param(
            {"TONGHOP_SECRET_FILE": "nowhere"}, "nowhere cannot be read: No such file", id="no file"
        ),
        pytest.param({"TONGHOP_SECRET_FILE": "empty"}, "empty is empty", id="empty file"),
    ],
)
def test_a_secret_that_cannot_be_had_stops(tmp_path, environ, message):
    """Letters with another secret would be other letters: nothing goes on."""
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        secret(tmp_path, environ)


def test_an_empty_key_is_not_replaced(tmp_path):
    """A lost key is a person's decision."""
    (tmp_path / "secret.key").touch()
    with pytest.raises(ConfigError, match="restore the file from a backup"):
        secret(tmp_path, {})
    assert (tmp_path / "secret.key").read_bytes() == b""


def test_a_home_that_does_not_exist_is_told(tmp_path):
    """The sentence says what to do."""
    with pytest.raises(ConfigError, match="set TONGHOP_SECRET_FILE"):
        secret(tmp_path / "nowhere", {})


def test_two_processes_make_one_key(tmp_path):
    """Whoever comes second takes the key of the first."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        made = pool.starmap(secret, [(tmp_path, {})] * 8)
    assert len(set(made)) == 1
