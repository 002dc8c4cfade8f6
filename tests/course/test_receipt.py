from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.receipt import Receipt, ReceiptError, _check

RECEIPT = Receipt("dropout", "ada", 1, 3, 12345, "0.1.0", "0123456789abcdef")
texts = st.text(st.characters(exclude_categories=["Cs"]))
counts = st.integers(0, 2**63 - 1)


@given(st.builds(Receipt, texts, texts, counts, counts, counts, texts, texts))
def test_a_receipt_is_read_back(receipt: Receipt):
    assert Receipt.parse(str(receipt)) == receipt
    assert "\n" not in str(receipt)


def test_it_can_be_read_by_people():
    assert str(RECEIPT).endswith(
        "assignment=dropout student=ada attempt=1 index=3 seed=12345 engine=0.1.0 "
        "fingerprint=0123456789abcdef"
    )


def test_blanks_around_it_and_line_breaks_in_it_do_no_harm():
    assert Receipt.parse(f"  {str(RECEIPT).replace(' ', chr(10))}\n") == RECEIPT


@pytest.mark.parametrize("text", ["", "hello", "keepprob-receipt-2 check=0"])
def test_what_is_no_receipt_is_refused(text: str):
    with pytest.raises(ReceiptError, match="not a receipt"):
        Receipt.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "keepprob-receipt-1",
        str(RECEIPT)[:-1],
        str(RECEIPT).replace("seed=12345", "seed=12346"),
        str(RECEIPT).replace("ada", "bob"),
    ],
)
def test_a_receipt_that_was_changed_is_refused(text: str):
    with pytest.raises(ReceiptError, match="changed or cut off"):
        Receipt.parse(text)


@pytest.mark.parametrize("seed", ["many", -1, "", "1_000"])
def test_a_number_that_is_none_is_refused(seed: object):
    receipt = replace(RECEIPT, seed=seed)  # type: ignore[arg-type]
    with pytest.raises(ReceiptError, match=f"seed is '{seed}'"):
        Receipt.parse(str(receipt))


def test_other_fields_are_refused():
    words = ["assignment=dropout", "student=ada"]
    with pytest.raises(ReceiptError, match="other fields"):
        Receipt.parse(" ".join(["keepprob-receipt-1", f"check={_check(words)}", *words]))
