"""The same 50,000 × 100,000 by Splink (DuckDB, trained), for comparison. Needs the `peers` group."""

import subprocess
import sys
import time

from bench.bulk import cpu, matched, peak_mb
from bench.measuring import say
from bench.people import rolls
from s2s_tui.matching.index import build

COUNT, SIZE = 50_000, 100_000


def _frame(records):  # type: ignore[no-untyped-def] ANN202
    import pandas

    frame = pandas.DataFrame(records)
    frame["unique_id"] = frame.pop("id")
    frame["born"] = frame["born"].astype(str)
    for name in ("surname", "forename", "town", "gender", "postcode"):
        frame[name] = frame[name].str.lower().replace("", None)
    return frame[["unique_id", "surname", "forename", "born", "gender", "town", "postcode"]]


def splink(people, asked):  # type: ignore[no-untyped-def] ANN201
    """The best pairs of each, one to one, with their probability: set up as Splink's guide does."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("surname"),
            cl.NameComparison("forename"),
            cl.DateOfBirthComparison("born", input_is_string=True),
            cl.ExactMatch("gender"),
            cl.ExactMatch("town").configure(term_frequency_adjustments=True),
            cl.PostcodeComparison("postcode"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("surname", "forename"),
            block_on("surname", "born"),
            block_on("forename", "born"),
            block_on("postcode", "forename"),
            block_on("born", "town"),
            block_on("born", "gender"),
        ],
    )
    engine = DuckDBAPI()
    frames = [
        engine.register(_frame(people), dataset_display_name="lost"),
        engine.register(_frame(asked), dataset_display_name="roll"),
    ]
    linker = Linker(frames, settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("surname", "forename", "born")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("born"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("surname", "forename"))
    pairs = linker.inference.predict(threshold_match_probability=0.05).as_pandas_dataframe()
    pairs = pairs.sort_values("match_weight", ascending=False)
    found, taken = {}, set()
    for source, left, right, likely in zip(
        pairs["source_dataset_l"],
        pairs["unique_id_l"],
        pairs["unique_id_r"],
        pairs["match_probability"],
        strict=True,
    ):
        lost, roll = (left, right) if source == "lost" else (right, left)
        if roll not in found and lost not in taken:
            found[roll] = (lost, likely)
            taken.add(lost)
    return found


def _one(which: str) -> None:
    people, asked, truth = rolls.roll(COUNT, SIZE)
    before, start, wall = peak_mb(), cpu(), time.perf_counter()
    if which == "splink":
        found = splink(people, asked)
    else:
        links = matched(build(people), build(asked))
        rows = zip(links.roll.tolist(), links.lost.tolist(), links.probability.tolist(), strict=True)
        found = {roll: (lost, likely) for roll, lost, likely in rows if lost}
    took, used = time.perf_counter() - wall, cpu() - start
    cuts = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.99)
    scores = [
        rolls.f1({roll: lost for roll, (lost, likely) in found.items() if likely >= cut}, truth)
        for cut in cuts
    ]
    score, precision, recall = max(scores)
    print(score, precision, recall, scores[cuts.index(0.5)][0], took, used, peak_mb() - before)


def run() -> None:
    figures = {}
    for which in ("ours", "splink"):
        done = subprocess.run(
            [sys.executable, "-m", "bench.bulk_splink", which], check=True, capture_output=True, text=True
        )
        figures[which] = [float(part) for part in done.stdout.split()[-7:]]
    for which, (score, precision, recall, even, took, used, memory) in figures.items():
        say(f"{which}: F1 at the best threshold", 100 * score, "%")
        say(f"{which}: F1 at even odds", 100 * even, "%")
        say(f"{which}: precision", 100 * precision, "%")
        say(f"{which}: recall", 100 * recall, "%")
        say(f"{which}: wall", took, "s")
        say(f"{which}: CPU", used, "s")
        say(f"{which}: memory beyond the made-up pupils", memory, "MB")
    for name, at in (("wall", 4), ("CPU", 5), ("memory", 6)):
        say(f"ours / Splink: {name}", figures["ours"][at] / figures["splink"][at], "", "below 1")


if __name__ == "__main__":
    _one(sys.argv[1]) if len(sys.argv) > 1 else run()
