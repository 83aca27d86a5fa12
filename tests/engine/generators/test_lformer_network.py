"""Lformer's network: what sees what, the cache, the norm, the checkpoint."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.generators.lformer import order
from engine.generators.lformer.checkpoint import split_state_dict
from engine.generators.lformer.network import Lformer, LformerConfig, ScaledLayerNorm
from engine.values.errors import BadInput
from tests.tiny_lformer import CODEBOOK, CONDITION, SIDE, TEXT_LENGTH, tiny_network

NETWORK_JSON = {
    "css": SIDE,
    "w_layer": 2,
    "latent": True,
    "transformer": {
        "img_vbs": CODEBOOK,
        "block_size": SIDE * SIDE,
        "n_layer": 2,
        "n_head": 4,
        "n_embd": 32,
        "dim_cond": CONDITION,
        "add_cross": True,
    },
}


def some_tokens(rows: int) -> Tensor:
    random = torch.Generator().manual_seed(1)
    return torch.randint(CODEBOOK, (rows, SIDE * SIDE), generator=random)


def conditions(rows: int) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(2)
    return {
        "pooled": torch.randn(rows, CONDITION, generator=random),
        "hidden": torch.randn(rows, TEXT_LENGTH, CONDITION, generator=random),
    }


@torch.no_grad()
def test_a_block_depends_on_earlier_blocks_only() -> None:
    network, tokens, text = tiny_network(), some_tokens(1), conditions(1)
    before = network(tokens, **text)
    for position in range(SIDE * SIDE):
        changed = tokens.clone()
        changed[0, position] = (changed[0, position] + 1) % CODEBOOK
        moved = (network(changed, **text) - before).abs().amax(-1)[0] > 1e-6
        block = order.block_of_positions(SIDE)[position]
        assert not moved[: (block + 1) ** 2].any()
        assert moved[(block + 1) ** 2 :].all()


@torch.no_grad()
@pytest.mark.parametrize("latent", [False, True])
def test_cached_equals_whole(latent: bool) -> None:
    network, tokens, text = tiny_network(latent=latent), some_tokens(2), conditions(2)
    z = torch.randn(2, CONDITION) if latent else None
    whole = network(tokens, **text, z=z)
    context = network.context(text["pooled"], z)
    keys_values = network.text_keys_values(text["hidden"])
    cache = network.new_cache(2)
    for block in range(SIDE):
        got = network.block_logits(tokens, context, keys_values, block, cache)
        torch.testing.assert_close(got, whole[:, order.block_slice(block)], atol=1e-5, rtol=0)
    cache.truncate(4)
    got = network.block_logits(tokens, None, keys_values, 4, cache)  # blocks 2..4 under a mask
    torch.testing.assert_close(got, whole[:, order.block_slice(4)], atol=1e-5, rtol=0)


@torch.no_grad()
def test_rows_may_share_a_prompt() -> None:
    network, tokens, text = tiny_network(), some_tokens(6), conditions(2)
    apart = {name: tensor.repeat_interleave(3, 0) for name, tensor in text.items()}
    context = network.context(apart["pooled"])
    shared = network.outputs(tokens, context, network.text_keys_values(text["hidden"]), SIDE)
    copied = network.outputs(tokens, context, network.text_keys_values(apart["hidden"]), SIDE)
    torch.testing.assert_close(shared, copied, atol=1e-5, rtol=0)


def test_training_reaches_every_parameter() -> None:
    network = Lformer(LformerConfig.from_json(NETWORK_JSON, dropout=0.1)).train()
    tokens, text = some_tokens(2), conditions(2)
    mean, log_var = network.posterior(torch.randn(2, CONDITION))
    z = mean + (log_var / 2).exp() * torch.randn(2, CONDITION)
    prior = network.prior_mean(text["pooled"])
    loss = network(tokens, **text, z=z).square().mean() + (mean - prior).square().mean()
    loss.backward()
    untouched = [name for name, p in network.named_parameters() if p.grad is None]
    assert not untouched


def test_dropout_acts_in_training_only() -> None:
    network = Lformer(LformerConfig.from_json(NETWORK_JSON | {"latent": False}, dropout=0.5))
    tokens, text = some_tokens(1), conditions(1)
    with torch.no_grad():
        assert not torch.equal(network(tokens, **text), network(tokens, **text))
        network.eval()
        assert torch.equal(network(tokens, **text), network(tokens, **text))


def test_norm_scope() -> None:
    x = torch.randn(2, 3, 32)
    outlier = torch.cat([x[:1], x[1:] * 1e6])
    per_token, per_call = ScaledLayerNorm(32, "token"), ScaledLayerNorm(32, "call")
    assert torch.equal(per_token(outlier)[0], per_token(x)[0])
    assert not torch.allclose(per_call(outlier)[0], per_call(x)[0], atol=1e-3)
    torch.testing.assert_close(per_token(outlier)[1], per_token(x)[1], atol=1e-5, rtol=0)
    assert torch.equal(per_token(torch.zeros(1, 32)), torch.zeros(1, 32))
    assert per_token(x.bfloat16()).dtype is torch.bfloat16


def test_built_on_meta_and_filled() -> None:
    config = LformerConfig.from_json(NETWORK_JSON)
    with torch.device("meta"):
        network = Lformer(config)
    filled = Lformer(config)
    network.load_state_dict(filled.state_dict(), assign=True)
    tokens, text, z = some_tokens(1), conditions(1), torch.randn(1, CONDITION)
    with torch.no_grad():
        got = network.eval()(tokens, **text, z=z)
        assert torch.equal(got, filled.eval()(tokens, **text, z=z))


def test_the_network_can_be_compiled() -> None:
    network = tiny_network(latent=True).eval()
    compiled = torch.compile(network, backend="eager")
    tokens, text, z = some_tokens(2), conditions(2), torch.randn(2, CONDITION)
    with torch.no_grad():
        assert torch.equal(compiled(tokens, **text, z=z), network(tokens, **text, z=z))


def test_impossible_configurations_are_refused() -> None:
    config = LformerConfig.from_json(NETWORK_JSON)
    with pytest.raises(BadInput):
        replace(config, positions=SIDE)
    transformer = {**NETWORK_JSON["transformer"], "text_vbs": 49408}  # type: ignore[dict-item]
    with pytest.raises(BadInput):
        LformerConfig.from_json({**NETWORK_JSON, "transformer": transformer})


def test_a_checkpoint_is_split_without_rest() -> None:
    network = tiny_network(latent=True).state_dict()
    extra = {
        "pos_ids": torch.arange(SIDE * SIDE)[None],
        "att_mask": torch.ones(1, SIDE * SIDE, SIDE * SIDE),
        "dummy_text_fea": torch.zeros(1, CONDITION),
        "dummy_text_hidden": torch.zeros(1, TEXT_LENGTH, CONDITION),
        "transformer.layers.0.attn.inner_att.inner_att.master_layout": torch.zeros(4, 2, 2),
        "text_encoder.encoder.ln_final.weight": torch.ones(2),
        "first_stage_model.MEAN": torch.ones(1),
    }
    published = {f"module.{name}": tensor for name, tensor in (network | extra).items()}
    parts = split_state_dict(published)
    assert parts.network.keys() == network.keys()
    assert list(parts.text) == ["ln_final.weight"]
    assert list(parts.tokenizer) == ["MEAN"]
    assert parts.null_prompt is not None
    with pytest.raises(BadInput, match="surprise"):
        split_state_dict(published | {"surprise.weight": torch.ones(1)})
    with pytest.raises(BadInput, match="no network"):
        split_state_dict({"pos_ids": torch.ones(1)})
