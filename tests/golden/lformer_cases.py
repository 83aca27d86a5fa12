"""The Lformer cases: what our code must give for the reference's inputs and weights."""

import re
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.generators import sampling
from engine.generators.lformer import order
from engine.generators.lformer.checkpoint import split_state_dict
from engine.generators.lformer.network import (
    Lformer,
    ScaledLayerNorm,
)
from engine.nn.attention import block_causal_mask
from engine.nn.quantizer import GumbelQuantizer
from engine.text.base import Conditioning
from engine.text.clip import build_tokenizer
from engine.tokenizers.vqgan import VQGANConfig, build_vqgan
from engine.values.params import SamplingParams
from tests.golden.case import Case, Report
from tests.golden.lformer_setup import (
    GREEDY,
    all_steps,
    box_inputs,
    decode_one,
    encode_text,
    generator_of,
    load_network,
    null_prompt,
    padded_inputs,
    partial_grid,
    plain_inputs,
    prompts_of,
    to_l,
    to_raster,
)


def order_case(case: Case, report: Report) -> None:
    io, pad = case.io, case.config["pad_id"]
    for side in case.config["h"]:
        got = {
            "l_to_raster": torch.from_numpy(order.l_to_raster(side).copy()),
            "raster_to_l": torch.from_numpy(order.raster_to_l(side).copy()),
            "l_tokens": to_l(io[f"h{side}.raster_tokens"]),
            "raster_tokens": to_raster(io[f"h{side}.l_tokens"]),
            "padded": padded_inputs(io[f"h{side}.l_tokens"], side, pad, side),
        }
        source = order.input_source(side)
        in_raster = np.where(source < 0, -1, order.l_to_raster(side)[source])
        in_raster[0] = -2  # the context vector
        got["input_source"] = torch.from_numpy(in_raster)
        size = int(io[f"h{side}.crop.size"])
        l_tokens = io[f"h{side}.l_tokens"]
        got["crop.l_tokens"] = l_tokens[:, : size * size]
        got["crop.padded_next"] = padded_inputs(l_tokens, size + 1, pad, side)
        got["crop.filled_raster"] = partial_grid(l_tokens, size * size)
        if f"h{side}.attn_mask" in io:
            blocks = torch.from_numpy(order.block_of_positions(side).copy())
            got["attn_mask"] = block_causal_mask(blocks)
        for name, tensor in got.items():
            report.equal(f"h{side}.{name}", tensor, io[f"h{side}.{name}"])
    side = int(case.weights["pos_ids"].numel() ** 0.5)
    blocks = torch.from_numpy(order.block_of_positions(side).copy())
    report.equal("att_mask", block_causal_mask(blocks), case.weights["att_mask"][0])


def forward_case(case: Case, report: Report) -> None:
    io, tolerance = case.io, case.tolerance
    pooled, hidden = encode_text(case, io["text_idx"], split_state_dict(case.weights).text)
    report.close("text_feature", pooled, io["text_feature"], tolerance["same_norm_rule"])
    report.close("text_hidden", hidden, io["text_hidden"], tolerance["same_norm_rule"])
    report.equal("l_tokens", to_l(io["raster_tokens"]), io["l_tokens"])
    pad, side = case.config["transformer"]["img_vbs"], case.config["css"]
    report.equal("padded", padded_inputs(io["l_tokens"], side, pad, side), io["padded"])
    for scope, allowed in (
        ("call", tolerance["same_norm_rule"]),
        ("token", tolerance["per_token_norm"]),
    ):
        network = load_network(case, scope)  # type: ignore[arg-type]
        close = _closer(report, scope, allowed)
        if "eps" in io:
            _latent_forward(network, case, pooled, hidden, close)
        else:
            context = network.context(pooled)
            close("context", context[:, None], io["context"])
            logits = _traced_forward(network, case, context, hidden, "", close)
            _close_loss(logits, case, close)
            _prefix_forward(network, case, context, hidden, close)


Closer = Callable[[str, Tensor, Tensor], None]


def _closer(report: Report, scope: str, allowed: float) -> Closer:
    def close(name: str, got: Tensor, wanted: Tensor) -> None:
        report.close(f"{scope}.{name}", got, wanted, allowed)

    return close


def _latent_forward(
    network: Lformer, case: Case, pooled: Tensor, hidden: Tensor, close: Closer
) -> None:
    io = case.io
    mu_c = network.prior_mean(pooled)
    mu_z, log_var = network.posterior(io["img_feature"])
    z = mu_z + (log_var / 2).exp() * io["eps"]
    prior = mu_c + io["eps"]
    kld = -0.5 * (1 + log_var - (mu_c - mu_z).square() - log_var.exp()).sum(-1).mean()
    for name, got in (
        ("mu_c", mu_c),
        ("mu_z", mu_z),
        ("log_var", log_var),
        ("w_posterior", network.latent_to_w(z)),
        ("context_posterior", network.context(pooled, z)[:, None]),
        ("w_prior", network.latent_to_w(prior)),
        ("context_prior", network.context(pooled, prior)[:, None]),
        ("kld", kld),
    ):
        close(name, got, io[name])
    logits = _traced_forward(network, case, network.context(pooled, z), hidden, "posterior.", close)
    _close_loss(logits, case, close)
    close("loss", _cross_entropy(logits, io["l_tokens"]) + kld, io["loss"])
    called = network(io["l_tokens"], pooled=pooled, hidden=hidden, z=prior)
    close("prior.logits", called, io["prior.logits"])
    null = null_prompt(case)
    close("dummy_text_fea", null.pooled[None], io["dummy_text_fea"])
    close("dummy_text_hidden", null.hidden[None], io["dummy_text_hidden"])
    stored = split_state_dict(case.weights).null_prompt
    assert stored is not None
    close("stored null feature", null.pooled[None], stored[0])
    close("stored null states", null.hidden[None], stored[1])


def _traced_forward(
    network: Lformer, case: Case, context: Tensor, hidden: Tensor, prefix: str, close: Closer
) -> Tensor:
    """Whole forward, with every intermediate that the case holds."""
    seen: dict[str, Tensor] = {}
    largest: list[Tensor] = []

    def keep(name: str) -> Callable[..., None]:
        return lambda _, inputs, output: seen.__setitem__(name, output)

    layers = network.transformer.layers
    part = network.transformer.get_submodule
    hooks = [
        part("layers.0.attn").register_forward_hook(keep("layer0.self_attn")),
        part("layers.0.cross_attn").register_forward_hook(keep("layer0.cross_attn")),
        part("layers.0.mlp").register_forward_hook(keep("layer0.mlp")),
        network.transformer.ln_f.register_forward_hook(keep("ln_f")),
        network.transformer.drop.register_forward_hook(keep("embed_sum")),
    ]
    hooks += [
        layer.register_forward_hook(keep(f"layer{index}")) for index, layer in enumerate(layers)
    ]
    hooks += [
        module.register_forward_hook(lambda _, inputs, __: largest.append(inputs[0].abs().max()))
        for module in network.modules()
        if isinstance(module, ScaledLayerNorm)
    ]
    outputs = network.outputs(
        case.io["l_tokens"], context, network.text_keys_values(hidden), network.config.side
    )
    for hook in hooks:
        hook.remove()
    for name, tensor in seen.items():
        if f"{prefix}{name}" in case.io:
            close(f"{prefix}{name}", tensor, case.io[f"{prefix}{name}"])
    close(f"{prefix}norm_max", torch.stack(largest), case.io[f"{prefix}norm_max"])
    logits: Tensor = network.transformer.head(outputs)
    close(f"{prefix}logits", logits, case.io[f"{prefix}logits"])
    close(f"{prefix}logits_pbrelax", logits, case.io[f"{prefix}logits_pbrelax"])
    return logits


def _cross_entropy(logits: Tensor, tokens: Tensor) -> Tensor:
    return F.cross_entropy(logits.flatten(0, 1), tokens.flatten())


def _close_loss(logits: Tensor, case: Case, close: Closer) -> None:
    close("ce_loss", _cross_entropy(logits, case.io["l_tokens"]), case.io["ce_loss"])


def _prefix_forward(
    network: Lformer, case: Case, context: Tensor, hidden: Tensor, close: Closer
) -> None:
    io = case.io
    blocks = int((io["prefix_padded"].shape[1] + 1) ** 0.5)
    padded = padded_inputs(
        io["l_tokens"], blocks, network.config.codebook_size, network.config.side
    )
    close("prefix_padded", padded, io["prefix_padded"])
    text = network.text_keys_values(hidden)
    outputs = network.outputs(io["l_tokens"][:, : (blocks - 1) ** 2], context, text, blocks)
    close("prefix_logits", network.transformer.head(outputs), io["prefix_logits"])


def decode_cached_case(case: Case, report: Report) -> None:
    io = case.io
    allowed = case.tolerance["logits"]
    pooled, hidden = encode_text(case, io["text_idx"], split_state_dict(case.weights).text)
    report.close("text_feature", pooled, io["text_feature"], allowed)
    report.close("text_hidden", hidden, io["text_hidden"], allowed)
    null = null_prompt(case)
    generator = generator_of(case)
    prompts = prompts_of(case, io["text_idx"])
    for scale in case.config["lambdas"]:
        name = f"lambda{scale:g}"
        for scope, plain, guided in (("call", 1e-5, 5e-5), ("token", allowed, allowed)):
            network = load_network(case, scope)  # type: ignore[arg-type]
            _cached_logits(network, case, name, (pooled, hidden, null), report, (plain, guided))
        # Off is 0 in the reference and 1 here, where 0 means the null prompt alone.
        grids = [
            decode_one(generator, plain_inputs(prompt, null, scale or 1), eps=eps)
            for prompt, eps in zip(prompts, io["eps"], strict=True)
        ]
        report.equal(f"{name}.raster_tokens", torch.stack(grids), io[f"{name}.raster_tokens"])
        report.equal(f"{name}.l_tokens", to_l(torch.stack(grids)), io[f"{name}.l_tokens"])


def _cached_logits(
    network: Lformer,
    case: Case,
    name: str,
    text: tuple[Tensor, Tensor, Conditioning],
    report: Report,
    allowed: tuple[float, float],
) -> None:
    io, scope = case.io, network.config.norm_scope
    pooled, hidden, null = text
    z = network.prior_mean(pooled) + io["eps"]
    context = network.context(pooled, z)
    context_null = network.context(null.pooled.expand_as(pooled), z)
    report.close(f"{scope}.w", network.latent_to_w(z), io["w"], allowed[0])
    report.close(f"{scope}.context", context[:, None], io["context"], allowed[0])
    report.close(f"{scope}.context_uncond", context_null[:, None], io["context_uncond"], allowed[0])
    tokens = io[f"{name}.l_tokens"]
    padded = padded_inputs(
        tokens, network.config.side, network.config.codebook_size, network.config.side
    )
    report.equal(f"{name}.step_inputs", padded, io[f"{name}.step_inputs"])
    keys_values = network.text_keys_values(hidden)
    cond, cache = all_steps(network, tokens, context, keys_values)
    report.close(f"{scope}.{name}.logits_cond", cond, io[f"{name}.logits_cond"], allowed[0])
    if f"{name}.kv_cache" in io:
        report.close(f"{scope}.{name}.kv_cache", cache, io[f"{name}.kv_cache"], allowed[0])
    if scope == "token":
        # One max per call makes the reference's cached and full numbers differ by up to 1.2e-5.
        full = network(tokens, pooled=pooled, hidden=hidden, z=z)
        report.close(f"{name}.logits_full", full, io[f"{name}.logits_full"], allowed[0])
    if f"{name}.logits_uncond" not in io:
        return
    # One row of keys serves all candidates here, as it does in guided decoding.
    keys_null = network.text_keys_values(null.hidden[None])
    uncond, _ = all_steps(network, tokens, context_null, keys_null)
    report.close(f"{scope}.{name}.logits_uncond", uncond, io[f"{name}.logits_uncond"], allowed[0])
    scale = float(name.removeprefix("lambda"))
    guided = sampling.guided(cond, uncond, scale)
    report.close(f"{scope}.{name}.logits_guided", guided, io[f"{name}.logits_guided"], allowed[1])


def logits_processing_case(case: Case, report: Report) -> None:
    io = case.io
    sites = 2 * case.config["t"] + 1
    logits = io["logits"][:, -sites:, : case.config["img_vbs"]]
    for index, combo in enumerate(case.config["combos"]):
        params = SamplingParams(
            temperature=combo["temperature"],
            top_k=combo["top_k"] or 0,
            top_p=1 if combo["top_p"] is None else combo["top_p"],
        )
        weights = sampling.token_weights(logits, params)
        if combo["top_p"] == 1:
            # Off with us. The reference runs its filter all the same, and the sum's rounding error
            # drops the last token: so the filter itself is compared.
            weights = sampling.below_top_p(weights, 1)
        name = f"dist{index}"
        report.close(f"{name}.unnormalised", weights, io[f"{name}.unnormalised"], case.tolerance)
        probabilities = weights / weights.sum(-1, keepdim=True)
        report.close(f"{name}.probs", probabilities, io[f"{name}.probs"], case.tolerance)
        greedy = sampling.drawn(logits, GREEDY, [0] * len(logits), 0)
        report.equal(f"{name}.argmax", greedy, io[f"{name}.argmax"])
        drawn = sampling.drawn(logits, params, range(len(logits)), 0)
        report.equal(
            f"{name} draws only what has weight",
            io[f"{name}.probs"].gather(-1, drawn[..., None]) > 0,
            torch.ones(*drawn.shape, 1),
        )
    if "tie.logits" in io:
        tie = sampling.token_weights(io["tie.logits"], SamplingParams(top_k=2))
        report.close("tie.probs", tie, io["tie.probs"], case.tolerance)


def edit_case(case: Case, report: Report) -> None:
    io = case.io
    side, codebook = case.config["css"], case.config["transformer"]["img_vbs"]
    prompts_a, prompts_b = prompts_of(case, io["text_idx_a"]), prompts_of(case, io["text_idx_b"])
    generator = generator_of(case)
    base = torch.stack([decode_one(generator, plain_inputs(a, a)) for a in prompts_a])
    report.equal("base_raster", base, io["base_raster"])
    report.equal("base_l", to_l(base), io["base_l"])
    for name in (name for name in io if name.startswith("rollback_")):
        stop = int(io[name].shape[1] ** 0.5)
        (keep,) = re.findall(r"keep (?:the first )?(\d+) blocks", case.meanings[name])
        grids = torch.stack(
            [
                decode_one(generator, plain_inputs(b, b), known=old, blocks=int(keep), stop=stop)
                for b, old in zip(prompts_b, io["base_raster"], strict=True)
            ]
        )
        report.equal(name, to_l(grids)[:, : stop * stop], io[name])
    for index, box in enumerate(case.config["boxes"]):
        mask = box_mask(side, box)
        report.equal(f"box{index}.mask", mask, io[f"box{index}.mask"])
        grids = torch.stack(
            [
                decode_one(generator, box_inputs(b, old, mask, codebook))
                for b, old in zip(prompts_b, io["base_raster"], strict=True)
            ]
        )
        report.equal(f"box{index}.raster_tokens", grids, io[f"box{index}.raster_tokens"])


def box_mask(side: int, box: dict[str, int]) -> Tensor:
    """(side, side): the reference's x is the row, y the column."""
    mask = torch.zeros(side, side, dtype=torch.bool)
    mask[box["x1"] : box["x2"], box["y1"] : box["y2"]] = True
    return mask


def end_to_end_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["image"]
    codebook, side = case.config["transformer"]["img_vbs"], case.config["css"]
    tokenizer = build_vqgan(VQGANConfig.from_json(case.config["first_stage"])).eval()
    tokenizer.load_state_dict(split_state_dict(case.weights).tokenizer)

    def picture(ids: Tensor) -> Tensor:
        return tokenizer.decode_indices(ids.view(-1, side, side))

    null, generator = null_prompt(case), generator_of(case)
    prompts_a, prompts_b = prompts_of(case, io["text_idx_a"]), prompts_of(case, io["text_idx_b"])
    whole, edited, rolled = [], [], []
    numbers = re.findall(r"([xy][12])=(\d+)", case.meanings["edit_raster"])
    mask = box_mask(side, {name: int(number) for name, number in numbers})
    (keep,) = re.findall(r"first (\d+) blocks", case.meanings["rollback_l_tokens"])
    for a, b, eps in zip(prompts_a, prompts_b, io["eps"], strict=True):
        guided = plain_inputs(a, null, case.config["_lambda"])
        whole.append(decode_one(generator, guided, eps=eps))
        box = box_inputs(b, whole[-1], mask, codebook)
        edited.append(decode_one(generator, box, eps=eps))
        again = plain_inputs(b, null)
        rolled.append(decode_one(generator, again, eps=eps, known=whole[-1], blocks=int(keep)))
    grids = torch.stack(whole)
    report.equal("raster_tokens", grids, io["raster_tokens"])
    report.equal("edit_raster", torch.stack(edited), io["edit_raster"])
    report.equal("rollback_l_tokens", to_l(torch.stack(rolled)), io["rollback_l_tokens"])
    report.close("image", picture(io["raster_tokens"]), io["image"], allowed)
    report.close("edit_image", picture(io["edit_raster"]), io["edit_image"], allowed)
    for name in (name for name in io if name.startswith("preview")):
        shown = partial_grid(to_l(io["raster_tokens"]), int(name.removeprefix("preview")) ** 2)
        report.close(name, picture(shown), io[name], allowed)


def norm_outlier_case(case: Case, report: Report) -> None:
    io, tolerance = case.io, case.tolerance
    pooled, hidden = encode_text(case, io["text_idx"], split_state_dict(case.weights).text)
    for scope in ("call", "token"):
        network = load_network(case, scope)
        norm = network.transformer.layers[0].ln1
        assert isinstance(norm, ScaledLayerNorm)
        report.close(f"{scope}.norm.y", norm(io["norm.x"]), io["norm.y"], tolerance["norm"])
        # One row's outlier must not reach the other: item 0 follows the reference only per call.
        rows = slice(0 if scope == "call" else 1, None)
        report.close(
            f"{scope}.norm.y_big", norm(io["norm.x_big"])[rows], io["norm.y_big"][rows], 1e-5
        )
        plain = F.layer_norm(io["norm.x"], norm.normalized_shape, norm.weight, norm.bias)
        report.close("norm.plain", plain, io["norm.plain"], tolerance["norm"])
        text, context = network.text_keys_values(hidden), network.context(pooled)
        cached, _ = all_steps(network, io["l_tokens"], context, text)
        allowed = tolerance["logits_cached_per_token_norm"]
        report.close(f"{scope}.logits_cached", cached, io["logits_cached"], allowed)
        full = network(io["l_tokens"], pooled=pooled, hidden=hidden)
        if scope == "call":
            report.close("call.logits_full", full, io["logits_full"], allowed)
        else:
            report.close("token.cached equals full", full, cached, allowed)


def clip_text_case(case: Case, report: Report) -> None:
    io = case.io
    weights = {name.removeprefix("encoder."): tensor for name, tensor in case.weights.items()}
    pooled, hidden = encode_text(case, io["text_idx"], weights)
    report.close("text_feature", pooled, io["text_feature"], case.tolerance)
    report.close("text_hidden", hidden, io["text_hidden"], case.tolerance)
    tokenizer = build_tokenizer(None, case.config["context_length"])
    report.equal("tokens", tokenizer(case.config["prompts"]), io["tokens"])


def vqgan_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance
    network = build_vqgan(VQGANConfig.from_json(case.config)).eval()
    network.load_state_dict(dict(case.weights))
    report.close("x", (io["image"] - network.MEAN) / network.STD, io["x"], allowed)
    report.close("encoder_out", network.encoder(io["x"]), io["encoder_out"], allowed)
    report.close("pre_quant", network.pre_quant(io["image"]), io["pre_quant"], allowed)
    report.equal("indices", network.indices(io["image"]), io["indices"])
    quantised, indices, loss = network.quantize(io["pre_quant"])
    report.equal("indices of pre_quant", indices, io["indices"])
    report.close("quant", quantised, io["quant"], allowed)
    report.close("emb_loss", loss, io["emb_loss"], allowed)
    post_quant = network.post_quant_conv(network.quantize.lookup(io["indices"]))
    report.close("post_quant", post_quant, io["post_quant"], allowed)
    report.close("decoded", network.decoder(post_quant), io["decoded"], allowed)
    report.close(
        "decoded_from_indices", network.decoder(post_quant), io["decoded_from_indices"], allowed
    )
    report.close("image_out", network.decode_indices(io["indices"]), io["image_out"], allowed)
    other = io["other_indices"].view(-1, *io["indices"].shape[1:])
    report.close("other_image", network.decode_indices(other), io["other_image"], allowed)


def shrinkvq_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance
    network = build_vqgan(VQGANConfig.from_json(case.config)).eval()
    network.load_state_dict(dict(case.weights))
    image = io["x"] * network.STD + network.MEAN
    assert isinstance(network.quantize, GumbelQuantizer)
    logits = network.quantize.proj(network.pre_quant(image))
    report.close("proj_logits", logits, io["proj_logits"], allowed)
    noisy = (logits + io["gumbel_noise"]).argmax(1)
    report.equal("indices_full_noisy", noisy, io["indices_full_noisy"])
    report.equal("indices_noisy", network.full_to_quantize[noisy], io["indices_noisy"])
    report.close("quant_noisy", network.quantize.lookup(noisy), io["quant_noisy"], allowed)
    report.equal("indices_argmax", network.indices(image), io["indices_argmax"])
    codes = network.quantize.indices(network.pre_quant(image))
    report.close("quant_argmax", network.quantize.lookup(codes), io["quant_argmax"], allowed)
    report.equal("tokens_full", network.quantize_to_full[io["tokens"]], io["tokens_full"])
    grid = io["tokens"].view(-1, *io["indices_argmax"].shape[1:])
    report.close("image_out", network.decode_indices(grid), io["image_out"], allowed)
    again = network.decode_indices(io["indices_argmax"])
    report.close("image_from_argmax", again, io["image_from_argmax"], allowed)
    real = io["real.full_to_quantize_2887"].long()
    report.equal("real map: ids in use", torch.unique(real), torch.arange(2887))
    report.equal("real map: dead codes", (real == 0).sum(), torch.tensor(5306))
    report.notes.append("kl left out: the product does not train the Gumbel form")


CASES: dict[str, Callable[[Case, Report], None]] = {
    "token order, padding and attention mask": order_case,
    "transformer full forward, CrossLformer": forward_case,
    "transformer full forward, CrossLformerLatent": forward_case,
    "step-by-step cached greedy decoding with and without classifier-free guidance, "
    "CrossLformerLatent": decode_cached_case,
    "temperature, top-k, top-p": logits_processing_case,
    "rollback (repaint) and box edit (inpaint), greedy": edit_case,
    "VQModel encode and decode": vqgan_case,
    "ShrinkVQ (Gumbel VQGAN with reduced codebook)": shrinkvq_case,
    "CLIP text encoder and tokenizer as used": clip_text_case,
    "prompt to image, box edit and rollback, CrossLformerLatent with VQModel": end_to_end_case,
    "the rescaled layer norm, and what it does to cached decoding": norm_outlier_case,
}
