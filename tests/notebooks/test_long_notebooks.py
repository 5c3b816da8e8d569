"""Long notebooks reach their ends with parameters of a minute, by papermill.

What they find then is not looked at: at the parameters stored in them, `make test-paper` does that,
and with the outlook, whose systems have tests of their own.
"""

import json

import pytest

from figures.run.notebook import find_notebook, run_notebook

SMALL = {
    # Far fewer neurons have flat places, where the RMI is refused.
    "figure_3": {"runs": 2, "steps": 4, "neurons": 60, "held_out": 5000},
    "resolution": {
        "deltas": [0.1], "seeds": 1, "starts": 2, "steps": 4, "points": 16, "neurons": 60,
        "read": 100, "accurate_runs": 1, "accurate_steps": [4], "accurate_points": 200,
        "packet_steps": 4, "packet_runs": 1, "held_out": 2000,
    },
    "high_dimensional": {
        "n_samples": 2000, "fit_steps": 1, "noises": [0.4], "packet_steps": 4, "fields": 200,
        "unseen_fields": 1000, "spreads": [0.1], "drop_steps": 2, "seen_drops": 512,
        "unseen_drops": 512, "varied_noises": [0.1], "components": [1, 2], "leading": 2,
        "counted": 2, "counted_fields": 1000,
    },
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_a_long_notebook_reaches_its_end(name, tmp_path, monkeypatch):
    # The other core has the other tests, and each process takes seconds to start.
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    parameters = SMALL[name] | {"output": str(tmp_path)}
    run_notebook(find_notebook(name), parameters=parameters, copy=tmp_path / "executed.ipynb")
    record = json.loads((tmp_path / f"{name}.json").read_text())
    assert record["parameters"].items() >= SMALL[name].items()
    assert all((tmp_path / file).exists() for file in record["sha256"])
