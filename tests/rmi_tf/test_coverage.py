import numpy as np
import pytest
from scipy import stats

from tests.bench import bench_coverage

REPLICATIONS = {
    "linear": 200, "exponential": 200, "normalized_position": 60, "gaussian pair": 60,
    "series 20, K = 1": 100, "series 20, K = 2": 30, "Metropolis 2, K = 1": 60,
    "Metropolis 1.5, K = 2": 30, "reweighted, K = 1": 60, "reweighted, K = 2": 30,
}  # fmt: skip


@pytest.mark.paper
@pytest.mark.parametrize("case", REPLICATIONS)
def test_intervals_cover_the_truth_as_often_as_they_say(case):
    # The bounds are those within which a coverage that bench_coverage.py would accept, of 400
    # replications, leaves fewer: outside of them with probability below 1e-4 at either end.
    _, truth, (least, most) = bench_coverage.CASES[case]
    replications = REPLICATIONS[case]
    off = bench_coverage.errors(case, truth(), replications)
    low = stats.binom.ppf(1e-4, replications, least)
    high = stats.binom.isf(1e-4, replications, most) if most < 1 else replications
    assert low <= bench_coverage.covered(off) <= high
    # The standard errors match the spread, which is known to 1/√(2 replications); a series' own, of
    # ten or more correlation times, are known to less.
    assert np.mean(off[:, 1]) == pytest.approx(
        np.std(off[:, 0], ddof=1), rel=4 / np.sqrt(2 * replications)
    )
