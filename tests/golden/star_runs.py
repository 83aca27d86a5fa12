"""The STAR cases of whole decodes: sampling, rollback, box edit, refining rounds."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.generators import sampling
from engine.generators.star.refining import RefinedStar, reveal_counts
from engine.generators.star.scales import guidance_at, scale_slice
from engine.tokenizers.multiscale_vqvae import MultiscaleVQVAE
from engine.values.region import pyramid_sites
from engine.values.tokens import TokenMap
from tests.golden.case import Case, Report
from tests.golden.star_setup import (
    Pass,
    RecordedDraws,
    decoded,
    generator_of,
    inputs_of,
    load_network,
    load_tokenizer,
    numbered,
    passes,
)

PUBLISHED_SIDES = {
    "256": (1, 2, 3, 4, 5, 6, 8, 10, 13, 16),
    "512": (1, 2, 3, 4, 6, 9, 13, 18, 24, 32),
    "1024": (1, 2, 3, 4, 5, 7, 9, 12, 16, 21, 27, 36, 48, 64),
}


def sample_case(case: Case, report: Report) -> None:
    """Greedy or with injected noise: tokens by the generator, the numbers on the way by parts."""
    io, allowed = case.io, case.tolerance
    drawn = RecordedDraws(numbered(case, "noise"), iter(()))
    states = decoded(generator_of(case, lambda *_: drawn), inputs_of(case))
    tokenizer, network = load_tokenizer(case), load_network(case)
    maps = _maps(states[-1].tokens, tokenizer)
    _close_result(case, report, maps, tokenizer)
    found, _ = passes(network, tokenizer, case, maps)
    for scale, each in enumerate(found):
        strength = guidance_at(scale, len(maps), 1 + case.config["sampling"]["cfg"])
        for name, got in (
            ("x_in", each.fed),
            ("hidden", each.outputs),
            ("logits_cond", each.cond),
            ("logits_uncond", each.uncond),
            ("logits_guided", sampling.guided(each.cond, each.uncond, strength)),
        ):
            if f"{name}.{scale}" in io:
                report.close(f"{name}.{scale}", got, io[f"{name}.{scale}"], allowed)
    for scale, probabilities in enumerate(drawn.weights):
        report.close(f"prob.{scale}", probabilities, io[f"prob.{scale}"], allowed)


def _maps(tokens: TokenMap, tokenizer: MultiscaleVQVAE) -> tuple[Tensor, ...]:
    return tokenizer.quantize.split(torch.from_numpy(tokens.ids.astype(np.int64))[None])


def _close_result(
    case: Case,
    report: Report,
    maps: tuple[Tensor, ...],
    tokenizer: MultiscaleVQVAE,
    *,
    prefix: str = "",
    ids: str = "idx",
) -> None:
    """Token maps, the latent after each and the picture, as far as the case holds them."""
    io = case.io
    latents = tokenizer.quantize.latents(maps)
    for scale, (map_, latent) in enumerate(zip(maps, latents, strict=True)):
        if f"{prefix}{ids}.{scale}" in io:
            report.equal(f"{prefix}{ids}.{scale}", map_, io[f"{prefix}{ids}.{scale}"])
        if f"{prefix}f_hat.{scale}" in io:
            wanted = io[f"{prefix}f_hat.{scale}"]
            report.close(f"{prefix}f_hat.{scale}", latent, wanted, case.tolerance)
    picture = (tokenizer.decoded(latents[-1]) + 1) / 2
    report.close(f"{prefix}image", picture, io[f"{prefix}image"], case.tolerance)


def resume_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance
    kept = list(numbered(case, "idx_prefix"))
    if len(kept) != case.config["resume_after_scale"] + 1:
        report.fail(f"{len(kept)} kept scales")
    states = decoded(generator_of(case), inputs_of(case), known=kept)
    tokenizer, network = load_tokenizer(case), load_network(case)
    maps = _maps(states[-1].tokens, tokenizer)
    _close_result(case, report, maps, tokenizer)
    found, _ = passes(network, tokenizer, case, maps)
    _, cache = passes(network, tokenizer, case, kept)
    for layer, (keys, values) in enumerate(cache):
        report.close(f"k_cache.{layer}", keys, io[f"k_cache.{layer}"], allowed)
        report.close(f"v_cache.{layer}", values, io[f"v_cache.{layer}"], allowed)
    latent = tokenizer.quantize.latents(tuple(kept))[-1]
    report.close("f_hat_at_resume", latent, io["f_hat_at_resume"], allowed)
    report.close("next_input", found[len(kept)].fed, io["next_input"], allowed)
    _close_guided(case, report, found[len(kept) :], len(kept))


def _close_guided(case: Case, report: Report, found: list[Pass], first: int) -> None:
    scales = len(case.config["transformer"]["patch_nums"])
    for scale, each in enumerate(found, start=first):
        strength = guidance_at(scale, scales, 1 + case.config["sampling"]["cfg"])
        guided = sampling.guided(each.cond, each.uncond, strength)
        report.close(
            f"logits_guided.{scale}", guided, case.io[f"logits_guided.{scale}"], case.tolerance
        )


def edit_case(case: Case, report: Report) -> None:
    io = case.io
    tokenizer, network = load_tokenizer(case), load_network(case)
    layout = network.config.layout
    for name, sides in PUBLISHED_SIDES.items():
        for number, box in enumerate(case.config["table_boxes"]):
            kept = torch.from_numpy(~pyramid_sites(_box_sites(box, sides[-1]), sides))
            report.equal(f"table.{name}.{number}", kept, io[f"table.{name}.{number}"])
    finest = _box_sites(case.config["box"], layout.sides[-1])
    report.equal("keep_final", torch.from_numpy(~finest), io["keep_final"])
    editable = pyramid_sites(finest, layout.sides)
    source = torch.cat(list(numbered(case, "idx_original")), 1)[0]
    inputs = replace(
        inputs_of(case),
        source=TokenMap(source.numpy().astype(np.int32), layout, network.config.codebook_size),
        editable=editable,
    )
    # The reference draws the first scale too and throws it away; we begin after it.
    maps = _maps(decoded(generator_of(case), inputs)[-1].tokens, tokenizer)
    _close_result(case, report, maps, tokenizer, ids="idx_after")
    found, _ = passes(network, tokenizer, case, maps)
    _close_guided(case, report, found, 0)
    for scale, each in enumerate(found):
        side = layout.sides[scale]
        kept = torch.from_numpy(~editable[scale_slice(layout.sides, scale)])
        report.equal(f"keep.{scale}", kept.view(side, side), io[f"keep.{scale}"])
        strength = guidance_at(scale, len(maps), 1 + case.config["sampling"]["cfg"])
        drawn = sampling.guided(each.cond, each.uncond, strength).argmax(-1)
        report.equal(f"idx_sampled.{scale}", drawn, io[f"idx_sampled.{scale}"])


def _box_sites(box: list[float], side: int) -> NDArray[np.bool_]:
    """(side, side) bool of a box y0, x0, y1, x1 in parts of the picture."""
    top, left, bottom, right = (round(edge * side) for edge in box)
    sites = np.zeros((side, side), bool)
    sites[top:bottom, left:right] = True
    return sites


def refining_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance
    for name, counts in case.config["published_mask_counts"].items():
        side, rounds = name.split("x")[0], name.split(" in ")[1]
        got = torch.tensor(reveal_counts(int(side), int(rounds)))
        report.equal(f"counts of {name}", got, torch.tensor(counts))
    network, tokenizer = load_network(case), load_tokenizer(case)
    assert isinstance(network, RefinedStar)
    last = len(network.config.sides) - 1
    logits = network.refined((io["net.feature"], io["net.prev"]), last)
    report.close("net.logits", logits, io["net.logits"], allowed)
    for version, refining in (("1024", "hybrid"), ("new", "alone")):
        drawn = RecordedDraws(
            numbered(case, f"{version}.noise"), numbered(case, f"{version}.uniform")
        )
        generator = generator_of(case, lambda *_, drawn=drawn: drawn, refining=refining)
        states = decoded(generator, inputs_of(case))
        for number, (ids, probabilities) in enumerate(zip(drawn.drawn, drawn.weights, strict=True)):
            report.equal(f"{version}.draw {number}", ids, io[f"{version}.draw_idx.{number}"])
            if f"{version}.draw_conf.{number}" in io:
                sureness = probabilities.gather(-1, ids[..., None])[..., 0]
                wanted = io[f"{version}.draw_conf.{number}"]
                report.close(f"{version}.conf {number}", sureness, wanted, allowed)
        if next(drawn.noise, None) is not None or next(drawn.uniform, None) is not None:
            report.fail(f"{version}: draws are left over")
        maps = _maps(states[-1].tokens, tokenizer)
        _close_result(case, report, maps, tokenizer, prefix=f"{version}.", ids="idx_final")
        found, _ = passes(network, tokenizer, case, maps)
        for scale, each in enumerate(found):
            if f"{version}.hidden.{scale}" in io:
                wanted = io[f"{version}.hidden.{scale}"]
                report.close(f"{version}.hidden.{scale}", each.outputs, wanted, allowed)


CASES: dict[str, Callable[[Case, Report], None]] = {
    "scale-by-scale decoding with key/value cache and guidance, argmax tokens": sample_case,
    "same loop with top-k, top-p and injected noise": sample_case,
    "rollback: keep scales up to k, regenerate the rest (argmax)": resume_case,
    "region edit: tokens outside the box are put back at every scale "
    "(VAR zero-shot in-painting applied to the STAR loop)": edit_case,
    "causal-driven stable sampling: iterative masked sampler on the last scales": refining_case,
}
