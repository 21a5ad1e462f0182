"""Tests of remembering: a result is worked out once, and a bounded number is kept."""

from app.core.remembering import remembered


def test_a_result_is_worked_out_once() -> None:
    """As long as there is room for it."""
    asked: list[int] = []

    @remembered(2)
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    assert [double(n) for n in (1, 1, 2, 1)] == [2, 2, 4, 2]
    assert asked == [1, 2]
    double(3)
    double(4)
    double(1)
    assert asked == [1, 2, 3, 4, 1]
