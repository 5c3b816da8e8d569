"""How many of 200 ascents of the paper's protocol run away into their own bins.

There the lattice value, which is ascended, leaves the value on fresh samples. Ascents of the
paper's 1000 steps would take over an hour and a half on two cores, so each start is judged after
fewer. Whether that matters is checked: those whose verdict is nearest to a change, and some of the
others, go up again with all steps, from the same weights along the same path. Where one of the
others changes, too, the count holds for so many steps only. Each ascent is a process of its own on
one thread: 55 ms of processor time a step and 8 to 12 s to begin, 50 to 55 minutes on two cores.
"""

import rmi_tf

import numpy as np
import pandas as pd
from scipy.stats import binomtest

import data_generators
from data_generators import Spiral
from figures import remove_pieces, run_pieces

STARTS, STEPS, ALL_STEPS = 200, 300, 1000
# Which go up with all steps: the widest gaps of those that stayed, the narrowest of those that ran
# away, and others, evenly spread in the order of their gaps.
WIDEST, NARROWEST, OTHERS = 8, 2, 4
GAP = 0.3  # nats
NEURONS, BINS, FRESH = 150, 100, 20_000
FOLDER = "build/bench_runaway"

AWAY, STAYED = f"ran away, gap over {GAP} nats", "stayed"
NOT_FINITE, NO_VALUE = "objective not finite", "feature without a value"
QUANTILES = (0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 1)


def one_start(seed, steps, each_step):
    """Where an ascent ends: its values on the lattice and on fresh samples, and what it is like."""
    spiral, model, missing = Spiral(), rmi_tf.network(NEURONS, seed=seed), float("nan")
    x, weights = spiral.lattice()
    found = {"seed": seed, "steps": steps, "finite": True}
    found |= dict.fromkeys(("lattice", "heldout", "heldout_se", "correlation"), missing)
    try:
        rmi_tf.ascend(model, rmi_tf.paper_protocol(x, weights), steps=steps, each_step=each_step)
    except rmi_tf.NotFiniteError as error:
        return found | {"finite": False, "steps": len(error.history.step)}
    fresh = spiral.sample(FRESH, seed=10**6 + seed)
    value = rmi_tf.renormalized_mutual_information
    try:
        lattice = value(model, x, weights=weights, estimator="triangular", bins=BINS)
        heldout = value(model, fresh)
    except ValueError:  # it is flat where there are samples, or its values are not finite
        return found
    along = spiral.untwist(x) @ np.linalg.eigh(spiral.covariance)[1][:, 1]
    y = model(x.astype(np.float32)).numpy()[:, 0]
    return found | {
        "lattice": lattice.rmi,
        "heldout": heldout.rmi,
        "heldout_se": heldout.se,
        "correlation": abs(rmi_tf.rank_correlation(y, along, weights=weights)),
    }


def ascents(seeds, steps):
    """A row for each start, in the order of its seed, with gap and verdict."""
    pieces = [{"seed": int(seed), "steps": steps} for seed in sorted(seeds)]
    found = run_pieces(one_start, pieces, folder=FOLDER, code=[rmi_tf, data_generators])
    table = pd.DataFrame([{k: v.item() for k, v in piece.items()} for piece in found])
    table["gap"] = table.lattice - table.heldout
    cases = [~table.finite, table.gap > GAP, table.gap <= GAP]
    table["verdict"] = np.select(cases, [NOT_FINITE, AWAY, STAYED], NO_VALUE)
    return table.set_index("seed").drop(columns="finite")


def chosen(table):
    """What each start that shall go up with all steps stands for, by its seed."""
    away = table[table.verdict == AWAY].sort_values("gap")
    stayed = table[table.verdict == STAYED].sort_values("gap", ascending=False)
    rest = pd.concat([away[NARROWEST:][::-1], stayed[WIDEST:]])
    others = rest.iloc[np.linspace(0, len(rest) - 1, OTHERS).round().astype(int)]
    groups = {
        "widest that stayed": stayed[:WIDEST],
        "narrowest that ran away": away[:NARROWEST],
        "others": others,
    }
    return pd.Series({seed: name for name, rows in groups.items() for seed in rows.index})


def print_shares(title, verdicts):
    print(f"\n{title:<40} {'count':>5} {'share':>7}   95 % interval (Clopper and Pearson)")
    for end in (AWAY, STAYED, NOT_FINITE, NO_VALUE):
        count, n = int((verdicts == end).sum()), len(verdicts)
        low, high = binomtest(count, n).proportion_ci(0.95, method="exact")
        print(f"  {end:<38} {count:>5} {count / n:>7.1%}   {low:.1%} to {high:.1%}")


def print_rows(title, table):
    print(f"\n{title}")
    print(table.round(4).to_string() if len(table) else "none", flush=True)


def main():
    table = ascents(range(STARTS), STEPS)
    print(f"The paper's protocol, {STARTS} starts; gap: lattice value less held-out value, in nats")
    print_shares(f"after {STEPS} steps", table.verdict)
    print_rows("quantiles of the gap", table.gap.quantile(QUANTILES).to_frame().T)
    print_rows("those that ran away", table[table.verdict == AWAY].drop(columns="verdict"))

    groups = chosen(table)
    later = ascents(groups.index, ALL_STEPS)
    names = {"gap": f"gap at {STEPS}", "verdict": f"verdict at {STEPS}"}
    compared = table.loc[later.index, list(names)].rename(columns=names)
    compared["group"] = groups.loc[later.index]
    compared = compared.join(later.drop(columns="steps"))
    changes = compared.verdict != compared[f"verdict at {STEPS}"]
    print_rows(f"some of them after {ALL_STEPS} steps", compared.sort_values("group"))
    for name, of_group in changes.groupby(compared.group):
        print(f"{name}: {of_group.sum()} of {len(of_group)} verdicts change")
    ends = table.verdict.copy()
    ends.update(later.verdict)
    print_shares(f"those after {ALL_STEPS} steps, the rest after {STEPS}", ends)
    remove_pieces(FOLDER)


if __name__ == "__main__":
    main()
