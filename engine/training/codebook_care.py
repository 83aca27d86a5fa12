"""How a codebook is kept alive while its coder learns: dead codes moved, codes as running means."""

import torch
from torch import Tensor, nn

RESTART_STEPS = 50
"""Codes that no site chose in this many steps are moved onto encoder outputs."""

NEVER = -(2**40)


class CodebookCare(nn.Module):
    """Watches which codes are chosen, and moves codes between the optimiser's steps.

    decay: 0 leaves the codes to the gradient; above, each is the running mean of the outputs that
    chose it (van den Oord et al. 2017, appendix A.1), and no gradient may reach them.
    """

    last_chosen: Tensor
    watched: Tensor
    counts: Tensor
    sums: Tensor

    def __init__(self, codebook_size: int, dim: int, decay: float = 0.0) -> None:
        super().__init__()
        self.decay = decay
        self.register_buffer("last_chosen", torch.full((codebook_size,), NEVER))
        self.register_buffer("watched", torch.zeros((), dtype=torch.int64))
        self.register_buffer("counts", torch.zeros(codebook_size))
        self.register_buffer("sums", torch.zeros(codebook_size, dim))

    @torch.no_grad()
    def tend(self, codes: Tensor, z: Tensor, step: int, *, begins: int) -> None:
        """Upkeep after the optimiser's step: by the step `begins` codes (K, D) lie on outputs z
        (N, D); from then on they follow the outputs that chose them, and dead ones move."""
        if step == begins - 1:
            self.move(codes, z, step, torch.ones(len(codes), dtype=torch.bool, device=codes.device))
        elif step >= begins:
            self.follow(codes)
            self.restart(codes, z, step)

    @torch.no_grad()
    def observe(self, z: Tensor, indices: Tensor, step: int) -> dict[str, Tensor]:
        """z (N, D) and the codes (N,) that they chose. Figures: the share of codes chosen in the
        last RESTART_STEPS steps, and the perplexity of a running mean of the codes' frequencies."""
        self.to(z.device)
        chosen = torch.bincount(indices, minlength=len(self.counts)).float()
        rate = (1 - self.decay) if self.decay else 1 / RESTART_STEPS
        self.counts.lerp_(chosen, rate)
        self.sums.lerp_(torch.zeros_like(self.sums).index_add_(0, indices, z), rate)
        self.last_chosen[chosen > 0] = step
        self.watched += 1
        frequency = self.counts / self.counts.sum()
        perplexity = (-torch.special.xlogy(frequency, frequency).sum()).exp()
        used = (self.last_chosen > step - RESTART_STEPS).float().mean()
        return {"used": used, "perplexity": perplexity}

    @torch.no_grad()
    def follow(self, codes: Tensor) -> None:
        """Put the codes (K, D) onto the running means, if they are not left to the gradient."""
        if self.decay:
            known = self.counts > 0
            codes[known] = self.sums[known] / self.counts[known, None]

    @torch.no_grad()
    def restart(self, codes: Tensor, z: Tensor, step: int) -> None:
        """Every RESTART_STEPS steps, move the codes (K, D) that were not chosen meanwhile."""
        if step % RESTART_STEPS == 0 and self.watched >= RESTART_STEPS:
            self.move(codes, z, step, self.last_chosen <= step - RESTART_STEPS)

    @torch.no_grad()
    def move(self, codes: Tensor, z: Tensor, step: int, dead: Tensor) -> None:
        """Put the dead (K,) bool of codes (K, D) where the codebook is worst: on outputs z (N, D)
        drawn by their squared distance to the nearest code. The draw depends on the step alone."""
        if not dead.any():
            return
        error = torch.cdist(z, codes).amin(1).square() + 1e-12
        generator = torch.Generator().manual_seed(step)
        drawn = torch.multinomial(
            error.cpu(), int(dead.sum()), replacement=True, generator=generator
        )
        codes[dead] = z[drawn.to(z.device)]
        self.counts[dead], self.sums[dead] = 1.0, codes[dead]
        self.last_chosen[dead] = step
