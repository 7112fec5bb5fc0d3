"""The embedded servers: they end with their supervisor however it ends, and keep what they were told."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stack.datadir import DataDir
from stack.servers import Servers
from tests.stack.supervised import eventually, processes_on, run_exec, start_exec

pytestmark = pytest.mark.processes

WRITE = """
import os, pathlib, sys, time, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("create table if not exists kept (word text)")
    connection.execute("insert into kept values ('here')")
redis.Redis.from_url(os.environ["REDIS_URL"]).set("kept", "here")
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""
READ = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(connection.execute("select word from kept").fetchall())
print(redis.Redis.from_url(os.environ["REDIS_URL"]).get("kept"))
"""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda signum: signum.name)
def test_however_the_supervisor_ends_no_server_stays_and_no_row_is_lost(tmp_path: Path, signum: signal.Signals) -> None:
    data, written = tmp_path / "data", tmp_path / "written"
    supervisor = start_exec(data, sys.executable, "-c", WRITE, str(written))
    assert eventually(written.exists, within=20), supervisor.communicate(timeout=5)
    assert any("postgres" in command for command in processes_on(data))

    supervisor.send_signal(signum)
    supervisor.communicate(timeout=20)

    assert eventually(lambda: not processes_on(data)), processes_on(data)
    code, out, err = run_exec(data, sys.executable, "-c", READ)
    assert (code, out) == (0, "[('here',)]\nb'here'\n"), err


def test_a_start_right_after_a_hard_kill_waits_for_what_is_still_ending(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    supervisor = start_exec(tmp_path / "data", "sh", "-c", f"touch {ready}; exec sleep 60")
    assert eventually(ready.exists, within=20)
    supervisor.kill()
    code, _, err = run_exec(tmp_path / "data", "true")
    assert code == 0, err
    supervisor.communicate(timeout=5)


def test_a_server_that_is_killed_ends_the_command_and_is_named(tmp_path: Path) -> None:
    data, ready = tmp_path / "data", tmp_path / "ready"
    supervisor = start_exec(data, "sh", "-c", f"touch {ready}; exec sleep 60")
    assert eventually(ready.exists, within=20)

    os.kill(postmaster_pid(data), signal.SIGKILL)

    _, err = supervisor.communicate(timeout=15)
    assert supervisor.returncode == 1
    assert err.startswith("postgres ended (killed by SIGKILL)")
    assert eventually(lambda: not processes_on(data)), processes_on(data)


def test_a_start_after_everything_was_killed_at_once_finds_the_rows(tmp_path: Path) -> None:
    data, written = tmp_path / "data", tmp_path / "written"
    supervisor = start_exec(data, sys.executable, "-c", WRITE, str(written))
    assert eventually(written.exists, within=20), supervisor.communicate(timeout=5)

    os.kill(supervisor.pid, signal.SIGSTOP)  # so that it cannot tidy up
    os.kill(postmaster_pid(data), signal.SIGKILL)
    supervisor.kill()

    code, out, err = run_exec(data, sys.executable, "-c", READ)
    assert (code, out) == (0, "[('here',)]\nb'here'\n"), err
    supervisor.communicate(timeout=5)


def test_a_pid_file_of_another_process_neither_looks_ready_nor_blocks_the_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run_exec(data, "true")[0] == 0
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        cluster = data / "postgres" / "18"
        lines = [str(stranger.pid), str(cluster), "0", "5432", str(data / "run"), "", "  1 2", "ready   "]
        (cluster / "postmaster.pid").write_text("\n".join(lines) + "\n")

        postgres = Servers.of(DataDir(data)).postgres
        assert postgres is not None
        assert not postgres.piece().ready(os.getpid())
        code, _, err = run_exec(data, "true")

        assert code == 0, err
        assert stranger.poll() is None, "a stranger with an old pid was ended"
        stranger.kill()


def test_a_data_folder_too_long_for_a_socket_works(tmp_path: Path) -> None:
    data = tmp_path / ("Long name, with a comma " * 5)
    code, out, err = run_exec(data, sys.executable, "-c", "import os; print(os.environ['REDIS_URL'])")
    assert code == 0, err
    socket = Path(out.strip().removeprefix("unix://"))
    assert len(str(socket)) < 100
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    socket.parent.rmdir()


def test_a_start_while_the_last_one_is_stopping_waits_for_it(tmp_path: Path) -> None:
    data, ready = tmp_path / "data", tmp_path / "ready"
    slow_to_end = f"trap 'sleep 1; exit' TERM; touch {ready}; while :; do sleep 0.05; done"
    first = start_exec(data, "sh", "-c", slow_to_end)
    assert eventually(ready.exists, within=20)
    first.terminate()
    code, _, err = run_exec(data, "true")
    assert code == 0, err
    first.communicate(timeout=5)


def test_a_second_start_on_the_same_data_is_refused_in_one_sentence(tmp_path: Path) -> None:
    data, ready, done = tmp_path / "data", tmp_path / "ready", tmp_path / "done"
    first = start_exec(data, "sh", "-c", f"touch {ready}; until [ -e {done} ]; do sleep 0.05; done")
    assert eventually(ready.exists, within=20)

    code, out, err = run_exec(data, "true")

    assert (code, out) == (2, "")
    assert (
        err
        == f"{data} is in use already by process {first.pid}: stop that one first, or set DATA_DIR to another folder.\n"
    )
    done.touch()
    assert first.wait(timeout=15) == 0, "the first one was disturbed"


def test_the_exit_code_is_the_commands(tmp_path: Path) -> None:
    assert run_exec(tmp_path, "sh", "-c", "exit 7")[0] == 7


def test_a_command_finds_no_setting_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERS_API_URL", "https://api.layers.com")
    monkeypatch.setenv("ALLOWED_HOSTS", "example.com")
    monkeypatch.setenv("PGHOST", "elsewhere")
    _, out, _ = run_exec(tmp_path, "env")
    assert "api.layers.com" not in out
    assert "ALLOWED_HOSTS" not in out
    assert "PGHOST" not in out


def postmaster_pid(data: Path) -> int:
    """The pid of the running PostgreSQL."""
    return int((data / "postgres" / "18" / "postmaster.pid").read_text().split()[0])
