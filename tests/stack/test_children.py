"""Children: their lines carry their name, their deaths are answered, none outlives the supervisor."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from stack.child import Child
from stack.children import Children
from stack.errors import StackError
from stack.keeper import TRIES, Keeper
from stack.leftovers import Leftovers, birth
from stack.output import Output
from stack.piece import Piece
from tests.stack.supervised import environment, eventually

pytestmark = pytest.mark.processes

SLEEP = ["/bin/sleep", "60"]


def shell(name: str, script: str, **more: float) -> Piece:
    """A piece that is a shell script."""
    return Piece(name, ["sh", "-c", script], dict(os.environ), **more)


def test_lines_carry_the_name_of_their_piece(capfd: pytest.CaptureFixture[str]) -> None:
    with Children() as children:
        children.run([shell("one", "echo a; echo b >&2; printf 'no end'")], [shell("two", "echo c")])
    lines = capfd.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("one")] == [
        f"one       | {word}" for word in ("a", "b", "no end")
    ]
    assert "two       | c" in lines


def test_lines_wait_while_a_progress_bar_has_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    output = Output(terminal=True)
    with Children(output=output) as children:
        output.hold()
        children.run([shell("one", "echo a")])
        assert capfd.readouterr().out == ""
        output.release()
    assert "a" in capfd.readouterr().out


def test_steps_of_a_chain_run_in_order_and_a_failed_one_is_named(tmp_path: Path) -> None:
    chain = [
        shell("first", f"echo 1 >> {tmp_path}/log"),
        shell("second", f"echo 2 >> {tmp_path}/log; echo why; exit 3"),
    ]
    with Children() as children, pytest.raises(StackError, match=r"second ended \(exit code 3\)(.|\n)*why"):
        children.run([*chain, shell("third", f"echo 3 >> {tmp_path}/log")])
    assert (tmp_path / "log").read_text() == "1\n2\n"


def test_a_piece_that_dies_is_named_with_its_last_words_and_started_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = Output()
    dies_once = shell("web", f"[ -e {tmp_path}/again ] && exec sleep 60; touch {tmp_path}/again; echo farewell; exit 4")
    with Children(output=output, on_death=Keeper(output)) as children:
        (web,) = children.start(dies_once)
        first = web.pid
        assert children.wait(lambda: web.running and web.pid != first, 5)
    out = capfd.readouterr().out
    assert "web ended (exit code 4). Its last lines:\n    farewell\nweb is started again in 0.5 s.\n" in out


def test_a_piece_that_dies_at_once_too_often_stops_everything() -> None:
    pauses: list[float] = []
    output = Output()
    keeper = Keeper(output)

    def at_once(child: Child) -> float:
        pauses.append(keeper(child))
        return 0

    with (
        Children(output=output, on_death=at_once) as children,
        pytest.raises(StackError, match=f"web died at once {TRIES} times, so everything is stopped"),
    ):
        children.start(shell("web", "exit 1"))
        children.wait(lambda: False, 10)
    assert pauses == [0.5, 1, 2, 4]


def test_what_a_dead_piece_left_behind_is_ended_too(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with Children() as children, pytest.raises(StackError):
        children.start(shell("web", f"sleep 60 & echo $! > {note}.new; mv {note}.new {note}; exit 1"))
        children.wait(lambda: False, 5)
    assert eventually(lambda: birth(int(note.read_text())) is None)


def test_a_piece_that_ignores_its_signal_is_killed_after_its_grace(tmp_path: Path) -> None:
    with Children() as children:
        (deaf,) = children.start(
            shell("deaf", f"trap '' TERM; touch {tmp_path}/up; while :; do sleep 0.05; done", grace=0.3)
        )
        assert children.wait((tmp_path / "up").exists, 5)
    assert deaf.code == 128 + signal.SIGKILL


def test_newer_pieces_stop_before_older_ones(tmp_path: Path) -> None:
    def piece(name: str) -> Piece:
        script = (
            f"trap 'echo {name} >> {tmp_path}/log; exit' TERM; touch {tmp_path}/{name}; while :; do sleep 0.02; done"
        )
        return shell(name, script)

    with Children() as children:
        children.start(piece("database"))
        children.start(piece("web"))
        assert children.wait(lambda: {"database", "web"} <= {path.name for path in tmp_path.iterdir()}, 5)
    assert (tmp_path / "log").read_text() == "web\ndatabase\n"


SUPERVISOR = """
import os, sys
from stack.children import Children
from stack.errors import Interrupted
from stack.piece import Piece
with Children() as children:
    children.listen()
    children.start(Piece("deaf", ["sh", "-c", sys.argv[1]], dict(os.environ), grace=60))
    try:
        children.watch()
    except Interrupted as stop:
        print("asked", flush=True)
"""


def supervisor_of(script: str) -> subprocess.Popen[str]:
    """A small supervisor, as a process of its own, of one shell script."""
    command = [sys.executable, "-c", SUPERVISOR, script]
    return subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True, start_new_session=True)


def said(process: subprocess.Popen[str]) -> str:
    """The next line a process says."""
    assert process.stdout is not None
    return process.stdout.readline()


def test_a_second_ctrl_c_kills_what_does_not_listen() -> None:
    with supervisor_of("trap '' TERM; echo up; while :; do sleep 0.05; done") as process:
        assert said(process) == "deaf      | up\n"
        process.send_signal(signal.SIGINT)
        assert said(process) == "asked\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=5) == 0


def test_a_child_ends_with_a_supervisor_that_is_killed() -> None:
    with supervisor_of("echo $$; exec sleep 60") as process:
        child = int(said(process).split("|")[1])
        process.kill()
        assert eventually(lambda: birth(child) is None)


def test_the_next_supervisor_ends_what_the_last_one_noted_and_no_stranger(tmp_path: Path) -> None:
    note = tmp_path / "children.json"
    with subprocess.Popen(SLEEP) as orphan, subprocess.Popen(SLEEP) as stranger:
        Leftovers(note).note({orphan.pid: signal.SIGTERM, stranger.pid: signal.SIGTERM})
        written = json.loads(note.read_text())
        written["children"][1]["born"] = "a time before"  # the number was given to another process since
        note.write_text(json.dumps(written))

        Leftovers(note).clear()

        assert birth(orphan.pid) is None
        assert stranger.poll() is None
        assert not note.exists()
        stranger.kill()


def test_only_the_main_thread_starts_children() -> None:
    faults: list[BaseException] = []

    def start(children: Children) -> None:
        try:
            children.start(shell("web", "true"))
        except RuntimeError as fault:
            faults.append(fault)

    with Children() as children:
        thread = threading.Thread(target=start, args=(children,))
        thread.start()
        thread.join()
        assert len(faults) == 1
