"""Images a second and peak memory on one GPU: this program against plain diffusers and against the loop that CheXGenBench publishes.

    python benchmarks/generation.py                     # the four models, within nine minutes
    python benchmarks/generation.py --tiny --device cpu # a smoke of everything, on any machine

Architectures of full size with random weights: the same arithmetic as the real ones, without a download. Every contestant makes images
of the same prompts, steps, guidance and size, in one process, after a warm-up. The three differ in this:

- `loop`: as CheXGenBench's tools/generate_data_common.py does it (read at commit 32a03db): batches of 64; Stable Diffusion 1.5 in
  float32, since its loader names no number format, the others in float16; cuDNN held to deterministic algorithms; PNGs written between
  batches.
- `plain`: the pipeline of diffusers in bfloat16, in batches, PNGs written between batches.
- `ours`: a run of the engine (seed an image, journal, provenance in each PNG), bfloat16, with the card's settings for speed; the PNGs of
  a batch are written while the next one is made.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.generation_models import MODELS, Model  # noqa: E402
from tests.generators import tiny_pipelines as tiny  # noqa: E402

PROMPTS = ("Large left pleural effusion.", "No acute cardiopulmonary process.", "Mild cardiomegaly with edema.", "Right pneumothorax.")
WAITS = "This benchmark waits for a device: torch sees no GPU here. --tiny --device cpu runs everything at toy size."


@contextmanager
def deterministic_convolutions() -> Iterator[None]:
    """What the loop sets for itself."""
    import torch

    before = torch.backends.cudnn.deterministic
    torch.backends.cudnn.deterministic = True
    try:
        yield
    finally:
        torch.backends.cudnn.deterministic = before


class Contest:
    """One model, its three contestants, on one device."""

    def __init__(self, model: Model, folder: Path, options: argparse.Namespace) -> None:
        self.model, self.folder, self.options = model, folder, options
        self.pipeline = folder / "pipeline"
        steps = 2 if options.tiny else model.steps
        side = 64 if options.tiny else 512
        self.call: dict[str, Any] = {"num_inference_steps": steps, "guidance_scale": model.guidance, "height": side, "width": side}
        if model.tiny in ("pixart", "sana"):
            self.call |= {"clean_caption": False, "use_resolution_binning": False}

    def build(self) -> None:
        """Saves the pipeline with random weights, made on the device."""
        import torch

        if self.options.tiny:
            tiny.build(self.model.tiny, self.pipeline)
            return
        torch.manual_seed(0)
        before = torch.get_default_dtype()
        torch.set_default_dtype(torch.bfloat16)
        try:
            with torch.device(self.options.device):
                self.model.build(self.pipeline)
        finally:
            torch.set_default_dtype(before)

    def loop(self, batch: int) -> tuple[float, str]:
        """CheXGenBench's way; images a second, and the number format."""
        dtype = "float32" if self.options.device == "cpu" else self.model.loop_dtype
        with deterministic_convolutions():
            return self._diffusers(dtype, batch), dtype

    def plain(self, batch: int) -> tuple[float, str]:
        """diffusers as it comes, in the number format that suits the device."""
        dtype = "float32" if self.options.device == "cpu" else "bfloat16"
        return self._diffusers(dtype, batch), dtype

    def _diffusers(self, dtype: str, batch: int) -> float:
        import torch
        from diffusers import DiffusionPipeline

        kind = {"torch_dtype": getattr(torch, dtype), "use_safetensors": True, "local_files_only": True}
        pipeline = DiffusionPipeline.from_pretrained(str(self.pipeline), **kind).to(self.options.device)
        pipeline.set_progress_bar_config(disable=True)
        out = self.folder / "loop"
        out.mkdir(exist_ok=True)
        few = {**self.call, "num_inference_steps": 2}
        pipeline(prompts(batch), **few)  # warm-up at the size of the batch
        clock, made = Clock(self.options.device), 0
        while made < batch or clock.seconds() < self.options.seconds:
            for number, image in enumerate(pipeline(prompts(batch), **self.call).images):
                image.save(out / f"SyntheticImg_{made + number}.png")
            made += batch
        return made / clock.seconds()

    def ours(self, batch: int) -> tuple[float, str]:
        """Runs of the engine: images over the seconds spent on them, until the last file is written."""
        from bench_core import api
        from bench_core.config import Config
        from bench_core.engine.models import Models
        from bench_core.jobs.waiting import wait_for

        dtype = "float32" if self.options.device == "cpu" else "bfloat16"
        cards = self.folder / "cards" / "generators"
        cards.mkdir(parents=True, exist_ok=True)
        fast = {"compile": True} if self.options.compile else {}
        settings = {**self.call, **fast}
        values = "\n".join(f"{name} = {str(value).lower() if isinstance(value, bool) else value}" for name, value in settings.items())
        text = f'title = "{self.model.name}"\nbackend = "diffusers"\npath = "{self.pipeline}"\ndtype = "{dtype}"\n[settings]\n{values}\n'
        (cards / "contestant.toml").write_text(text)
        config = Config(
            home=self.folder / "home", database_url=f"sqlite:///{self.folder / 'home' / 'bench.sqlite'}", device=self.options.device,
            cards=self.folder / "cards",
        )  # fmt: skip
        workspace, models = api.open_workspace(config), Models(config)
        asked = [api.PromptSpec(text=text) for text in PROMPTS]

        def run(name: str, count: int, seed: int, **more: Any) -> dict[str, Any]:
            choice = api.Choice(id="contestant", settings=more)
            spec = api.GenerateSpec(name=name, generator=choice, prompts=asked, count=count, seed=seed, batch_size=batch)
            run_id = api.submit(spec)
            wait_for(workspace, run_id, models=models)
            row = workspace.runs.get(run_id)
            if row["status"] != "done":
                raise SystemExit(f"{self.model.name}: {row['error']} {row['hint']}")
            return row

        each = -(-batch // len(PROMPTS))
        run("warm-up", each, 0, num_inference_steps=2)
        first = run("first", each, 10_000)
        more = max(1, int(self.options.seconds * first["made"] / max(first["worked"], 1e-9) / batch)) - 1
        rows = [first] + ([run("more", each * more, 20_000)] if more > 0 else [])
        return sum(r["made"] for r in rows) / sum(r["worked"] for r in rows), dtype + (", compiled" if fast else "")


def prompts(batch: int) -> list[str]:
    """The prompts of a batch, in turn."""
    return list(itertools.islice(itertools.cycle(PROMPTS), batch))


class Clock:
    """Seconds since it was made, after everything on the device is done."""

    def __init__(self, device: str) -> None:
        self._cuda = device.startswith("cuda")
        self._start = self._now()

    def _now(self) -> float:
        if self._cuda:
            import torch

            torch.cuda.synchronize()
        return time.perf_counter()

    def seconds(self) -> float:
        """So far."""
        return self._now() - self._start


def peak_memory(device: str, reset: bool) -> float:
    """GiB of the device since the last reset; 0 on a processor."""
    import gc

    import torch

    if not device.startswith("cuda"):
        return 0.0
    gc.collect()
    peak = torch.cuda.max_memory_allocated() / 2**30
    if reset:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    return peak


def compete(model: Model, options: argparse.Namespace, until: float) -> Iterator[str]:
    """The lines of one model; contestants for which no time is left are named."""
    import torch

    with tempfile.TemporaryDirectory() as folder:
        contest = Contest(model, Path(folder), options)
        contest.build()
        base: float | None = None
        for name in ("loop", "plain", "ours"):
            batch = min(options.loop_batch if name == "loop" else options.batch, 4 if options.tiny else 10_000)
            if time.monotonic() > until:
                yield f"| {model.name} | {name} | {batch} | | left out: the time was up | | |"
                continue
            peak_memory(options.device, reset=True)
            try:
                rate, how = getattr(contest, name)(batch)
            except torch.OutOfMemoryError:
                yield f"| {model.name} | {name} | {batch} | | the memory was full | | |"
                continue
            base = base or rate
            memory = peak_memory(options.device, reset=True)
            shown = f"{memory:.1f} GiB" if memory else "processor"
            yield f"| {model.name} | {name} | {batch} | {how} | {rate:.2f} | {rate / base:.1f} | {shown} |"


def main() -> None:
    """Reads the options, lets each model compete, and writes the table after each line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--tiny", action="store_true", help="toy sizes, a few steps: only whether it runs")
    parser.add_argument("--models", nargs="+", choices=[m.tiny for m in MODELS], default=[m.tiny for m in MODELS])
    parser.add_argument("--batch", type=int, default=32, help="of plain and ours (default 32)")
    parser.add_argument("--loop-batch", type=int, default=64, help="of CheXGenBench's loop (its default: 64)")
    parser.add_argument("--compile", action="store_true", help="compile the denoiser in our runs")
    parser.add_argument("--seconds", type=float, default=12.0, help="at least so long for each contestant, and one batch")
    parser.add_argument("--budget", type=float, default=540.0, help="seconds for everything; what has no time left is named")
    parser.add_argument("--out", type=Path, help="Markdown file (default docs/generation_speed.md; none with --tiny)")
    options = parser.parse_args()
    import torch

    if options.device.startswith("cuda") and not torch.cuda.is_available():
        sys.exit(WAITS)
    if options.tiny:
        options.seconds = 0.0
    out = options.out or (None if options.tiny else PROJECT / "docs" / "generation_speed.md")
    until = time.monotonic() + options.budget
    device = torch.cuda.get_device_name() if options.device.startswith("cuda") else f"processor, {os.cpu_count()} cores"
    head = (
        f"# Generation: images a second\n\nMade by `python benchmarks/{Path(__file__).name} {' '.join(sys.argv[1:])}` on "
        f"{time.strftime('%Y-%m-%d')}, {device}, torch {torch.__version__}. Random weights of full size, 512 px, the steps and\n"
        "guidance of CheXGenBench's loop. `times` is the rate over that of the loop. The script says what the contestants do.\n\n"
        "| model | contestant | batch | number format | images a second | times | peak memory |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
    )
    lines: list[str] = []
    for model in (m for m in MODELS if m.tiny in options.models):
        for line in compete(model, options, until):
            lines.append(line)
            print(line, flush=True)
            if out:
                out.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
