"""Tokens of a neighbour where they serve nearly as well as the nearest ones."""

import pytest
import torch
from torch import Tensor

from engine.nn.quantizer import NearestQuantizer
from engine.training.calm_tokens import calm_indices, spacing

LINE = torch.tensor([[0.0], [1.0], [2.0], [4.0]])
"""Codes on a line; each but the last is 1 away from its nearest other."""


def row(*values: float) -> Tensor:
    """One picture of one row of sites, one number each."""
    return torch.tensor(values).view(1, 1, 1, -1)


def test_without_tolerance_they_are_the_nearest_codes() -> None:
    torch.manual_seed(0)
    quantizer = NearestQuantizer(32, 4)
    torch.nn.init.normal_(quantizer.embedding.weight)
    z = torch.randn(3, 4, 5, 6)
    calm = calm_indices(z, quantizer.embedding.weight.detach(), 0.0)
    assert torch.equal(calm, quantizer.indices(z))


def test_a_site_keeps_its_neighbours_code_while_that_is_near_enough() -> None:
    # 0.6 lies 0.16 (squared) from code 1, the nearest, and 0.36 from code 0.
    z = row(0.1, 0.6, 0.6, 1.9)
    assert calm_indices(z, LINE, 1.0).flatten().tolist() == [0, 1, 1, 2]
    assert calm_indices(z, LINE, 1.3).flatten().tolist() == [0, 0, 0, 2]


def test_slack_is_in_shares_of_the_spacing_and_helps_where_the_nearest_code_fits_exactly() -> None:
    assert spacing(LINE) == 1.0
    z = row(0.4, 1.0)
    assert calm_indices(z, LINE, 5.0).flatten().tolist() == [0, 1]
    assert calm_indices(z, LINE, 0.0, 0.9).flatten().tolist() == [0, 1]
    assert calm_indices(z, LINE, 0.0, 1.1).flatten().tolist() == [0, 0]


def test_of_two_neighbours_the_better_one_gives_its_code() -> None:
    # Upper neighbour 2, left neighbour 0; in the corner 1.2 is nearest to 1.
    z = torch.tensor([[0.0, 2.0], [0.0, 1.2]]).view(1, 1, 2, 2)
    assert calm_indices(z, LINE, 0.0, 2.0).flatten().tolist() == [0, 2, 0, 2]


@pytest.mark.parametrize("tolerance", [0.2, 1.0])
def test_no_site_is_further_from_its_code_than_allowed(tolerance: float) -> None:
    torch.manual_seed(0)
    codes, z = torch.randn(16, 3), torch.randn(4, 3, 8, 8)
    flat = z.permute(0, 2, 3, 1).flatten(0, 2)
    distances = torch.cdist(flat, codes).square()
    calm = calm_indices(z, codes, tolerance, 0.1).flatten()
    paid = distances.gather(1, calm[:, None]).squeeze(1)
    assert bool((paid <= (1 + tolerance) * distances.amin(1) + 0.1 * spacing(codes) + 1e-4).all())
    moved = calm != distances.argmin(1)
    assert bool(moved.any())


def test_pictures_of_a_batch_do_not_touch_each_other() -> None:
    torch.manual_seed(0)
    codes, z = torch.randn(16, 3), torch.randn(3, 3, 4, 4)
    together = calm_indices(z, codes, 0.5)
    assert torch.equal(together[1:2], calm_indices(z[1:2], codes, 0.5))
