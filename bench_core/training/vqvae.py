"""phantom-vqvae: the two maps of codes in which Xing et al. compare films, learned from the simulated ones.

References:
    Razavi et al., arXiv:1906.00446 (mean squared error, 0.25 of the commitment); van den Oord et al., arXiv:1711.00937, appendix A.1
    (codebooks as moving averages). Differences: the top codes alone must also tell a film of 32 x 32 (else the finer map does all the
    work); codebooks start from k-means on the vectors of a short run without quantising, and entries that nobody uses move to a vector of
    the batch (Dhariwal et al., arXiv:2005.00341).
"""

from typing import Any

import numpy as np

from bench_core.encoders.code_networks import BUILD, build_coder, build_decoder
from bench_core.training.autoencoder import to_signal
from bench_core.training.films import Films
from bench_core.training.recipe import Run, cosine, set_rate

DECAY, COMMIT = 0.99, 0.25
WARM = 2_000  # films that the networks see before codes are found
SELDOM = 0.05  # an entry that is chosen more rarely than this many times a batch is moved


class Book:
    """The moving averages of one codebook."""

    def __init__(self, book: Any) -> None:
        import torch

        self.book = book
        self.count = torch.ones(len(book.entries), device=book.entries.device)
        self.sum = book.entries.clone()

    def start(self, rows: Any, rounds: int = 12) -> None:
        """k-means on vectors (N, D), from as many random ones."""
        import torch

        entries = rows[torch.randperm(len(rows), device=rows.device)[: len(self.count)]].clone()
        entries = entries.repeat(-(-len(self.count) // len(entries)), 1)[: len(self.count)]
        for _ in range(rounds):
            index = (entries.pow(2).sum(1) - 2 * rows @ entries.T).argmin(1)
            count = torch.bincount(index, minlength=len(entries))
            total = torch.zeros_like(entries).index_add_(0, index, rows)
            entries = torch.where(count[:, None] > 0, total / count.clamp(min=1)[:, None], rows[torch.randint(len(rows), (len(entries),))])
        self.book.entries.copy_(entries)
        self.count.fill_(1)
        self.sum.copy_(entries)

    def update(self, vectors: Any, index: Any) -> None:
        """One step of the averages towards the vectors (B, D, h, w) that chose each entry; dead entries move."""
        import torch

        rows, chosen = vectors.detach().permute(0, 2, 3, 1).reshape(-1, vectors.shape[1]), index.reshape(-1)
        count = torch.bincount(chosen, minlength=len(self.count)).float()
        total = torch.zeros_like(self.sum).index_add_(0, chosen, rows)
        self.count.lerp_(count, 1 - DECAY)
        self.sum.lerp_(total, 1 - DECAY)
        dead = torch.nonzero(self.count < SELDOM)[:, 0]
        if len(dead):
            fresh = rows[torch.randint(len(rows), (len(dead),), device=rows.device)]
            self.count[dead], self.sum[dead] = 1.0, fresh
        self.book.entries.copy_(self.sum / self.count[:, None])


def usage(index: Any, codes: int) -> float:
    """Perplexity of the codes: how many are in even use."""
    import torch

    share = torch.bincount(index.reshape(-1), minlength=codes).float() / index.numel()
    return float(torch.exp(-(share * (share + 1e-10).log()).sum()))


def film_error(target: Any, made: Any, glance: Any) -> Any:
    """Mean squared error of the film, and of its small version."""
    from torch.nn import functional as F

    small = F.avg_pool2d(target, target.shape[-1] // glance.shape[-1])
    return (made.float() - target).pow(2).mean() + (glance.float() - small).pow(2).mean()


def warm_up(films: Films, coder: Any, decoder: Any, books: dict[str, Book], run: Run, batch: int, rate: float) -> None:
    """Trains without quantising until the vectors say something, then starts the codebooks from them."""
    import torch

    free = build_coder(quantised=False, **BUILD).to(run.device)
    free.load_state_dict(coder.state_dict())
    run.way.ready(free)
    optimizer = torch.optim.Adam([*free.parameters(), *decoder.parameters()], lr=rate)
    rng = np.random.default_rng(1)
    kept: dict[str, list[Any]] = {"top": [], "bottom": []}
    steps = max(2, WARM // batch)
    for step in range(steps):
        target = to_signal(films.images[np.sort(rng.integers(0, films.ready, batch))], run.device)
        with run.cast():
            seen = free(target)
            made, glance = decoder(seen["top_code"], seen["bottom_code"]), decoder.glance(seen["coarse"])
        loss = film_error(target, made, glance)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if step >= steps - 16:
            for level, rows in kept.items():
                rows.append(seen[level].detach().permute(0, 2, 3, 1).reshape(-1, seen[level].shape[1]))
    coder.load_state_dict(free.state_dict())
    for level, book in books.items():
        seen_by = torch.cat(kept[level])
        book.start(seen_by[torch.randperm(len(seen_by))[:20_000]])


def train_vqvae(run: Run, films: Films, *, seed: int = 0, batch: int = 8, rate: float = 1e-3) -> tuple[Any, Any]:
    """Trains on whole films; returns the coder and the decoder."""
    import torch

    torch.manual_seed(seed)
    coder, decoder = build_coder(**BUILD).to(run.device), build_decoder(**BUILD).to(run.device)
    run.load({"coder": coder, "decoder": decoder})
    rng = np.random.default_rng(seed + run.done)
    torch.manual_seed(seed + run.done)
    trial = to_signal(films.images[:batch], run.device)
    run.settle(coder, lambda model: model(trial)["bottom_code"].pow(2).mean())
    run.way.ready(decoder)
    books = {"top": Book(coder.top), "bottom": Book(coder.bottom)}
    if not run.done:
        warm_up(films, coder, decoder, books, run, batch, rate)
    optimizer = torch.optim.Adam([*coder.parameters(), *decoder.parameters()], lr=rate)
    steps = 0
    while run.going():
        set_rate(optimizer, rate * cosine(run.share))
        target = to_signal(films.images[np.sort(rng.integers(0, films.ready, batch))], run.device)
        with run.cast():
            seen = coder(target)
            made, glance = decoder(seen["top_code"], seen["bottom_code"]), decoder.glance(seen["coarse"])
        error = film_error(target, made, glance)
        commit = sum((seen[level] - books[level].book.look_up(seen[f"{level}_index"])).pow(2).mean() for level in books)
        optimizer.zero_grad(set_to_none=True)
        (error + COMMIT * commit).backward()
        torch.nn.utils.clip_grad_norm_([*coder.parameters(), *decoder.parameters()], 1.0)
        optimizer.step()
        for level, book in books.items():
            book.update(seen[level], seen[f"{level}_index"])
        used = {f"{level}_perplexity": usage(seen[f"{level}_index"], BUILD["codes"]) for level in books}
        run.step(batch, error=error.item(), commit=float(commit.detach()), **used)
        steps += 1
        if steps % 250 == 0:
            run.save({"coder": coder, "decoder": decoder})
    run.save({"coder": coder, "decoder": decoder})
    return coder.eval(), decoder.eval()
