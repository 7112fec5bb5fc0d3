"""Settings that make no sense stop the start, before anything runs, with one sentence that says what to set."""

import socket
import stat
import subprocess
from pathlib import Path

import pytest

from stack.datadir import DataDir
from stack.environment import COMPILED, Settings, plain_environment
from stack.errors import SettingsError
from tests.stack.supervised import STACK, environment

BAD = [
    ({"PORT": "eighty"}, "Set PORT to a port number from 1 to 65535, not 'eighty'."),
    ({"PORT": "70000"}, "Set PORT to a port number from 1 to 65535, not '70000'."),
    ({"PORT": "8001"}, "PORT and SANDBOX_PORT are both 8001: set one of them to another number."),
    ({"LAYERS_API_URL": "https://api.example.com"}, "LAYERS_API_URL is set, so set LAYERS_API_KEY"),
    ({"LAYERS_API_KEY": "lp_test_1"}, "LAYERS_API_KEY is set, so set LAYERS_API_URL"),
    ({"LAYERS_API_URL": "api.example.com", "LAYERS_API_KEY": "lp_test_1"}, "Set LAYERS_API_URL to an address"),
    ({"LAYERS_API_URL": "https://", "LAYERS_API_KEY": "lp_test_1"}, "Set LAYERS_API_URL to an address"),
    ({"LAYERS_API_URL": "https://[", "LAYERS_API_KEY": "lp_test_1"}, "Set LAYERS_API_URL to an address"),
    ({"LAYERS_API_URL": "https://api.example.com", "LAYERS_API_KEY": "sk-123"}, "Set LAYERS_API_KEY to a key"),
    ({"DATABASE_URL": "mysql://db/desk"}, "Set DATABASE_URL to an address that starts with postgres://"),
    ({"REDIS_URL": "localhost:6379"}, "Set REDIS_URL to an address that starts with redis://"),
]


@pytest.mark.parametrize(("environ", "sentence"), BAD)
def test_a_bad_setting_is_named(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.read(environ)
    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)


def test_the_words_of_a_refusal_hold_no_password() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.read({"DATABASE_URL": "mysql://desk:hush@db/desk"})
    assert "hush" not in str(refusal.value)


def test_nothing_set_means_embedded_servers_and_the_sandbox() -> None:
    settings = Settings.read({})
    assert (settings.port, settings.sandbox_port, settings.data_dir) == (8000, 8001, Path(".data"))
    assert settings.database_url is settings.redis_url is settings.api_url is settings.api_key is None


def test_addresses_of_sockets_and_of_local_apis_are_fine() -> None:
    settings = Settings.read(
        {
            "DATABASE_URL": "postgresql://desk@%2Frun%2Fpostgres/desk",
            "REDIS_URL": "unix:///run/valkey.sock",
            "LAYERS_API_URL": "http://127.0.0.1:8001/",
            "LAYERS_API_KEY": "lp_test_1",
        }
    )
    assert settings.api_url == "http://127.0.0.1:8001"


@pytest.mark.processes
def test_a_refused_start_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    code, out, err = start_run(tmp_path / "data", PORT="eighty")
    assert (code, out, err) == (2, "", "Set PORT to a port number from 1 to 65535, not 'eighty'.\n")
    assert not (tmp_path / "data").exists()


@pytest.mark.processes
def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = start_run(tmp_path / "data", PORT=str(port))
    assert (code, out) == (2, "")
    assert err == f"Port {port} is taken: stop what listens there, or set PORT to another.\n"
    assert not (tmp_path / "data" / "postgres" / "18").exists()


@pytest.mark.processes
def test_a_data_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, err = start_run(tmp_path / "file" / "data")
    assert (code, err.count("\n")) == (2, 1)
    assert "set DATA_DIR to another folder" in err


def test_the_secret_key_is_made_once_and_for_our_eyes_only(tmp_path: Path) -> None:
    key = DataDir(tmp_path).secret_key()
    assert len(key) >= 50
    assert DataDir(tmp_path).secret_key() == key
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def start_run(data: Path, **settings: str) -> tuple[int, str, str]:
    """`python -m stack run` with nothing set but `settings`: exit code, output, errors."""
    clean = dict.fromkeys(("LAYERS_API_URL", "LAYERS_API_KEY", "DATABASE_URL", "REDIS_URL"), "")
    env = environment(**clean | {"DATA_DIR": str(data)} | settings)
    done = subprocess.run([*STACK, "run"], env=env, capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


def test_compiled_files_go_below_the_data_where_they_are_unwanted_beside_the_sources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    assert "PYTHONPYCACHEPREFIX" not in plain_environment()
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = plain_environment()
    assert (env["PYTHONPYCACHEPREFIX"], "PYTHONDONTWRITEBYTECODE" in env) == (str(COMPILED), False)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "/chosen")
    assert plain_environment()["PYTHONPYCACHEPREFIX"] == "/chosen"
