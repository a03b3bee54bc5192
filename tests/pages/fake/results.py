"""Numbers: our own, their comparison, and those of others."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from bench_core import api
from bench_core.engine.answers.comparison import NumberWithDraws, at_one_size, difference, pareto_probability
from bench_core.engine.answers.external_numbers import published_frame, statements_frame
from bench_core.engine.answers.many_numbers import many_numbers
from bench_core.engine.answers.redundancy import correlations
from bench_core.frames import DIFFERENCES, FRONT, IMPORTED_RESULTS, RESULTS
from bench_core.intake.chexgenbench import read_results
from tests.pages.fake.catalogue import COPYING, METRICS, PROTOCOL, REFERENCE, SKILL, metric_of
from tests.pages.fake.state import State


class Results(State):
    """The functions of the facade about numbers."""

    def results(self, reference: api.Reference | None = None, synthetic: Any = None) -> pd.DataFrame:
        against = reference or REFERENCE
        about = {"real": against.real, "train": against.train, "encoder": against.encoder, "encoder_revision": "r1"}
        rows = []
        for set_row in self.judged():
            for mode, metric in [(m, name) for m in self.modes for name in METRICS if m == "corrected" or name in PROTOCOL]:
                if metric in self.lacking.get(set_row["name"], ()):
                    continue
                row = {**about, **self._number(set_row, metric, mode)}
                rows.append(row)
                if set_row["name"] in self.by_finding:
                    rows += [self._of_finding(row, f, i) for i, f in enumerate(api.FINDINGS[:-1])]
        return RESULTS.of(rows)

    def _number(self, set_row: dict[str, Any], metric: str, mode: str) -> dict[str, Any]:
        """One number of all images of a set: the better the skill of its generator, the nearer it is to the null."""
        generator = set_row["generator"]
        _, family, _, _, null, slope, _ = METRICS[metric]
        amount = COPYING.get(generator, 0.0) if family == "privacy" else SKILL.get(generator, 0.5)
        value, width = null + slope * amount, abs(slope) * 0.03 + 0.01
        value = value if mode == "corrected" else round(value * 1.1, 3)
        return {
            "run": f"run-{generator}", "synthetic": set_row["id"], "set_name": set_row["name"], "generator": generator,
            "generator_title": generator, "metric": metric, "family": family, "subgroup": "all", "mode": mode,
            "value": value, "low": value - width, "high": value + width, "matched": value * 1.02,
            "null": null, "null_low": null - width, "null_high": null + width,
            "settings": {}, "seed": 0, "version": 1, "status": "ok", "message": "",
            "n_real": 120, "n_synthetic": set_row["images"], "n_train": 120, "seconds": 0.1, "created": set_row["created"],
        }  # fmt: skip

    def _of_finding(self, row: dict[str, Any], finding: str, number: int) -> dict[str, Any]:
        """The row of a subgroup: fewer images, and a null that is worse and wider for them."""
        n = int(self.tables[row["synthetic"]][finding].to_numpy().sum())
        sign = 1 if METRICS[row["metric"]][2] == "minimize" else -1
        shift, width = sign * abs(row["null"]) * 4 / n, 3 * (row["high"] - row["value"])
        moved = {k: row[k] + shift for k in ("value", "low", "high", "matched", "null")}
        ends = {"null_low": moved["null"] - width, "null_high": moved["null"] + width}
        skipped = {"status": "skipped", "value": np.nan, "message": "synthetic has n = 3 images."} if number == 12 else {}
        return {**row, **moved, **ends, "subgroup": f"finding={finding}", "n_synthetic": n, "n_real": 2 * n, **skipped}

    def published(self) -> pd.DataFrame:
        return published_frame()

    def published_statements(self) -> pd.DataFrame:
        return statements_frame()

    def import_results(self, name: str, files: Any, skip_bad: bool = False) -> api.ImportReport:
        rows, problems = read_results(files)
        if problems and not skip_bad:
            raise api.TableError("1 thing is wrong; nothing was imported.", problems, "Mend it.")
        self.numbers += [{**row, "name": name, "created": pd.Timestamp("2026-11-20", tz="UTC")} for row in rows]
        return api.ImportReport(None, len(rows), problems)

    def imported_results(self) -> pd.DataFrame:
        return IMPORTED_RESULTS.of(self.numbers)

    def delete_import(self, name: str) -> None:
        self.deleted.append(name)
        self.numbers = [r for r in self.numbers if r["name"] != name]

    def _measured(self, metrics: Any, synthetic: Any) -> dict[str, dict[str, NumberWithDraws]]:
        """Numbers with draws of the sets that have them; draw i of all has the same disturbance by the real images."""
        found: dict[str, dict[str, NumberWithDraws]] = {}
        shared = np.random.default_rng(1).normal(size=40)
        for row in self.results().query("subgroup == 'all'").to_dict("records"):
            name, metric = row["set_name"], row["metric"]
            if metric not in metrics or name in self.without_draws or (synthetic is not None and name not in synthetic):
                continue
            own = np.random.default_rng([len(name), len(metric)]).normal(size=40)
            draws = row["value"] + (row["high"] - row["value"]) / 1.96 * (0.8 * shared + 0.6 * own)
            found.setdefault(metric, {})[name] = NumberWithDraws(row["value"], row["matched"], row["null"], draws, row["n_synthetic"])
        return found

    def compare(self, reference: api.Reference, metrics: Any = None, synthetic: Any = None, subgroup: str = "all") -> pd.DataFrame:
        rows = [
            {"metric": m, "first": a, "second": b, **difference(sets[a], sets[b], metric_of(m))}
            for m, sets in self._measured(metrics or METRICS, synthetic).items()
            for a, b in combinations(sets, 2)
        ]
        return DIFFERENCES.of(rows)

    def pareto(self, reference: api.Reference, metrics: Any, synthetic: Any = None, raw: bool = False) -> pd.DataFrame:
        found, axes = self._measured(metrics, synthetic), list(dict.fromkeys(metrics))
        found = found if raw else {metric: at_one_size(sets) for metric, sets in found.items()}
        names = list(found.get(axes[0], {}))
        chance = pareto_probability([[found[m][n] for m in axes] for n in names], [metric_of(m) for m in axes], raw)
        return FRONT.of(pd.DataFrame({"set_name": names, "probability": chance, "draws": 40}))

    def many_numbers(self, results: pd.DataFrame, within: Any = ()) -> pd.DataFrame:
        return many_numbers(results, within)

    def redundancy(self, reference: api.Reference, synthetic: Any = None) -> pd.DataFrame:
        return correlations(self._measured(METRICS, synthetic), self.metrics())

    def per_image(self, synthetic: str, encoder: str, metric: str) -> pd.Series:
        return pd.Series(0.5, index=self.tables[synthetic]["image_id"], name=metric)
