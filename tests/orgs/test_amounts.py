"""Reading amounts: every way people write a number is that number, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orgs.amounts import MARKS, NoAmount, amount
from orgs.commands import MOST_CREDITS

NUMBERS = some.integers(1, MOST_CREDITS)


@given(NUMBERS, some.sampled_from(MARKS), some.sampled_from(["", ".0", ".00", ",0", ",00"]), some.booleans())
def test_a_number_in_any_writing_is_that_number_or_refused(
    number: int, mark: str, cents: str, comma_is_point: bool
) -> None:
    text = f"{number:,}".replace(",", mark)
    if cents and cents[0] == mark:
        cents = ""
    try:
        found = amount(f" {text}{cents} ", comma_is_point=comma_is_point)
    except NoAmount as refusal:
        # Only what could be a fraction as well: one group after a point, or after a comma where that is the point.
        assert 1_000 <= number < 1_000_000
        assert mark == "." or (mark == "," and comma_is_point)
        assert f"Write {number}." in str(refusal)
    else:
        assert found == number


@given(some.text(max_size=12))
def test_whatever_is_read_has_exactly_the_digits_that_were_written(text: str) -> None:
    try:
        found = amount(text)
    except NoAmount:
        return
    digits = "".join(one for one in text if one.isdigit())
    assert str(found) in (digits.lstrip("0"), digits.lstrip("0").removesuffix("0"), digits.lstrip("0")[:-2])


@given(NUMBERS, some.integers(1, 99))
def test_a_fraction_is_never_rounded(number: int, hundredths: int) -> None:
    for point in ".,":
        with pytest.raises(NoAmount):
            amount(f"{number}{point}{hundredths:02}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "How many credits?"),
        ("0", "At least 1 credit."),
        ("-5", "Credits only go to the customer from here. Write a number above 0."),
        ("(500)", "Credits only go to the customer from here. Write a number above 0."),
        ("1.5", "Credits are whole: no fractions."),
        ("1.2E+06", "1.2E+06 is shortened. Write all its digits."),
        ("1.500", "1.500 may be 1,500 or a fraction. Write 1500."),
        ("a lot", "Write whole credits in digits, like 15,000."),
        ("1,50,000", "Write whole credits in digits, like 15,000."),
        ("\u0661\u0662", "Write whole credits in digits, like 15,000."),
        (str(MOST_CREDITS + 1), f"More than {MOST_CREDITS:,} credits cannot be meant. Check the amount."),
    ],
)
def test_what_is_no_amount_says_why(text: str, words: str) -> None:
    with pytest.raises(NoAmount) as refusal:
        amount(text)
    assert str(refusal.value) == words
