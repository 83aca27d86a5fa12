"""What moves the weights: AdamW, or Muon for the matrices inside and AdamW for all else."""

from collections.abc import Iterator
from typing import Literal

import torch
from torch import Tensor, nn

Kind = Literal["adamw", "muon"]


def optimizers(
    network: nn.Module,
    kind: Kind,
    *,
    lr: float,
    betas: tuple[float, float],
    weight_decay: float,
) -> tuple[torch.optim.Optimizer, ...]:
    """One or two that together move every weight that is trained.

    muon: Jordan et al. 2024 (https://kellerjordan.github.io/posts/muon/) with the step sizes of Liu
    et al. 2025 (arXiv 2502.16982), which are AdamW's, so that one `lr` serves both. Weight decay is
    for matrices and convolutions only: norms, biases and embeddings keep their scale.
    """
    trained = [p for p in network.parameters() if p.requires_grad]
    matrices = set(_matrices(network)) if kind == "muon" else set()
    embeddings = {m.weight for m in network.modules() if isinstance(m, nn.Embedding)}
    inside = [p for p in trained if p in matrices]
    rest = [p for p in trained if p not in matrices]
    groups = [
        {
            "params": [p for p in rest if p.ndim > 1 and p not in embeddings],
            "weight_decay": weight_decay,
        },
        {"params": [p for p in rest if p.ndim <= 1 or p in embeddings], "weight_decay": 0.0},
    ]
    adamw = torch.optim.AdamW(groups, lr=lr, betas=betas, fused=True)
    if not inside:
        return (adamw,)
    muon = torch.optim.Muon(
        inside, lr=lr, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw"
    )
    return muon, adamw


def _matrices(network: nn.Module) -> Iterator[Tensor]:
    """Weights of linear layers, and those of attention whose three are packed into one."""
    for module in network.modules():
        if isinstance(module, nn.Linear):
            yield module.weight
        packed = getattr(module, "in_proj_weight", None)
        if isinstance(packed, nn.Parameter):
            yield packed
