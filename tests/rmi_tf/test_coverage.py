import numpy as np
import pytest
from scipy import stats

from tests.bench import bench_coverage

REPLICATIONS = {"linear": 300, "exponential": 300, "normalized_position": 60, "curved_pair": 60}


@pytest.mark.paper
@pytest.mark.parametrize("feature", bench_coverage.CASES, ids=lambda feature: feature.__name__)
def test_intervals_cover_the_truth_as_often_as_they_say(feature):
    # The bounds are those within which a coverage that bench_coverage.py would accept, of 500
    # replications, leaves fewer: outside of them with probability below 1e-4 at either end.
    truth, (least, most) = bench_coverage.CASES[feature]
    replications = REPLICATIONS[feature.__name__]
    off = bench_coverage.errors(feature, truth(), replications)
    low = stats.binom.ppf(1e-4, replications, least)
    high = stats.binom.isf(1e-4, replications, most)
    assert low <= bench_coverage.covered(off) <= high
    # The standard errors match the spread, which is known to 1/√(2 replications).
    assert np.mean(off[:, 1]) == pytest.approx(
        np.std(off[:, 0], ddof=1), rel=4 / np.sqrt(2 * replications)
    )
