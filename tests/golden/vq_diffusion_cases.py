"""The VQ-Diffusion cases about numbers: schedule, posterior, denoiser, truncation, tokenizers."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from engine.generators import sampling
from engine.generators.vq_diffusion.checkpoint import (
    coder_from_diffusers,
    coder_of,
    text_from_diffusers,
    with_code_map,
)
from engine.generators.vq_diffusion.network import TextBlock
from engine.generators.vq_diffusion.reverse import truncated
from engine.generators.vq_diffusion.schedule import CLEAN, Kernel, linear_schedule, posterior
from engine.generators.vq_diffusion.shapes import coder_json, text_json
from engine.text.clip import build_text_tower, build_tokenizer, text_features
from engine.tokenizers.vqgan import VQGAN, VQGANConfig, build_vqgan
from tests.golden import vq_diffusion_runs
from tests.golden.case import Case, Report
from tests.golden.vq_diffusion_setup import LOWEST, load_network, logs

ABOVE = -60
"""The reference's logarithms below this are rounding."""


def schedule_case(case: Case, report: Report) -> None:
    for name, wanted in case.io.items():
        sizes, row = name.split(".")
        codebook_size, times = (int(part[1:]) for part in sizes.split("_"))
        schedule = linear_schedule(codebook_size, times)
        if "cumprod" in row:
            kernels = [schedule.until(time) for time in (*range(times), CLEAN)]
        else:
            kernels = [schedule.between(time - 1, time) for time in range(times)]
        row = row.replace("_cumprod", "")
        chance: Callable[[Kernel], float] = {
            "log_at": lambda kernel: kernel.keep,
            "log_bt": lambda kernel: kernel.replace,
            "log_ct": lambda kernel: kernel.mask,
            "log_1_min_ct": lambda kernel: 1 - kernel.mask,
        }[row]
        got = torch.tensor([chance(kernel) for kernel in kernels], dtype=torch.float64).log()
        report.equal(f"{name} is -inf", got.isneginf(), wanted.isneginf())
        finite = ~wanted.isneginf()
        report.close(name, got[finite], wanted[finite], case.tolerance["abs"])


def posterior_case(case: Case, report: Report) -> None:
    io, size = case.io, case.config["K"]
    schedule = linear_schedule(size, case.config["T"])
    for row, time in enumerate(io["t"].tolist()):
        one, all_, before = (
            schedule.between(time - 1, time),
            schedule.until(time),
            schedule.until(time - 1),
        )
        tokens, clean = io["x_t"][row], io["x0"][row]
        known = tokens != size
        # What is masked stays masked; of the reference's rows for it only the last is a chance.
        wanted = io["q_one_step"][row][:, known].exp()
        report.close(f"q one step {row}", spread(one, tokens[known], size), wanted, 1e-5)
        for name, kernel in (("q_cumulative", all_), ("q_cumulative_prev", before)):
            report.close(f"{name} {row}", spread(kernel, clean, size), io[name][row].exp(), 1e-5)
        got = posterior(
            io["log_p_x0"][row].exp().T[None], tokens[None], schedule, earlier=time - 1, later=time
        )
        for name in ("posterior_ms", "posterior_diffusers"):
            close_logs(report, f"{name} {row}", got, io[name][row : row + 1], tokens[None])
    given = io["log_p_x0"][2:4].exp().transpose(1, 2)
    tokens = io["x_t"][2:4]
    for row, (later, earlier) in enumerate(io["stride_pairs"].tolist()):
        fair = given / given.sum(-1, keepdim=True)
        got = posterior(fair, tokens, schedule, earlier=earlier, later=later)
        close_logs(report, f"stride {later} to {earlier}", got, io["stride_exact"][row], tokens)
        got = posterior(given, tokens, schedule, earlier=earlier, later=earlier + 1)
        name = f"released stride {later} to {earlier}"
        close_logs(report, name, got, io["stride_released"][row], tokens)
    big, tokens = io["big_log_p_x0"].exp().transpose(1, 2), io["big_x_t"]
    got = posterior(big, tokens, linear_schedule(big.shape[-1], 100), earlier=59, later=60)
    close_logs(report, "big", got, io["big_posterior_ms"], tokens)


def spread(kernel: Kernel, tokens: Tensor, size: int) -> Tensor:
    """The chances (K + 1, L) that three numbers stand for."""
    chances = torch.full((size + 1, len(tokens)), kernel.replace)
    chances[-1] = kernel.mask
    chances[tokens, torch.arange(len(tokens))] += kernel.keep
    return chances


def close_logs(report: Report, name: str, got: Tensor, wanted: Tensor, tokens: Tensor) -> None:
    """got (B, L, K + 1) chances; wanted (B, K + 1, L) logarithms."""
    report.close(f"{name}, exp", got.transpose(1, 2), wanted.exp(), 1e-5)
    judged = wanted > ABOVE
    # A known token was never masked: the reference's 1e-23 there comes from its clamping.
    judged[:, -1] &= tokens == wanted.shape[1] - 1
    report.close(name, logs(got)[judged], wanted[judged], 2e-4)


def denoiser_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    network = load_network(case)
    text = network.text_keys_values(io["cond"])
    block = network.transformer.blocks[0]
    assert isinstance(block, TextBlock)
    seen: dict[str, Tensor] = {}
    parts: dict[str, nn.Module] = {
        "embedding": network.transformer.content_emb,
        "block0_adaln1": block.ln1,
        "block0_self_attn": block.attn1,
        "block0_cross_attn": block.attn2,
        "block0_mlp": block.mlp,
        "block0_out": block,
        "block1_out": network.transformer.blocks[1],
    }
    hooks = [
        part.register_forward_hook(lambda _, __, out, name=name: seen.__setitem__(name, out))
        for name, part in parts.items()
    ]
    logits = network(io["x_t"], io["t"], text=text)
    for hook in hooks:
        hook.remove()
    report.close("logits", logits.transpose(1, 2), io["logits"], allowed)
    for name, tensor in seen.items():
        report.close(name, tensor, io[name], allowed)
    log_p = logits.log_softmax(-1).transpose(1, 2)
    nothing = torch.full_like(log_p[:, :1], LOWEST)
    report.close("log_p_x0", torch.cat([log_p, nothing], 1), io["log_p_x0"], allowed)
    same_time = network(io["x_t"], torch.full_like(io["t"], 57), text=text).log_softmax(-1)
    report.close("t = 57", same_time.transpose(1, 2), io["log_p_x0_all_t57"], allowed)


def class_denoiser_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    network = load_network(case)
    report.close("embedding", network.transformer.content_emb(io["x_t"]), io["embedding"], allowed)
    labels = io["label"].long()
    logits = network(io["x_t"], io["t"], labels=labels)
    report.close("logits", logits.transpose(1, 2), io["logits"], allowed)
    null = torch.full_like(labels, case.config["class_number"])
    logits = network(io["x_t"], io["t"], labels=null)
    report.close("null class", logits.transpose(1, 2), io["logits_null_class"], allowed)


def guidance_case(case: Case, report: Report) -> None:
    io = case.io
    conditional = io["log_p_cond"].transpose(1, 2)
    unconditional = io["log_p_uncond"].transpose(1, 2)
    for scale in case.config["guidance"]:
        probabilities = sampling.guided(conditional, unconditional, scale).softmax(-1)
        for rate in case.config["truncation"]:
            got = truncated(probabilities, rate).transpose(1, 2)
            for name in (f"ms_g{scale}_r{rate}", f"df_g{scale}_r{rate}"):
                wanted = io[name][:, : got.shape[1]]
                report.close(f"{name}, exp", got, wanted.exp(), 1e-6)
                if rate < 1:  # at 1, rounding alone decides what survives
                    log = got.log().clamp_min(LOWEST)
                    report.close(name, log, wanted, case.tolerance["abs"])


def coder_case(case: Case, report: Report) -> None:
    from_diffusers = "_class_name" in case.config
    weights = (coder_from_diffusers if from_diffusers else coder_of)(case.weights)
    network = build_vqgan(VQGANConfig.from_json(coder_json(weights))).eval()
    network.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    close_coder(network, case, report)


def close_coder(network: VQGAN, case: Case, report: Report) -> None:
    """All that the case knows of the tokenizer."""
    io, allowed = case.io, case.tolerance["abs"]
    images = io["image"] / 255
    grid = network.indices(images)
    report.equal("tokens", grid.flatten(1), io["tokens"])
    vectors = network.quantize.lookup(grid)
    raw = network.decoder(network.post_quant_conv(vectors))
    report.close("decoder_raw", raw, io["decoder_raw"], allowed)
    if "encoder_out" not in io:
        return
    encoded = network.encoder((images - network.MEAN) / network.STD)
    report.close("encoder_out", encoded, io["encoder_out"], allowed)
    report.close("latents", network.pre_quant(images), io["latents"], allowed)
    report.close("codebook_vectors", vectors, io["codebook_vectors"], allowed)
    pictures = network.decode_indices(grid) * 255
    report.close("image_out", pictures, io["image_out"], allowed * 127.5)
    levels = pictures.round()
    wanted = io["image_u8_diffusers"].float()
    # Both round; a value that lies on the edge of two levels may fall to either side.
    report.close("pictures in 8 bits", levels, wanted, 1)
    report.close("levels that differ", (levels != wanted).float().mean(), torch.zeros(()), 1e-3)


def gumbel_coder_case(case: Case, report: Report) -> None:
    io = case.io
    weights = with_code_map(coder_of(case.weights), io["full_to_reduced"])
    report.equal("reduced_to_full", weights["quantize_to_full"], io["reduced_to_full"])
    network = build_vqgan(VQGANConfig.from_json(case.config)).eval()
    network.load_state_dict(
        {name: t.float() if t.is_floating_point() else t for name, t in weights.items()}
    )
    images = io["image"] / 255
    logits = network.quantize.proj(network.pre_quant(images))  # type: ignore[operator]
    report.close("logits", logits, io["logits"], case.tolerance["abs"])
    report.equal("tokens_full", logits.argmax(1).flatten(1), io["tokens_full"])
    grid = network.indices(images)
    report.equal("tokens_reduced", grid.flatten(1), io["tokens_reduced"])
    pictures = network.decode_indices(grid) * 255
    report.close("image_out", pictures, io["image_out"], case.tolerance["abs"] * 127.5)


def text_case(case: Case, report: Report) -> None:
    config, io, allowed = case.config, case.io, case.tolerance["abs"]
    weights = text_from_diffusers(case.weights)
    head_width = config["hidden_size"] // config["num_attention_heads"]
    tower = build_text_tower(text_json(weights, head_width=head_width)).eval()
    tower.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    _, hidden = text_features(tower, io["ids"])
    report.close("last_hidden", hidden, io["last_hidden"], allowed)
    report.close("open_clip_check", hidden, io["open_clip_check"], allowed)
    report.close("cond", nn.functional.normalize(hidden, dim=-1), io["cond"], allowed)


def words_case(case: Case, report: Report) -> None:
    tokenizer = build_tokenizer(None, case.config["context_length"])
    ids = tokenizer(list(case.prompts))
    report.equal("ids", ids, case.io["ids"])
    ends = ids.argmax(1)  # the end mark has the highest id
    report.equal("mask", case.io["mask"].sum(1), ends + 1)


CASES: dict[str, Callable[[Case, Report], None]] = {
    "mask-and-replace transition schedule (alpha, beta, gamma; one-step and cumulative), natural "
    "log, float32 made from float64": schedule_case,
    "forward kernels q and reverse posterior (log space)": posterior_case,
    "denoising transformer: token grid + timestep + text hidden -> log p(x0)": denoiser_case,
    "class-conditional denoiser (ImageNet checkpoints): conv feed-forward, class through "
    "AdaLayerNorm": class_denoiser_case,
    "classifier-free guidance in log space, then nucleus-like truncation of p(x0)": guidance_case,
    "ITHQ VQ-VAE encoder, quantiser, decoder": coder_case,
    "ITHQ VQ-VAE, released layout; same numbers as vqvae_ithq_diffusers": coder_case,
    "Gumbel VQGAN f8 used by the COCO / CUB-200 / CC / human checkpoints, with the "
    "reduced-vocabulary code map": gumbel_coder_case,
    "text conditioning: CLIP text transformer hidden states, per-token L2 norm": text_case,
    "CLIP BPE tokenisation, padded with 0": words_case,
    **vq_diffusion_runs.CASES,
}
