"""Networks that find collective variables, measured: the place of a packet, the shape of a drop.

Each training is a process of its own on one thread; times are of its processor. All values are on
samples that no training saw. About 10 minutes of processor time.
"""

import os
import time

# before TensorFlow is imported; the children of `run_pieces` get the same
os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}

import rmi_tf
from rmi_tf import linear, second_moments

import numpy as np
import pandas as pd

import data_generators
from data_generators import LiquidDrop, WavePacket
from figures import output_folder, remove_pieces, run_pieces
from tests.bench.shared import Bounds

SEEDS, REACH = 5, 4  # trainings at each noise strength, and how many of them must do
NOISES, NAMED_UP_TO = (0.1, 0.2, 0.4, 0.7, 1.0), 0.4
# first a dial at a coarse ε, then Ĩ: else some cut the range of places in two
COARSE, DELTA, PACKET_STEPS, PACKET_BATCH = 1.5, 0.05, (100, 500), 500
SPREADS = (0.05, 0.1, 0.2)  # of the drops; the last one is Fig. 2d's largest
DROP_STEPS, DROP_BATCH = 200, 250
SEEN, UNSEEN = 4096, 10_000  # drops to train on, and those of Fig. 2d
FOLDER = "build/bench_networks"


def one_packet(noise, seed, steps, batch, each_step):
    """A network on the field: what it is worth, and whether it is the packet's place."""
    start, packet = time.process_time(), WavePacket(noise=noise)
    x = packet.sample(batch * sum(steps), seed=seed)
    model, (early, late) = rmi_tf.smooth_network(x.shape[1], seed=seed), steps
    fresh = lambda step: x[batch * step :][:batch]  # noqa: E731
    dial = rmi_tf.dial_protocol(fresh, COARSE, DELTA, steps=early, seed=seed)
    rmi_tf.ascend(model, dial, steps=early, each_step=each_step)
    others = lambda step: fresh(early + step)  # noqa: E731
    way = rmi_tf.accurate_protocol(others, steps=late, rate=3e-3)
    rmi_tf.ascend(model, way, steps=late, each_step=each_step)
    spent = time.process_time() - start
    unseen, position = packet.sample(20_000, seed=10**6), packet.position(20_000, seed=10**6)
    result = rmi_tf.renormalized_mutual_information(model, unseen)
    correlation = abs(rmi_tf.rank_correlation(model(unseen).numpy()[:, 0], position))
    numbers = {"rmi": result.rmi, "se": result.se, "correlation": correlation, "seconds": spent}
    return {"noise": noise, "seed": seed} | numbers


def drops(spread, folder, seen, unseen):
    """Drops to train on, and the very drops of Fig. 2d; made once, for all seeds."""
    drop = LiquidDrop.paper(deformation=spread)
    cache = output_folder(folder) / "drops"
    return drop.sample(seen, seed=1, cache=cache), drop.sample(unseen, seed=0, cache=cache)


def one_drop(spread, seed, steps, batch, folder, seen, unseen, each_step):
    """A network on drops, beside the hand-made features on the same unseen drops."""
    train, held_out = drops(spread, folder, seen, unseen)
    start, model = time.process_time(), rmi_tf.exchangeable_network(250, seed=seed)
    generator = np.random.default_rng(seed)
    protocol = rmi_tf.neighbour_protocol(
        lambda step: generator.choice(train, batch, replace=False), steps=steps
    )
    rmi_tf.ascend(model, protocol, steps=steps, each_step=each_step)
    spent = time.process_time() - start
    pca = linear(rmi_tf.principal_components(train, count=2))
    features = {"network": model, "pca": pca, "second_moments": second_moments}
    terms = {name: rmi_tf.evaluate(f, held_out) for name, f in features.items()}
    result = rmi_tf.rmi_from_terms(*terms["network"])
    found = {"spread": spread, "seed": seed, "rmi": result.rmi, "se": result.se}
    for name in ("pca", "second_moments"):
        lead, error = lead_of_network(terms["network"], terms[name])
        found |= {name: result.rmi - lead, f"over_{name}": lead / error}
    by_hand = rmi_tf.renormalized_mutual_information(rmi_tf.quadrupole, held_out).rmi
    return found | {"quadrupole": by_hand, "seconds": spent}


def lead_of_network(network, other):
    """By how much the network is ahead, and the paired standard error."""
    best, second = rmi_tf.compare_terms({"network": network, "other": other}).rows
    return (second.behind if best.feature == "network" else -second.behind), second.behind_se


def table_of(function, pieces):
    found = run_pieces(function, pieces, folder=FOLDER, code=[rmi_tf, data_generators])
    return pd.DataFrame(found).astype(float)


def printed(table, title):
    print(title)
    print(table.astype({"seed": int}).round(4).to_string(index=False), flush=True)


def table_of_packets(bounds):
    common = {"steps": PACKET_STEPS, "batch": PACKET_BATCH}
    pieces = [common | {"noise": n, "seed": s} for n in NOISES for s in range(SEEDS)]
    table = table_of(one_packet, pieces)
    title = f"wave packet, dial at ε = {COARSE}, δ = {DELTA}, then Ĩ: steps {PACKET_STEPS}"
    printed(table, title)
    for noise, rows in table.groupby("noise"):
        named = (rows.correlation >= 0.99) | (noise > NAMED_UP_TO)
        reached = ((rows.rmi >= 2.65) & named).sum()
        what = f"noise {noise}, of {SEEDS} seeds with "
        what += "RMI 2.65, |ρ| 0.99" if noise <= NAMED_UP_TO else "RMI 2.65"
        bounds.check(what, reached, at_least=REACH)
        bounds.check(f"noise {noise}, longest training", rows.seconds.max(), at_most=60, unit="s")


def table_of_drops(bounds):
    common = {"steps": DROP_STEPS, "batch": DROP_BATCH, "folder": FOLDER}
    common |= {"seen": SEEN, "unseen": UNSEEN}
    pieces = [common | {"spread": spread, "seed": s} for spread in SPREADS for s in range(SEEDS)]
    for spread in SPREADS:
        drops(spread, FOLDER, SEEN, UNSEEN)
    table = table_of(one_drop, pieces)
    title = f"drops, {DROP_STEPS} steps of {DROP_BATCH} out of {SEEN}; leads in standard errors"
    printed(table, title)
    largest = table[table.spread == SPREADS[-1]]
    for name in ("pca", "second_moments"):
        what = f"spread {SPREADS[-1]}, least lead over {name}"
        bounds.check(what, largest[f"over_{name}"].min(), at_least=4, unit="se")
    bounds.check("drops, longest training", table.seconds.max(), unit="s")


if __name__ == "__main__":
    bounds = Bounds()
    table_of_packets(bounds)
    table_of_drops(bounds)
    remove_pieces(FOLDER)
    bounds.exit()
