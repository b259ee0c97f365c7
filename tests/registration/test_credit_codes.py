"""Typed credit codes: right ones in any spelling, wrong ones told by their part."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc

from models.registration.credit_codes import AUTHORITIES, CreditCode, OldCode, Problem, check

# Published by the registries of their provinces.
REAL = "91110000600037341L"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def invented(region: str, body: str) -> str:
    """A right code of a company with the given region and eight characters of organisation code."""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(letters.index(char) * weight for char, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    head = f"91{region}{body}{'0123456789X'[(11 - total % 11) % 11]}"
    return head + uscc.calc_check_digit(head)


CODE = invented("330106", "MA2B4C6D")
codes = st.builds(invented, st.sampled_from(("330106", "330281", "320500")), st.text(ALPHABET, min_size=8, max_size=8))


@pytest.mark.parametrize(
    "typed",
    [
        REAL,
        REAL.lower(),
        f"  {REAL[:6]} {REAL[6:12]}-{REAL[12:]}\n",
        "９１１１００００６０００３７３４１Ｌ",
        f"统一社会信用代码：{REAL}",
        f"\u200b{REAL}\ufeff",
    ],
)
def test_a_right_code_is_read_in_any_spelling(typed: str) -> None:
    assert check(typed) == CreditCode(REAL, "110000")


@pytest.mark.fault(31)
@pytest.mark.parametrize(
    ("typed", "kind", "position", "expected"),
    [
        ("", "empty", None, None),
        ("没有", "empty", None, None),
        (CODE[:-1], "length", None, "18"),
        (CODE + "0", "length", None, "18"),
        (CODE[:10] + "O" + CODE[11:], "letter", 11, "0"),
        (CODE[:10] + "I" + CODE[11:], "letter", 11, "1"),
        (CODE[:16] + "S" + CODE[17:], "letter", 17, "5"),
        ("V" + CODE[1:], "letter", 1, "U"),
        ("B" + CODE[1:], "authority", 1, None),
        ("90" + CODE[2:], "body", 2, None),
        (CODE[:5] + "A" + CODE[6:], "region", 6, None),
        ("9199" + CODE[4:], "region", 3, None),
        (CODE[:-1] + ("3" if CODE[-1] != "3" else "4"), "check_digit", 18, CODE[-1]),
        (CODE[:6] + "99" + CODE[8:], "check_digit", 18, None),
        (CODE[:9] + "01" + CODE[11:], "organisation", 9, None),
        ("330000000012345", "check_digit", 15, "0"),
    ],
)
def test_the_wrong_part_is_named(typed: str, kind: str, position: int | None, expected: str | None) -> None:
    found = check(typed)
    assert isinstance(found, Problem)
    assert (found.kind, found.position) == (kind, position)
    assert expected is None or found.expected == expected


def test_an_old_number_of_15_digits_is_recognised() -> None:
    assert check("3300 0000 0012 340") == OldCode("330000000012340", "330000")


def test_neighbours_changed_about_are_proposed_in_their_order() -> None:
    changed = CODE[:10] + CODE[11] + CODE[10] + CODE[12:]
    found = check(changed)
    assert isinstance(found, Problem) and found.suggestion == CODE


def test_a_letter_that_is_never_used_is_proposed_as_its_digit() -> None:
    code = invented("330281", "10234567")
    found = check(code[:8] + "I" + "O" + code[10:])
    assert isinstance(found, Problem)
    assert (found.kind, found.position, found.suggestion) == ("letter", 9, code)


@given(codes)
def test_every_well_made_code_is_read(code: str) -> None:
    assert check(code) == CreditCode(code, code[2:8])


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_never_passes(code: str, at: int, char: str) -> None:
    assume(code[at] != char)
    found = check(code[:at] + char + code[at + 1 :])
    assert isinstance(found, Problem)
    assert found.suggestion is None or isinstance(check(found.suggestion), CreditCode)


@pytest.mark.fault(31)
@given(st.text(max_size=60) | st.text(alphabet=ALPHABET + "IOSVZ xyz-０１", min_size=14, max_size=22))
def test_any_text_is_a_code_or_a_problem(typed: str) -> None:
    found = check(typed)
    if isinstance(found, CreditCode):
        assert found.code[0] in AUTHORITIES
        assert check(found.code) == found
    else:
        assert isinstance(found, OldCode | Problem)
