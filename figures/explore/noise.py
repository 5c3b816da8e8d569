"""The noise explorer's view: a field, the RMI of five features against the noise, their entropy.

What is shown comes from functions that are handed in; `picture` draws it as Fig. 2 does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from ..draw import style
from ..draw.panels import draw_entropy
from ..draw.wave_packet import FEATURES, draw_field, draw_rmi
from .live import WIDTH, Latest, Picture, image, nearest, position, slider, wide

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

LEVELS = [round(0.01 * i, 2) for i in range(2, 41)]  # of the noise: the slider's positions
LIMITS = {"field": (-1.3, 2.5), "rmi": (-3.0, 3.2), "entropy": (-8.0, 14.0)}
GAP = 5.0  # least range of positions, in sites
CHANGES = {"y": "y", "a·y": "scale", "y³ + 5y": "bend"}


class NoiseExplorer:
    """Controls and what they show; `box` is the widget.

    Args:
        sample: of (noise, width, positions): one sample of the field, as `draw_field` takes it.
        estimate: of (noise, width, positions, change): columns `feature`, `rmi`, `rmi_se` and
            `entropy`, a row for each feature. The change is a dict of feature to (a, b): a y + b y³
            is measured in place of y.
    """

    def __init__(self, sample: Callable[..., Any], estimate: Callable[..., Any]) -> None:
        self.sample, self.estimate = sample, estimate
        self.noise = slider("field noise", 0.2, LEVELS[0], LEVELS[-1], 0.01)
        self.width = slider("packet width", 9, 3, 15, 0.5)
        self.positions = ipywidgets.FloatRangeSlider(
            value=(30, 70), min=10, max=90, step=GAP, description="positions", readout_format=".0f",
            **wide(),
        )  # fmt: skip
        labels = {label: name for name, (label, *_) in FEATURES.items()}
        self.changed = ipywidgets.Dropdown(
            options=labels, value="pca", description="change", **wide()
        )
        self.change = ipywidgets.ToggleButtons(
            options=CHANGES, style={"button_width": "6em"}, layout={"margin": "2px 0 0 9em"}
        )
        self.factor = ipywidgets.FloatLogSlider(
            value=3, min=-1, max=1, step=0.05, description="a", readout_format=".2f", **wide()
        )
        self.checks = {
            name: ipywidgets.Checkbox(
                value=True, description=label, indent=False, layout={"width": "auto"}
            )
            for name, (label, *_) in FEATURES.items()
        }
        self.image, self.numbers = image(), ipywidgets.HTML()
        self._known: dict[float, pd.DataFrame] = {}
        self._known_for: Any = None
        self._kept: Any = None
        self._drawn: dict[float, bytes] = {}  # pictures by noise, of what is kept
        self._picture = _picture()
        self.latest = Latest(self.show, self.prepare)
        self.controls = [self.noise, self.width, self.positions, self.changed, self.change]
        self.controls += [self.factor, *self.checks.values()]
        for control in self.controls:
            control.observe(self.latest.ask, "value")
        column = ipywidgets.Layout(width="50%")
        sliders = ipywidgets.VBox([self.noise, self.width, self.positions], layout=column)
        change = ipywidgets.VBox([self.changed, self.change, self.factor], layout=column)
        checks = ipywidgets.HBox(
            list(self.checks.values()), layout={"justify_content": "space-between"}
        )
        self.box = ipywidgets.VBox(
            [ipywidgets.HBox([sliders, change]), checks, self.image, self.numbers],
            layout={"max_width": f"{WIDTH}px"},
        )

    def show(self) -> None:
        """Estimate at the current values what is not yet known, and show it."""
        noise = position(self.noise)  # once: it may move on meanwhile
        self._at(noise)
        self.image.value = self.png(noise)
        self.numbers.value = self.table(noise)

    def prepare(self) -> bool:
        """Estimate at one more noise; after the last one, show the whole curve, and draw ahead."""
        missing = [noise for noise in LEVELS if noise not in self._known]
        noise = position(self.noise)
        if missing:
            self._at(nearest(missing, noise))
            if len(missing) == 1 or len(missing) % 8 == 0:
                self.image.value = self.png(noise)
            return True
        to_draw = [level for level in LEVELS if level not in self._drawn]
        if to_draw:
            self.png(nearest(to_draw, noise))
        return len(to_draw) > 1

    def curves(self) -> pd.DataFrame:
        """All that is known at the current values but the noise, as `draw_rmi` takes it."""
        import pandas as pd

        known = [self._known[noise].assign(noise=noise) for noise in sorted(self._known)]
        return pd.concat(known, ignore_index=True).assign(estimator="corrected")

    def png(self, noise: float) -> bytes:
        """The picture of what is known, with this noise marked."""
        chosen = self.chosen()  # once: what is kept must not depend on a later move
        kept = (chosen, len(self._known), self._known_for)
        if kept != self._kept:
            self._picture.keep(lambda: self._draw_curves(chosen))
            self._kept, self._drawn = kept, {}
        if noise not in self._drawn:
            self._drawn[noise] = self._png(noise, chosen)
        return self._drawn[noise]

    def _png(self, noise: float, chosen: list[str]) -> bytes:
        width, positions, _ = self._known_for
        field = self.sample(noise, width, positions)
        now = self._known.get(noise)

        def draw() -> None:
            field_axes, rmi_axes, entropy_axes = self._picture.figure.axes
            draw_field(field_axes, field, legend=False)
            for axes, column in ((rmi_axes, "rmi"), (entropy_axes, "entropy")):
                axes.axvline(noise, color="0.4", lw=0.8, ls="--", zorder=0)
                if now is not None:
                    rows = now[now.feature.isin(chosen)]
                    colours = [FEATURES[name].colour for name in rows.feature]
                    x = np.full(len(rows), noise)
                    axes.scatter(x, rows[column], s=36, c=colours, edgecolors="k", zorder=4)

        return self._picture.png(draw)

    def _draw_curves(self, chosen: list[str]) -> None:
        table = self.curves()
        table = table[table.feature.isin(chosen)]
        _, rmi, entropy = self._picture.figure.axes
        draw_rmi(rmi, table)
        draw_entropy(entropy, table, FEATURES, against="noise")

    def table(self, noise: float) -> str:
        """The numbers at this noise, as HTML; the best feature's column is marked."""
        now = self._known[noise].set_index("feature")
        chosen = self.chosen()
        best = now.rmi[chosen].idxmax() if chosen else None
        rows = {"": "", "RMI (nats)": "", "entropy (nats)": ""}
        for name, (label, colour, _) in FEATURES.items():
            row, shown = now.loc[name], name in chosen
            mark = "background: #e8f1fa; font-weight: bold;" if name == best else ""
            cell = f'<td class="{{}} {name}" style="width: 17%; text-align: center; {mark}">'
            swatch = f'<span style="color: {colour}">&#9632;</span> {label}'
            rmi = f"{row.rmi:.3f} ± {row.rmi_se:.3f}" if shown else "–"
            entropy = f"{row.entropy:.3f}" if shown else "–"
            for key, kind, text in zip(
                rows, ("name", "rmi", "entropy"), (swatch, rmi, entropy), strict=True
            ):
                rows[key] += cell.format(kind) + text + "</td>"
        head = "no feature is chosen"
        if best is not None:
            head = f'says most at noise {noise:.2f}: <b class="best {best}">'
            head += f"{FEATURES[best].label}</b>"
        lines = "".join(f'<tr><td style="width: 15%">{k}</td>{v}</tr>' for k, v in rows.items())
        return (
            f'<div style="line-height: 1.5">{head}</div>'
            f'<table style="width: 100%; table-layout: fixed; line-height: 1.5">{lines}</table>'
        )

    def chosen(self) -> list[str]:
        """The features whose boxes are checked."""
        return [name for name, check in self.checks.items() if check.value]

    def _at(self, noise: float) -> None:
        change = {"y": (1.0, 0.0), "scale": (self.factor.value, 0.0), "bend": (5.0, 1.0)}
        changes = {self.changed.value: change[self.change.value]}
        known_for = (position(self.width), self._range(), changes)
        if known_for != self._known_for:
            self._known, self._known_for = {}, known_for
        if noise not in self._known:
            self._known[noise] = self.estimate(noise, *known_for)

    def _range(self) -> tuple[float, float]:
        low, high = self.positions.value
        return low, max(high, low + GAP)


def _picture() -> Picture:
    import pandas as pd
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    with style.paper():
        figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 2.75))
        field, rmi, entropy = figure.subplots(1, 3, width_ratios=[1.1, 1.3, 1])
        # out of sight, for its legend, which takes longer to draw than the field
        draw_field(field, pd.DataFrame({"site": [-9], "field": [0], "packet": [0]}))
        handles = [
            Line2D([], [], color=colour, marker=marker, label=label)
            for label, colour, marker in FEATURES.values()
        ]
        figure.legend(handles=handles, loc="outside upper center", ncols=5, columnspacing=1.2)

    def frame() -> None:
        field.set(xlabel="site $j$", ylabel="field $x_j$ (packet height = 1)", xlim=(0, 101))
        field.set(ylim=LIMITS["field"])
        noise = r"field noise $\sqrt{\langle\xi_j^2\rangle}$"
        rmi.set(xlabel=noise, ylabel=r"RMI $\tilde{I}$ (nats)", ylim=LIMITS["rmi"])
        entropy.set(xlabel=noise, ylim=LIMITS["entropy"])
        entropy.set_ylabel("entropy $H(f(x))$ (nats)")
        for axes in (rmi, entropy):
            axes.set_xlim(0, 0.42)
            axes.tick_params(labelsize=7, pad=3.5)

    return Picture(figure, frame)
