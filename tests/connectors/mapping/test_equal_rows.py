"""Claims about rows that are equal, by the numbers of what they hold."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from connectors.mapping.equal_rows import repeated_rows, row_numbers


def test_equal_rows_share_a_number_and_blank_equals_blank() -> None:
    """Zero has two forms as a float, and is one amount."""
    day = datetime(2026, 1, 2, tzinfo=UTC)
    texts = pa.chunked_array([["b", None], ["a", "b", None]])
    times = pa.array([day, None, day, day, None], pa.timestamp("us", "UTC"))
    amounts = pa.array([0.0, None, 1.5, -0.0, None])
    numbers = row_numbers([texts, times, amounts])
    assert numbers[0] == numbers[3] and numbers[1] == numbers[4] and len({*numbers.tolist()}) == 3
    again, earlier = repeated_rows(numbers)
    assert again.tolist() == [3, 4] and earlier.tolist() == [0, 1]


def test_no_rows_have_no_numbers() -> None:
    days = pa.chunked_array([], pa.date32())
    assert row_numbers([pa.array([], pa.string()), days]).tolist() == []


def test_rows_that_differ_in_the_first_of_many_columns_differ() -> None:
    """Five columns of 2^16 values could be 2^80 rows; in 64 bits the first one would be lost."""
    values = np.arange(2**16)
    first = np.append(values, 5)  # the last row is the first one but for this column
    others = [pa.array(np.append(values, 0)) for _ in range(4)]
    again, _ = repeated_rows(row_numbers([pa.array(first), *others]))
    assert not len(again)
