"""What was drawn is kept: drawn once, never seen half finished."""

import threading
from pathlib import Path

import pytest

from sandbox.media import cache
from tests.sandbox_media.specs import slide


def test_two_threads_that_ask_at_once_draw_once(tmp_path: Path) -> None:
    together = threading.Barrier(6)
    drawings: list[Path] = []
    drawing = threading.Event()

    def draw(path: Path) -> None:
        drawings.append(path)
        drawing.wait(0.2)
        path.write_bytes(b"drawn")

    def ask() -> None:
        together.wait()
        assert cache.kept(tmp_path / "ab" / "picture.jpg", draw).read_bytes() == b"drawn"

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawings) == 1
    assert not cache._locks


def test_two_different_pictures_are_drawn_side_by_side(tmp_path: Path) -> None:
    meeting = threading.Barrier(2, timeout=5)

    def draw(path: Path) -> None:
        meeting.wait()  # breaks unless both drawings run at the same time
        path.write_bytes(b"drawn")

    other = threading.Thread(target=cache.kept, args=(tmp_path / "one.jpg", draw))
    other.start()
    cache.kept(tmp_path / "two.jpg", draw)
    other.join()
    assert {path.name for path in tmp_path.iterdir()} == {"one.jpg", "two.jpg"}


def test_a_drawing_that_fails_leaves_nothing_and_can_be_tried_again(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise RuntimeError("out of paint")

    path = tmp_path / "ab" / "picture.jpg"
    with pytest.raises(RuntimeError, match="out of paint"):
        cache.kept(path, fail)
    assert list(path.parent.iterdir()) == []

    def succeed(path: Path) -> None:
        path.write_bytes(b"whole")

    assert cache.kept(path, succeed).read_bytes() == b"whole"


def test_what_is_kept_is_not_drawn_again(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"kept")

    def never(unfinished: Path) -> None:
        raise AssertionError("drawn again")

    assert cache.kept(path, never).read_bytes() == b"kept"


def test_the_key_changes_with_spec_and_size() -> None:
    keys = {cache.key(slide(), False), cache.key(slide(), True), cache.key(slide(hook="Another"), False)}
    assert len(keys) == 3
    assert cache.key(slide(), False) in keys
