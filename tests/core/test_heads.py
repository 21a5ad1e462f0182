"""The heads file: in order, without gaps, durable, and readable from any head on."""

import fcntl
from dataclasses import replace
from pathlib import Path

import pytest

from app.core import heads
from app.core.heads import Head, HeadsFile, heads_from


def a_head(number: int) -> Head:
    """Return the head of a segment of ten lines."""
    return Head(
        segment_no=number,
        first_seq=number * 10,
        last_seq=number * 10 + 9,
        sealed_at="2026-01-05T08:30:00+00:00",
        key_id="0123456789abcdef",
        hash=f"{number:064x}",
        signature="f" * 128,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Provide the place of a file that is not there, in a folder that is not there either."""
    return tmp_path / "audit" / "heads.jsonl"


def numbers(path: Path, first: int = 1) -> list[int]:
    """Return the numbers of the heads in the file, from one on."""
    return [head.segment_no for head in heads_from(path, first, path.stat().st_size)]


def test_a_new_file_is_its_owners_alone(path: Path) -> None:
    """The file is made when it is missing, with its folder."""
    assert HeadsFile(path).last() is None
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_only_heads_that_continue_the_file_are_appended(path: Path) -> None:
    """Heads that are there already are left out; one that would leave a gap is, too."""
    file = HeadsFile(path)

    file.append([a_head(1), a_head(2)])
    file.append([a_head(2), a_head(3), a_head(5)])

    assert file.last() == a_head(3)
    assert numbers(path) == [1, 2, 3]


def test_a_line_torn_by_a_crash_is_cut_off(path: Path) -> None:
    """What was written half is written again, whole."""
    file = HeadsFile(path)
    file.append([a_head(1), a_head(2)])
    path.write_bytes(path.read_bytes()[:-20])

    assert numbers(path) == [1]
    assert file.last() == a_head(1)
    file.append([a_head(2)])
    assert numbers(path) == [1, 2]


@pytest.mark.parametrize(
    "text", [b"[]", b"{}", b"\xff", a_head(1).line().replace(b":1,", b':"1",')]
)
def test_a_last_line_that_is_no_head_hinders(path: Path, text: bytes) -> None:
    """Nothing is appended after something that is not ours."""
    file = HeadsFile(path)
    file.append([a_head(1)])
    with path.open("ab") as changed:
        changed.write(text.strip() + b"\n")

    with pytest.raises(OSError, match="no head"):
        file.append([a_head(2)])


def test_another_process_is_waited_for_a_second_at_most(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for ever, and nobody writes in between."""
    monkeypatch.setattr("app.core.heads.TRIES", 1)
    HeadsFile(path).append([a_head(1)])

    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError):
            HeadsFile(path).append([a_head(2)])

    assert numbers(path) == [1]


@pytest.mark.parametrize("first", [1, 2, 399, 400, 1999, 2000, 2001])
def test_reading_starts_at_any_head(path: Path, first: int) -> None:
    """The start is found in a file of any length."""
    HeadsFile(path).append([a_head(number) for number in range(1, 2001)])

    assert numbers(path, first) == list(range(first, 2001))


def test_a_line_that_is_no_head_takes_the_place_of_one(path: Path) -> None:
    """What was written over counts as the head expected there, with a hash that fits nothing."""
    lines = [a_head(number).line() for number in (1, 2, 3)]
    HeadsFile(path).append([])
    path.write_bytes(b"".join([lines[0], b"?\n", lines[2]]))

    found = list(heads_from(path, 1, path.stat().st_size))

    assert [head.segment_no for head in found] == [1, 2, 3]
    assert found[1] == replace(heads.NO_HEAD, segment_no=2)


def test_what_is_appended_meanwhile_is_not_read(path: Path) -> None:
    """Reading ends where the file ended when it began."""
    file = HeadsFile(path)
    file.append([a_head(1)])
    size = path.stat().st_size
    file.append([a_head(2)])

    assert [head.segment_no for head in heads_from(path, 1, size)] == [1]
