"""The multi-scale tokenizer: scales that add up, unknown sites, number formats."""

import numpy as np
import pytest
import torch

from engine.tokenizers.multiscale_vqvae import MultiscaleConfig, MultiscaleTokenizer
from engine.values.layout import Pyramid
from engine.values.tokens import UNKNOWN
from tests.tiny_star import CODEBOOK, SIDES, tiny_tokenizer

LENGTH = Pyramid(SIDES).length


@pytest.fixture(scope="module")
def tokenizer() -> MultiscaleTokenizer:
    return MultiscaleTokenizer(tiny_tokenizer())


def some_ids() -> "np.ndarray[tuple[int, ...], np.dtype[np.int32]]":
    return np.random.default_rng(0).integers(0, CODEBOOK, (2, LENGTH)).astype(np.int32)


def test_pictures_become_ids_of_every_scale_and_pictures_again(
    tokenizer: MultiscaleTokenizer,
) -> None:
    side = tokenizer.image_side
    pictures = np.random.default_rng(0).integers(0, 256, (2, side, side, 3)).astype(np.uint8)
    ids = tokenizer.encode(pictures)
    assert ids.shape == (2, LENGTH) and ids.dtype == np.int32
    assert ids.min() >= 0 and ids.max() < CODEBOOK and len(np.unique(ids)) > 3
    decoded = tokenizer.decode(ids)
    assert decoded.shape == pictures.shape and decoded.dtype == np.uint8
    assert np.array_equal(tokenizer.encode(pictures[1:]), ids[1:])


def test_each_scale_asks_for_what_the_ones_before_lack(tokenizer: MultiscaleTokenizer) -> None:
    quantizer = tokenizer.network.quantize
    latent = torch.randn(1, 8, SIDES[-1], SIDES[-1], generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        maps = quantizer.tokens(latent)
        before = quantizer.latents(maps[:-1])[-1]
    assert torch.equal(maps[-1], quantizer.indices(latent - before).flatten(1))


def test_unknown_scales_add_nothing(tokenizer: MultiscaleTokenizer) -> None:
    quantizer = tokenizer.network.quantize
    ids = torch.from_numpy(some_ids().astype(np.int64))
    maps = quantizer.split(ids)
    cut = (*maps[:2], *(torch.full_like(ids, UNKNOWN) for ids in maps[2:]))
    with torch.no_grad():
        whole, partly = quantizer.latents(maps), quantizer.latents(cut)
    assert torch.equal(partly[-1], whole[1])
    assert not torch.equal(whole[-1], whole[1])


def test_an_unknown_site_takes_only_its_own_codeword_away(tokenizer: MultiscaleTokenizer) -> None:
    quantizer = tokenizer.network.quantize
    ids = quantizer.split(torch.from_numpy(some_ids().astype(np.int64)))[-1]
    holed = ids.clone()
    holed[:, 0] = UNKNOWN
    with torch.no_grad():
        changed = (quantizer.enlarged(ids, 4) != quantizer.enlarged(holed, 4)).any(1)
    assert changed[:, 0, 0].all() and not changed.flatten(1)[:, 1:].any()


def test_coders_may_be_less_exact_but_not_the_quantizer() -> None:
    network = tiny_tokenizer().with_coders_in(torch.bfloat16)
    assert network.encoder.conv_in.weight.dtype == torch.bfloat16
    assert network.quantize.embedding.weight.dtype == torch.float32
    exact, rough = MultiscaleTokenizer(tiny_tokenizer()), MultiscaleTokenizer(network)
    ids = some_ids()
    gap = rough.decode(ids).astype(int) - exact.decode(ids).astype(int)
    assert 0 < np.abs(gap).mean() < 4


def test_another_number_of_shared_convolutions_is_refused() -> None:
    with pytest.raises(ValueError, match="share 4"):
        MultiscaleConfig.from_json({"share_quant_resi": 1})
