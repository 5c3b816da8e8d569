"""Samples as they come: what a data frame holds, what is missing in it, what never changes."""

import warnings

from rmi_tf import evaluate, principal_components, renormalized_mutual_information, tf
from rmi_tf.computing.tables import as_array, check_finite, names_of, told_rows

import numpy as np
import pandas as pd
import pytest

X = np.random.default_rng(0).integers(-50, 50, size=(300, 2)).astype(float)
FRAME = pd.DataFrame(X, columns=["pressure", "volume"])


def first(x):
    return x[:, 0]


class Frame:
    """What a data frame offers, with no pandas in it."""

    def __init__(self, x, names):
        self.columns, self.shape, self.x = names, x.shape, x

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.x, dtype)


@pytest.mark.parametrize("types", ["Float64", "Int64", {"volume": "Float32"}, {"volume": "Int8"}])
def test_nullable_types_are_taken_where_nothing_is_missing(types):
    assert np.array_equal(evaluate(first, FRAME.astype(types))[0], X[:, :1])


@pytest.mark.parametrize("types", ["float64", "Float64", "Int64"])
def test_a_missing_value_is_named_by_row_and_column(types):
    frame = FRAME.astype(types)
    frame.iloc[[7, 9], 1] = None
    frame.index = frame.index + 1000  # rows count from 0, whatever their labels
    message = (
        r"samples: expected finite numbers, 2 entries are not: the first is nan in row 7, "
        + ("column 'volume'")
    )
    for call in (renormalized_mutual_information, lambda _, x: principal_components(x)):
        with pytest.raises(ValueError, match=message):
            call(first, frame)


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ("text", "str"),
        (None, "object"),
        (pd.Timestamp("2020"), "datetime64"),
        (pd.Categorical(["a"] * 300), "category"),
        (True, "bool"),
    ],
    ids=str,
)
def test_a_column_of_no_numbers_is_named(column, dtype):
    message = rf"samples: expected real numbers, got {dtype}.* in column 'kind': leave it out, or"
    with pytest.raises(TypeError, match=message):
        renormalized_mutual_information(first, FRAME.assign(kind=column))


def test_frames_of_other_makers_keep_their_names_too():
    x = X.copy()
    x[3, 1] = np.inf
    with pytest.raises(
        ValueError, match="1 entries are not: the first is inf in row 3, column 'b'"
    ):
        renormalized_mutual_information(first, Frame(x, ["a", "b"]))
    assert names_of(Frame(x, ["a", "b"])) == ["a", "b"] and names_of(x) is None


def test_chunks_may_be_frames():
    chunks = [FRAME[:100].astype("Int64"), FRAME[100:]]
    assert np.array_equal(evaluate(first, chunks)[0], X[:, :1])
    chunks[1] = chunks[1].assign(volume=np.nan)
    with pytest.raises(
        ValueError, match="200 entries are not: the first is nan in row 0, column 'v"
    ):
        evaluate(first, chunks)


def test_bad_rows_are_counted_and_the_first_is_told():
    assert told_rows(np.arange(10) % 4 == 3) == "2 of 10 rows, the first is row 3, counted from 0"


def test_the_first_entry_is_found_in_any_slice():
    x = np.zeros((10, 3))
    x[[5, 8], [2, 0]] = np.nan
    slices = [slice(i, i + 4) for i in range(0, 10, 4)]
    with pytest.raises(
        ValueError, match=r"x: expected .* 2 entries .* nan in row 5, column 2, count"
    ):
        check_finite(x, name="x", slices=slices)
    check_finite(x[:5], slices=slices)


@pytest.mark.parametrize("kind", [object, bool])
def test_arrays_of_no_numbers_are_told_how_to_become_some(kind):
    with pytest.raises(
        TypeError, match=r"x: expected real numbers, got .*: turn them into numbers"
    ):
        as_array(X.astype(kind), name="x")


def test_lists_and_tensors_are_arrays():
    for kind in (list, tf.constant):
        assert np.array_equal(as_array(kind(X)), X)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["a"], "samples: column 'a' is constant: a feature's slope along such a column counts"),
        (["b", "a"], "samples: 2 columns are constant, the first is column 'b': a feature's slope"),
    ],
)
def test_a_constant_column_is_told_at_the_callers_line(columns, message):
    with pytest.warns(UserWarning, match=message) as caught:
        evaluate(first, FRAME.assign(**dict.fromkeys(columns, 2.5)))
    assert caught[0].filename == __file__


def test_a_column_that_changes_late_is_not_constant():
    x = np.zeros((300_000, 2))  # three slices
    x[-1] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        evaluate(first, x)
