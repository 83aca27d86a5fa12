"""The STAR cases of parts: tokenizer, positions, transformer, filters, text tower."""

from collections.abc import Callable

import torch
from torch import Tensor

from engine.generators import sampling
from engine.generators.star.checkpoint import text_state
from engine.generators.star.scales import scale_of_sites
from engine.nn.attention import block_causal_mask
from engine.nn.positions import axial_angles, rotated
from engine.text.word_states import word_states
from engine.tokenizers.multiscale_vqvae import phi_of_scale
from engine.values.params import SamplingParams
from tests.golden import star_runs
from tests.golden.case import Case, Report
from tests.golden.star_setup import RecordedDraws, load_network, load_tokenizer, text_tower


def vqvae_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance
    network = load_tokenizer(case)
    quantizer = network.quantize
    report.close("encoder_out", network.encoder(io["image"]), io["encoder_out"], allowed)
    latent = network.latent(io["image"])
    report.close("f", latent, io["f"], allowed)
    maps = quantizer.tokens(latent)
    latents = quantizer.latents(maps)
    for scale, ids in enumerate(maps):
        report.equal(f"idx.{scale}", ids, io[f"idx.{scale}"])
        for name, got in (
            ("up", quantizer.enlarged(ids, scale)),
            ("phi_out", quantizer.contribution(ids, scale)),
            ("f_hat", latents[scale]),
            ("image", network.decoded(latents[scale])),
        ):
            report.close(f"{name}.{scale}", got, io[f"{name}.{scale}"], allowed)
    fed = [
        quantizer.shrunk(latent, side).flatten(2).transpose(1, 2)
        for latent, side in zip(latents, quantizer.layout.sides[1:], strict=False)
    ]
    report.close("var_input", torch.cat(fed, 1), io["var_input"], allowed)
    report.close("f_hat of all", latents[-1], io["f_hat_embed_to_fhat"], allowed)
    phis = [phi_of_scale(scale, len(maps)) for scale in range(len(maps))]
    report.equal("phi_index", torch.tensor(phis), io["phi_index"])
    for published in ("0011122333", "00011112222333"):
        phis = [phi_of_scale(scale, len(published)) for scale in range(len(published))]
        wanted = torch.tensor([int(phi) for phi in published])
        report.equal(f"phis of {len(published)} scales", torch.tensor(phis), wanted)


def rope_case(case: Case, report: Report) -> None:
    io, config = case.io, case.config
    tables = [
        axial_angles(side, config["head_dim"], theta=config["theta"], extent=config["normalize"])
        for side in config["patch_nums"]
    ]
    for side, angles in zip(config["patch_nums"], tables, strict=True):
        report.close(f"cos.{side}", angles.cos(), io[f"cos.{side}"], case.tolerance)
        report.close(f"sin.{side}", angles.sin(), io[f"sin.{side}"], case.tolerance)
    for name in "qk":
        turned = rotated(io[name], torch.cat(tables))
        report.close(f"{name}_rotated", turned, io[f"{name}_rotated"], case.tolerance)


def forward_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance
    network = load_network(case)
    config = network.config
    scales = torch.from_numpy(scale_of_sites(config.sides).copy())
    report.equal("level_id", scales, io["level_id"])
    report.equal("attn_allowed", block_causal_mask(scales), io["attn_allowed"])
    angles = torch.cat([network.angles(scale) for scale in range(len(config.sides))])
    report.close("rope_real", angles.cos(), io["rope_real"], allowed)
    report.close("rope_imag", angles.sin(), io["rope_imag"], allowed)
    report.close("x0", network.embedded(io["text_pool"], io["x_wo_first"]), io["x0"], allowed)
    mask = io["text_mask"].bool()
    shared = network.text(io["text_hidden"][:1], mask[:1], copies=2)
    own = network.text(io["text_hidden"], mask)
    for prefix, text in (("", shared), ("per_row.", own)):
        seen: dict[str, Tensor] = {}
        hooks = [
            block.register_forward_hook(_keeper(seen, f"block{number}.out"))
            for number, block in enumerate(network.blocks)
        ]
        for name, part in (("self_attn", "attn"), ("cross_attn", "cross_attn"), ("ffn", "ffn")):
            module = network.get_submodule(f"blocks.0.{part}")
            hooks.append(module.register_forward_hook(_keeper(seen, f"block0.{name}")))
        logits = network(io["x_wo_first"], pooled=io["text_pool"], text=text)
        for hook in hooks:
            hook.remove()
        report.close(f"{prefix}logits", logits, io[f"{prefix}logits"], allowed)
        for name, tensor in seen.items():
            if f"{prefix}{name}" in io:
                # The reference gives every row's look at its text; we take the first row's only.
                rows = slice(0, len(tensor))
                report.close(f"{prefix}{name}", tensor, io[f"{prefix}{name}"][rows], allowed)
        if prefix:
            report.close("per_row.hidden", seen["block2.out"], io["per_row.hidden"], allowed)
    plain = load_network(case, logit_norm=False)
    logits = plain(io["x_wo_first"], pooled=io["text_pool"], text=shared)
    report.close("without logit norm", logits, io["logits_without_logit_norm"], allowed)


def _keeper(seen: dict[str, Tensor], name: str) -> Callable[..., None]:
    return lambda _, __, output: seen.__setitem__(name, output)


def filter_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance
    strength = 1 + case.config["guidance_t"]
    guided = sampling.guided(io["logits"], io["logits_uncond"], strength)
    report.close("guided", guided, io["guided"], 1e-5)
    for number, (top_k, top_p) in enumerate(case.config["combos"]):
        params = SamplingParams(top_k=top_k, top_p=top_p or 1.0)
        for name in ("logits", "logits_ties"):
            if f"{name}.{number}.prob" not in io:
                continue
            weights = sampling.token_weights(io[name], params, sampling.covering_top_p)
            probabilities = weights / weights.sum(-1, keepdim=True)
            report.equal(f"{name}.{number}.keep", weights > 0, io[f"{name}.{number}.keep"])
            report.close(
                f"{name}.{number}.prob", probabilities, io[f"{name}.{number}.prob"], allowed
            )
            if f"{name}.{number}.idx" in io:
                drawn = RecordedDraws(iter([io["noise"]]), iter(())).ids(weights)
                report.equal(f"{name}.{number}.idx", drawn, io[f"{name}.{number}.idx"])
                sureness = probabilities.gather(-1, drawn[..., None])[..., 0]
                report.close(
                    f"{name}.{number}.conf", sureness, io[f"{name}.{number}.conf"], allowed
                )


def text_case(case: Case, report: Report) -> None:
    io, config = case.io, case.config["text"]
    tower = text_tower(config)
    tower.load_state_dict(text_state({name: t.float() for name, t in case.weights.items()}))
    for row, ids in enumerate(io["input_ids"]):
        got = word_states(tower, ids[None])
        length = int(io["attention_mask"][row].sum())
        wanted = io["last_hidden_state"][row, :length]
        report.close(f"last_hidden_state {row}", got.hidden, wanted, case.tolerance)
        report.close(f"pooler_output {row}", got.pooled, io["pooler_output"][row], case.tolerance)


CASES: dict[str, Callable[[Case, Report], None]] = {
    "multi-scale residual VQVAE: image to token maps, token maps to image": vqvae_case,
    "normalised axial 2-D rotary embedding": rope_case,
    "STAR transformer, teacher-forced pass with the block-causal mask": forward_case,
    "guided logits, top-k then top-p filter, draw with injected noise": filter_case,
    "text tower in the form published with the weights (stable-diffusion-2 text encoder)": (
        text_case
    ),
    **star_runs.CASES,
}
