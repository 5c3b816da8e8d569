"""The numbers behind the page's explorers: `make explorers` works them out, in some minutes.

They are those of the live explorers, by construction: explore.ipynb is executed in this process and
its own functions are asked at each position of a slider. What comes out is kept in git, as whole
numbers in small units, beside a record of the run.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import same_bits as same_bits

import nbformat
import numpy as np

from figures import recorded_parameters, save_provenance
from figures.draw.spiral import LEVELS
from figures.explore.drop import DEFORMATIONS
from figures.explore.twist import REACH, REFERENCES
from figures.save.files import ROOT, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"
EXPLORERS = ("noise", "twist", "drop")
ALPHAS = [round(0.05 * i, 2) for i in range(21)]  # the twist's positions on the page
FEATURES = (*REFERENCES, "network")
LENGTH = 0.01  # unit of a contour's coordinates: less than half a pixel of the page
PLACE = 0.0001  # of the particles, so that second moments are right to their third digit
NATS = 0.0001  # of information and entropies, of which three digits are shown


def notebook_names(**parameters: Any) -> dict[str, Any]:
    """What explore.ipynb defines, after its cells were executed here with these parameters."""
    names: dict[str, Any] = {"__name__": "explore"}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):  # widgets print what they are
                exec(compile(cell.source, NOTEBOOK.name, "exec", dont_inherit=True), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= parameters
    return names


def noise_numbers(names: dict[str, Any]) -> dict[str, Any]:
    """RMI, error and entropy of five features at each noise, in nats; a packet and its noise."""
    table, explorer = names["curves"], names["noise"]
    packet, xi = (
        part[0] for part in names["drawn"](explorer.width.value, explorer.positions.value)[:2]
    )
    rows = {name: rows.sort_values("noise") for name, rows in table.groupby("feature", sort=False)}
    return {
        "noise": [float(noise) for noise in sorted(table.noise.unique())],
        "packet": _whole(packet, NATS),
        "xi": _whole(xi, NATS),
        "features": {
            name: {column: _whole(of[column], NATS) for column in ("rmi", "rmi_se", "entropy")}
            for name, of in rows.items()
        },
    }


def twist_numbers(names: dict[str, Any], alphas: Sequence[float]) -> dict[str, Any]:
    """P_x and the contours of each feature at each twist, and what each is worth, in nats.

    The network begins with the same random weights at each twist, and learns as in the notebook's
    picture.
    """
    explorer = names["twist"]
    found: dict[str, Any] = {"alpha": list(alphas), "density": []}
    found["features"] = {name: {"contours": [], "rmi": [], "rmi_se": []} for name in FEATURES}
    for alpha in alphas:
        explorer.alpha.value = alpha
        where = explorer.distribution()
        explorer.learner.reset()
        explorer.learner.start(until=names["steps"])
        explorer.learner.wait()
        explorer.latest.wait()
        plane, network = names["plane"](*where), names["look"](*where)
        shown = np.abs(plane.x) <= REACH
        density = plane.density[np.ix_(shown, shown)] / plane.density.max()
        found["density"].append(_bytes(density.T))
        fields = [*plane.features, names["gauged"](*where, network.values)]
        results = [*names["results"](*where), network.result]
        for name, field, result in zip(FEATURES, fields, results, strict=True):
            of = found["features"][name]
            of["contours"].append(contours(plane.x, field))
            of["rmi"].append(round(result.rmi / NATS))
            of["rmi_se"].append(round(result.se / NATS))
    edge = plane.x[shown][-1] + (plane.x[1] - plane.x[0]) / 2
    return found | {"edge": round(float(edge), 6), "pixels": int(shown.sum())}


def drop_numbers(names: dict[str, Any]) -> dict[str, Any]:
    """The places of the particles at each deformation, and second moments of random drops."""
    return {
        "deformation": DEFORMATIONS,
        "places": [_whole(names["filled"](value).ravel(), PLACE) for value in DEFORMATIONS],
        "cloud": [_whole(moment, PLACE) for moment in names["cloud"].T],
    }


def contours(x: np.ndarray, field: np.ndarray) -> list[list[int]]:
    """Lines of equal probability of a feature in the uniform gauge: [level, x₁, x₂, x₁, x₂, ...].

    Args:
        x: coordinates along one axis, (n,).
        field: the feature over the plane, (n, n), axes (x₁, x₂).
    """
    from contourpy import contour_generator
    from matplotlib.path import Path as Line

    kept = np.abs(x) <= REACH + x[1] - x[0]
    lines = contour_generator(x[kept], x[kept], field[np.ix_(kept, kept)].T)
    found = []
    for number, level in enumerate(LEVELS):
        for course in lines.lines(level):
            line = Line(np.asarray(course) / LENGTH)
            line.simplify_threshold = 1  # unit: what lies closer to a straight line is left out
            line.should_simplify = True
            simple = np.asarray(line.cleaned(simplify=True).vertices)[:-1]  # but the stop
            corners = np.rint(simple).astype(int)
            moves = np.append(True, np.diff(corners, axis=0).any(axis=1))
            found.append([number, *corners[moves].ravel().tolist()])
    return found


def make(folder: Path, *, alphas: Sequence[float] = ALPHAS, **parameters: Any) -> None:
    """Write noise.json, twist.json and drop.json, and record.json of the run, into the folder.

    Args:
        folder: where they go.
        alphas: the twists, in rad per r.
        parameters: of explore.ipynb, where they are not its own.
    """
    started = datetime.now(UTC)
    names = notebook_names(**parameters)
    numbers = noise_numbers(names), twist_numbers(names, alphas), drop_numbers(names)
    files = [folder / f"{name}.json" for name in EXPLORERS]
    for file, content in zip(files, numbers, strict=True):
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
        # a line for each list: what changes can be seen
        write_whole(file, (text.replace("],[", "],\n[") + "\n").encode())
    save_provenance(
        folder / "record.json", parameters=recorded_parameters(names), seed=names["seed"],
        data_files=files, started=started,
    )  # fmt: skip


def _whole(values: Any, unit: float) -> list[int]:
    return np.rint(np.asarray(values, np.float64) / unit).astype(int).tolist()


def _bytes(shares: np.ndarray) -> str:
    """Shares in [0, 1] as bytes, in base64."""
    return base64.b64encode(np.rint(255 * shares).astype(np.uint8).tobytes()).decode()


if __name__ == "__main__":
    make(HERE)
