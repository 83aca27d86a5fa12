"""The cases of TiTok's tokenizers, their pixel coder and the optimisation of their latents."""

from collections.abc import Callable

import torch
from torch import Tensor

from engine.generators.maskgen.checkpoint import build_network, kind_of, network_state
from engine.generators.maskgen.latent_optimisation import OptimisationConfig, optimised
from engine.tokenizers.maskgit_vqgan import MaskGitVQGAN
from engine.tokenizers.titok import TiTok, mean_and_log_variance
from tests.golden.case import Case, Report


def network_of(case: Case) -> TiTok:
    """The case's tokenizer, every weight of the case being used."""
    network = build_network(kind_of(case.weights), case.config)
    network.load_state_dict(network_state(case.weights))
    assert isinstance(network, TiTok)
    return network.eval()


def two_stage_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    network = network_of(case)
    latents = network.latents(io["image"])
    report.close("latents", latents, io["latents"], allowed)
    report.equal("indices", network.indices(io["image"])[:, None], io["indices"])
    quantised, ids, _ = network.quantize(latents)
    report.equal("indices of latents", ids, io["indices"])
    report.close("quantized", quantised, io["quantized"], allowed)
    logits = network.decoder(quantised, None)
    report.close("proxy_logits", logits, io["proxy_logits"], allowed)
    report.close("pixel_embedding", network.proxy_vectors(logits), io["pixel_embedding"], allowed)
    report.close("reconstruction", network.decode(quantised), io["reconstruction"], allowed)
    given = network.quantize.lookup(io["given_tokens"].long()[:, None])
    report.close("given_quantized", given, io["given_quantized"], allowed)
    report.close("given_decoded", network.decode(given), io["given_decoded"], allowed)
    clamped = network.decode_indices(io["given_tokens"].long())
    report.close("decode_indices", clamped, io["given_decoded"].clamp(0, 1), allowed)
    _masked_gradient(network, case, report)


def _masked_gradient(network: TiTok, case: Case, report: Report) -> None:
    io = case.io
    latents = io["latents"].clone().requires_grad_(True)
    with torch.enable_grad():
        quantised, _, _ = network.quantize(latents)
        difference = (network.decode(quantised) - io["image"]).abs() * io["loss_mask"]
        loss = difference.sum() / (3 * io["loss_mask"].sum()) / len(latents)
        (gradient,) = torch.autograd.grad(loss, latents)
    report.close("masked_l1", loss[None], io["masked_l1"], case.tolerance["abs"])
    bounds = case.tolerance["grad_latents"]
    allowed = bounds["abs"] + bounds["rel"] * io["grad_latents"].abs().max().item()
    report.close("grad_latents", gradient, io["grad_latents"], allowed)


def one_stage_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    network = network_of(case)
    text = io.get("text_guidance")
    latents = network.latents(io["image"])
    report.close("latents", latents, io["latents"], allowed)
    quantised, ids, _ = network.quantize(latents)
    report.equal("indices", ids, io["indices"])
    if "quantized" in io:
        report.close("quantized", quantised, io["quantized"], allowed)
    report.close("reconstruction", network.decode(quantised, text), io["reconstruction"], allowed)
    given = network.quantize.lookup(io["given_tokens"].long()[:, None])
    report.close("given_decoded", network.decode(given, text), io["given_decoded"], allowed)
    if text is not None:
        swapped = network.decode(given, text.flip(0))
        report.close("swapped text", swapped, io["given_decoded_swapped_text"], allowed)


def continuous_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    network = network_of(case)
    text = io.get("text_guidance")
    parameters = network.latents(io["image"])
    report.close("parameters", parameters, io["parameters"], allowed)
    mean, log_variance = mean_and_log_variance(parameters)
    sample = mean + (log_variance / 2).exp() * io["noise"]
    report.close("sample", sample, io["sample"], allowed)
    report.close("reconstruction", network.decode(sample, text), io["reconstruction"], allowed)
    if text is None:
        report.close("mean", mean, io["mean"], allowed)
        report.close("logvar", log_variance, io["logvar"], allowed)
        from_mean = network.decode(mean)
        report.close("reconstruction_from_mean", from_mean, io["reconstruction_from_mean"], allowed)
    else:
        silent = network.decode(sample, torch.zeros_like(text))
        report.close("decoded_zero_text", silent, io["decoded_zero_text"], allowed)


def pixel_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    network = build_network(kind_of(case.weights), case.config)
    network.load_state_dict(network_state(case.weights))
    assert isinstance(network, MaskGitVQGAN)
    hidden = network.encoder(io["image"])
    report.close("hidden", hidden, io["hidden"], allowed)
    ids = network.quantize.indices(hidden)
    report.equal("indices", ids.flatten(1), io["indices"])
    quantised: Tensor = network.quantize.lookup(ids)
    report.close("quantized", quantised, io["quantized"], allowed)
    decoded = network.decoder(quantised)
    report.close("decoded", decoded, io["decoded"], allowed)
    report.close("reconstruction", decoded.clamp(0, 1), io["reconstruction"], allowed)


def optimisation_case(case: Case, report: Report) -> None:
    io, asked = case.io, case.config["optimiser"]
    network = network_of(case).requires_grad_(False)
    allowed, after_adam = case.tolerance["abs"], case.tolerance["latents_after_adam"]["abs"]
    target, mask = io["target"], io["mask"]
    start = network.latents(io["start"])
    report.close("start_latents", start, io["start_latents"], allowed)

    def objective(pictures: Tensor) -> Tensor:
        return ((pictures - target).abs() * mask).sum((1, 2, 3)) / (3 * mask.sum())

    steps = list(
        optimised(
            network,
            start,
            objective=objective,
            composite=lambda pictures: target * mask + pictures * (1 - mask),
            noise_of=lambda step: io["noises"][step],
            config=OptimisationConfig(
                steps=asked["num_iter"],
                learning_rate=asked["lr"],
                noise=asked["token_noise"],
                pull=asked["reg_weight"],
                average=asked["ema_decay"],
                reset_steps=case.config["reset_period"],
            ),
        )
    )
    resets = [step.reset for step in steps if step.reset is not None]
    report.close("reset_latents", torch.stack(resets), io["reset_latents"], allowed)
    for name, got, bound in (
        ("latents_after_adam", [step.stepped for step in steps], after_adam),
        ("latents_ema", [step.averaged for step in steps], allowed),
        ("losses", [step.losses for step in steps], allowed),
    ):
        report.close(name, torch.stack(got), io[name], bound)
    ids = torch.stack([step.ids[:, None] for step in steps])
    report.equal("indices", ids, io["indices"])
    report.close("image_step0", steps[0].pictures, io["image_step0"], allowed)
    report.close("image_last", steps[-1].pictures, io["image_last"], allowed)
    quantised = network.quantize(steps[-1].averaged)[0]
    report.close("final", network.decode(quantised).clamp(0, 1), io["final"], allowed)


CASES: dict[str, Callable[[Case, Report], None]] = {
    "TiTok tokenizer as in L-32 / B-64 / S-128: legacy reshapes, l2-normalised VQ, proxy-code "
    "decoder, MaskGIT-VQGAN pixel decoder": two_stage_case,
    "TiTok tokenizer as in BL-64 / BL-128 / SL-256 VQ-8k: fixed reshapes, plain VQ, decoder "
    "predicts RGB patches": one_stage_case,
    "TA-TiTok, discrete tokens: text-conditioned detokenizer": one_stage_case,
    "TiTok tokenizer, continuous (KL) tokens, as in LL-32 / BL-64 / BL-128 VAE": continuous_case,
    "TA-TiTok, continuous tokens: text-conditioned detokenizer": continuous_case,
    "MaskGIT-VQGAN (the proxy codes of stage 1 and the pixel decoder of stage 2)": pixel_case,
    "Test-time optimisation of 1-D latents (masked L1 objective, token noise, seed regulariser, "
    "EMA, periodic composite-and-re-encode)": optimisation_case,
}
