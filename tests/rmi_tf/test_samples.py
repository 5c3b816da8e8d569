import os
import tracemalloc

from rmi_tf import evaluate, renormalized_mutual_information, tf
from rmi_tf.computing.samples import CHUNK_BYTES, Source, traced

import numpy as np
import pandas as pd
import pytest


def rows_of(samples):
    return list(Source(samples).map(lambda x, rows: (x, rows)))


def test_an_array_is_cut_into_slices_that_cover_it_in_order():
    sites = 50
    x = np.arange(sites * (CHUNK_BYTES // (8 * sites) * 2 + 7.0)).reshape(-1, sites)
    parts = rows_of(x)
    assert len(parts) == 3
    assert np.array_equal(np.concatenate([part for part, _ in parts]), x)
    assert all(np.array_equal(x[rows], part) for part, rows in parts)
    assert max(part.nbytes for part, _ in parts) <= CHUNK_BYTES


def test_a_sample_larger_than_a_chunk_is_a_chunk_of_its_own():
    x = np.zeros((100, CHUNK_BYTES // 8 + 1), np.float64)
    assert [part.shape for part, _ in rows_of(x)] == [(1, CHUNK_BYTES // 8 + 1)] * 100


class Reread:
    def __init__(self, parts):
        self.parts = parts

    def __iter__(self):
        return iter(self.parts)


@pytest.mark.parametrize("kind", [list, tuple, Reread])
def test_chunks_come_in_their_order_whole(kind):
    parts = [np.full((1 + i, 2), i, float) for i in range(20)]
    for _ in range(2):
        found = rows_of(kind(parts))
        assert all(np.array_equal(a, b) for (a, _), b in zip(found, parts, strict=True))
        assert all(rows is None for _, rows in found)


@pytest.mark.parametrize(
    "wrap",
    [
        np.asfortranarray,
        tf.constant,
        pd.DataFrame,
        lambda x: x.astype(np.int16),
        lambda x: x.astype(np.float16),
        lambda x: x.astype(np.float32),
        lambda x: [x.astype(np.int16), x.astype(np.float32)],
    ],
    ids=["Fortran", "tensor", "data frame", "int16", "float16", "float32", "mixed chunks"],
)
def test_samples_of_any_real_kind_are_taken(wrap):
    x = np.arange(300.0).reshape(150, 2)  # numbers that each of the types holds exactly
    y, _ = evaluate(lambda x: x[:, 0], wrap(x))
    assert np.array_equal(y[:150, 0], x[:, 0])


def test_float32_stays_float32_and_whole_numbers_become_float64():
    for dtype, expected in [(np.float32, np.float32), (np.int32, np.float64)]:
        y, volume = evaluate(lambda x: x[:, 0], np.ones((100, 2), dtype))
        assert y.dtype == volume.dtype == expected


def test_an_error_in_one_chunk_reaches_the_caller():
    def broken(x, rows):
        if x[0, 0] == 3:
            raise RuntimeError("chunk 3")
        return x

    with pytest.raises(RuntimeError, match="chunk 3"):
        list(Source([np.full((5, 1), i) for i in range(6)]).map(broken))


def test_a_traced_function_takes_chunks_of_any_length_and_is_traced_once():
    traces = []
    source = Source(np.ones((100, 3)))
    graph = traced(lambda x: traces.append(1) or tf.reduce_sum(x, axis=1), source)
    before = len(traces)
    for n in (1, 7, 1000):
        assert graph(np.ones((n, 3))).numpy() == pytest.approx(np.full(n, 3.0))
    assert len(traces) == before


def test_arrays_and_chunks_know_how_many_rows_they_have_or_say_so():
    assert Source(np.ones((123, 2))).length == 123
    with pytest.raises(ValueError, match="weights: expected samples in one array, got chunks"):
        Source([np.ones((123, 2))]).whole("weights")


def test_an_array_mapped_from_a_file_is_read_slice_by_slice(tmp_path):
    x = np.arange(30_000_000, dtype=np.int16).reshape(-1, 2)
    np.save(tmp_path / "x.npy", x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    tracemalloc.start()
    parts = Source(mapped).map(lambda x, _: (x.dtype, len(x), x[0, 0]))
    found = list(parts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {dtype for dtype, _, _ in found} == {np.dtype(np.float64)}
    assert sum(n for _, n, _ in found) == len(x)
    # a few slices as float64, four times as large as on disk, for each core; the file has 60 MB
    assert peak < 10 * CHUNK_BYTES * (os.cpu_count() or 1)


def test_batches_of_a_dataset_are_chunks():
    x = np.random.default_rng(0).normal(size=(1000, 2))
    dataset = tf.data.Dataset.from_tensor_slices(x)
    whole = renormalized_mutual_information(lambda x: x[:, 0], x)
    assert renormalized_mutual_information(lambda x: x[:, 0], dataset.batch(128)) == whole
    with pytest.raises(ValueError, match=r"samples: expected shape \(n, N\), got \(2,\)"):
        Source(dataset).first()
    labelled = tf.data.Dataset.from_tensor_slices((x, x[:, 0])).batch(128)
    with pytest.raises(TypeError, match=r"samples: expected chunks \(n, N\), got a tuple"):
        Source(labelled).first()


def test_what_is_not_finite_is_found_before_any_work_in_all_slices():
    x = np.zeros((3 * CHUNK_BYTES // 16, 2))
    x[[5, -1], 1] = np.nan, np.inf
    with pytest.raises(ValueError, match="samples: expected finite numbers, 2 entries are not"):
        Source(x)


def test_a_mask_is_refused_since_what_it_hides_would_count():
    hidden = np.ma.masked_greater(np.random.default_rng(0).normal(size=(200, 2)), 0.5)
    with pytest.raises(TypeError, match="samples: expected an array without a mask"):
        Source(hidden)
