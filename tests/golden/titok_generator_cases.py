"""The cases of TiTok's and MaskGen's generators, their schedules and their text."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.generators import sampling
from engine.generators.maskgen import schedule, unmasking
from engine.generators.maskgen.checkpoint import build_network, kind_of, network_state
from engine.generators.maskgen.class_networks import ClassBert, ClassUViT
from engine.generators.maskgen.continuous import ContinuousMaskGen, interleaved_score_code
from engine.generators.maskgen.diffusion import DiffusionTables
from engine.generators.maskgen.network import MaskGen, score_code
from engine.generators.maskgen.schedule import GuidanceCourse, Schedule
from engine.text.clip import text_states
from tests.golden.case import Case, Report
from tests.golden.lformer_setup import text_tower

COURSES: dict[str, GuidanceCourse] = {
    "linear": "linear",
    "constant": "constant",
    "power-cosine": "power-cosine",
    "cosine": "cosine",
}
Logits = Callable[[Tensor], Tensor]


def published_schedule(run: Mapping[str, Any], *, text: bool) -> tuple[Schedule, float]:
    """A published run in the house's terms, and the house's guidance scale."""
    decay = run["guidance_decay"]
    course = "rising" if text and decay == "linear" else COURSES[decay]
    own = Schedule(
        steps=run["num_sample_steps"],
        guidance=course,
        chance=run["randomize_temperature"],
        softens=run["softmax_temperature_annealing"],
        noisy_order=run.get("prob_sorting", True),
        power=run.get("guidance_scale_pow", run.get("guidance_decay_scale_pow", 1.0)),
    )
    return own, run["guidance_scale"] + (course != "power-cosine")


def network_of(case: Case) -> nn.Module:
    """Of the kind that the case's weights tell, with these weights."""
    network = build_network(kind_of(case.weights), case.config)
    network.load_state_dict(network_state(case.weights))
    return network.eval()


def class_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    network = network_of(case)
    assert isinstance(network, ClassBert | ClassUViT)
    labels = io["labels"].long()
    nobody = torch.full_like(labels, network.config.classes)
    ids = io["ids"].long()
    report.close("logits_cond", network(ids, labels), io["logits_cond"], allowed)
    report.close("logits_uncond", network(ids, nobody), io["logits_uncond"], allowed)
    for name, run in case.config["runs"].items():
        own, scale = published_schedule(run, text=False)
        _decode(
            lambda ids: network(ids, labels),
            lambda ids: network(ids, nobody),
            (name, own, scale, network.mask_id),
            case,
            report,
        )


def maskgen_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    network = network_of(case)
    assert isinstance(network, MaskGen)
    code = score_code(io["aesthetic"], network.config.score_width)
    report.close("aesthetic_embedding", code, io["aesthetic_embedding"], allowed)
    prompt = network.text_inputs(io["text_states"], io["text_pooled"][:, 0], io["aesthetic"])
    report.close("logits", network(io["ids"].long(), prompt), io["logits"], allowed)
    # In a decode the reference asks for the configuration's score, as a missing one does here.
    prompt = network.text_inputs(io["text_states"], io["text_pooled"][:, 0])
    null = network.text_inputs(io["null_text_states"], io["null_text_pooled"][:, 0])
    null = null.repeated(len(io["ids"]))
    for name, run in case.config["runs"].items():
        own, scale = published_schedule(run, text=True)
        _decode(
            lambda ids: network(ids, prompt),
            lambda ids: network(ids, null),
            (name, own, scale, network.mask_id),
            case,
            report,
        )


def _decode(
    given: Logits,
    free: Logits,
    run: tuple[str, Schedule, float, int],
    case: Case,
    report: Report,
) -> None:
    """A whole decode by our parts, each step compared, going on from our own ids."""
    name, own, scale, mask_id = run
    io, allowed = case.io, case.tolerance["abs"]
    ids = torch.full_like(io[f"{name}.final"].long(), mask_id)
    for step in range(own.steps):
        recorded = {
            key.removeprefix(f"{name}."): tensor[step]
            for key, tensor in io.items()
            if key.startswith(f"{name}.") and key != f"{name}.final"
        }

        def here(what: str, step: int = step) -> str:
            return f"{name}.{step}.{what}"

        report.equal(here("ids_before"), ids, recorded["ids_before"])
        unknown = ids == mask_id
        guidance = own.guidance_scale(step, own.steps, scale)
        published = guidance - (own.guidance != "power-cosine")
        if step or own.guidance != "power-cosine":  # its first step is recorded as 0 or 1
            report.close(here("cfg"), torch.tensor(published), recorded["cfg"], 1e-5)
        logits = sampling.guided(given(ids), free(ids), guidance)
        logits = logits / own.softening(step, own.steps)
        report.close(here("guided_logits"), logits, recorded["guided_logits"], allowed)
        noise = own.noise(step, own.steps)
        noisy = logits + noise * unmasking.gumbel(recorded["u_token"])
        drawn = noisy.argmax(-1).where(unknown, ids)
        report.equal(here("sampled"), drawn, recorded["sampled"])
        order_noise = noise * unmasking.gumbel(recorded["u_confidence"]) * own.noisy_order
        sure = unmasking.confidence(logits, drawn, unknown, order_noise)
        known = ~unknown
        report.close(here("confidence"), sure[unknown], recorded["confidence"][unknown], allowed)
        report.equal(here("kept for good"), sure[known].isinf(), torch.ones(int(known.sum())))
        counts = [
            schedule.still_masked(int(row.sum()), step, own.steps, ids.shape[1]) for row in unknown
        ]
        if step < own.steps - 1:
            report.equal(here("mask_len"), torch.tensor(counts[0]), recorded["mask_len"])
        ids = drawn.masked_fill(unmasking.stays_masked(sure, torch.tensor(counts)), mask_id)
        report.equal(here("ids_after"), ids, recorded["ids_after"])
    report.equal(f"{name}.final", ids, io[f"{name}.final"])


def continuous_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    network = network_of(case)
    assert isinstance(network, ContinuousMaskGen)
    code = interleaved_score_code(io["aesthetic"], network.config.score_width)
    report.close("aesthetic_embedding", code, io["aesthetic_embedding"], allowed)
    report.close("text_emb", network.text_emb(io["text_states"]), io["text_emb"], allowed)
    pooled = network.text_pooled_emb(torch.cat([io["text_pooled"][:, 0], code], -1))
    report.close("pooled_emb", pooled[:, None], io["pooled_emb"], allowed)
    z = _sites(network, io["tokens"], io["mask"], io, free=False)
    report.close("z", z, io["z"], allowed)
    head = network.head
    report.close("net_out", head(io["net_x"], io["net_t"], io["net_c"]), io["net_out"], allowed)
    tables = DiffusionTables.respaced(int(case.config["losses"]["num_sampling_steps"]))
    report.equal("timestep_map", torch.tensor(tables.times), io["timestep_map"])
    report.close("betas", torch.from_numpy(tables.betas), io["betas"], 1e-5)
    run = case.config["run"]
    sample = head.drawn(
        io["net_c"],
        None,
        guidance=1,
        tables=tables,
        noise=io["sample_noise0"],
        noises=io["sample_noises"],
        temperature=run["temperature"],
    )
    report.close("sample_out", sample, io["sample_out"], case.tolerance["sample_out"]["abs"])
    _continuous_decode(network, tables, case, report)


def _sites(
    network: ContinuousMaskGen,
    tokens: Tensor,
    mask: Tensor,
    io: Mapping[str, Tensor],
    *,
    free: bool,
) -> Tensor:
    prefix, rows = ("null_text" if free else "text"), len(tokens)
    z: Tensor = network(
        tokens,
        mask.bool(),
        states=io[f"{prefix}_states"].expand(rows, -1, -1),
        pooled=io[f"{prefix}_pooled"][:, 0].expand(rows, -1),
        score=io["aesthetic"],
    )
    return z


def _continuous_decode(
    network: ContinuousMaskGen, tables: DiffusionTables, case: Case, report: Report
) -> None:
    """Step by step from the recorded tokens, and whole from our own."""
    io, run, tolerance = case.io, case.config["run"], case.tolerance
    steps, count = run["num_iter"], network.config.tokens
    own_tokens, own_mask = torch.zeros_like(io["tokens"]), torch.ones_like(io["mask"]).bool()
    for step in range(steps):
        recorded = {
            key.removeprefix(f"step{step}."): tensor
            for key, tensor in io.items()
            if key.startswith(f"step{step}.")
        }
        report.equal(f"step{step}.mask", own_mask, recorded["mask"])
        for which, free in (("z_cond", False), ("z_uncond", True)):
            z = _sites(network, recorded["tokens"], recorded["mask"], io, free=free)
            report.close(f"step{step}.{which}", z, recorded[which], tolerance["abs"])
        masked = int(own_mask[0].sum())
        left = schedule.still_masked_in_random_order(masked, step, steps, count)
        weight = schedule.guidance_in_random_order(left, count, run["cfg"])
        report.close(f"step{step}.cfg", torch.tensor([weight]), recorded["cfg"], 1e-5)
        later = torch.zeros_like(own_mask)
        later.scatter_(1, io["orders"][:, :left].long(), True)
        now = own_mask & ~later
        drawing = {
            "guidance": weight,
            "tables": tables,
            "noise": recorded["noise0"],
            "noises": recorded["noises"],
            "temperature": run["temperature"],
        }
        given, free_z = recorded["z_cond"][now], recorded["z_uncond"][now]
        drawn = network.head.drawn(given, free_z, **drawing)
        bounds = tolerance["step*.latents"]
        allowed = bounds["abs"] + bounds["rel"] * recorded["latents"].abs().max().item()
        report.close(f"step{step}.latents", drawn, recorded["latents"], allowed)
        own = [_sites(network, own_tokens, own_mask, io, free=free)[now] for free in (False, True)]
        own_tokens[now] = network.head.drawn(*own, **drawing)
        own_mask = later
    final = own_tokens.transpose(1, 2)[:, :, None] / network.config.scale
    bounds = tolerance["final"]
    allowed = bounds["abs"] + bounds["rel"] * io["final"].abs().max().item()
    report.close("final", final, io["final"], allowed)


def clip_text_case(case: Case, report: Report) -> None:
    io, allowed, shape = case.io, case.tolerance["abs"], case.config
    clip = text_tower(
        {
            "embed_dim": shape["embed_dim"],
            "context_length": shape["context_length"],
            "vocab_size": shape["vocab_size"],
            "transformer_width": shape["width"],
            "transformer_heads": shape["heads"],
            "transformer_layers": shape["layers"],
        }
    )
    clip.load_state_dict(dict(case.weights))
    states = text_states(clip, io["ids"].long())
    report.close("penultimate", states.penultimate, io["penultimate"], allowed)
    report.close("pooled", states.pooled[:, None], io["pooled"], allowed)
    report.close("text_guidance", states.last, io["text_guidance"], allowed)


def schedules_case(case: Case, report: Report) -> None:
    io, allowed = case.io, case.tolerance["abs"]
    for name, wanted in io.items():
        family, _, sizes = name.partition(".")
        if family.endswith("_mask_len"):
            tokens, steps = (int(part[1:]) for part in sizes.split("."))
            rule = (
                schedule.still_masked_in_random_order
                if family == "maskgen_kl_mask_len"
                else schedule.still_masked
            )
            masked, counts = tokens, []
            for step in range(steps):
                masked = rule(masked, step, steps, tokens)
                counts.append(masked)
            report.equal(name, torch.tensor(counts), wanted)
    courses: dict[str, tuple[Schedule, float, float]] = {
        "titok_linear_cfg.g4.5.S8": (Schedule(8, "linear", 9.5), 5.5, 1),
        "titok_linear_cfg.g3.S8": (Schedule(8, "linear", 11), 4, 1),
        "titok_power_cosine_cfg.g6.9.S64": (
            Schedule(64, "power-cosine", 2.8, power=3),
            6.9,
            0,
        ),
        "maskgen_vq_cosine_cfg.g12.S16": (Schedule(16, "cosine", 2), 13, 1),
    }
    for name, (own, scale, offset) in courses.items():
        weights = [own.guidance_scale(s, own.steps, scale) - offset for s in range(own.steps)]
        start = 1 if own.guidance == "power-cosine" else 0
        report.close(name, torch.tensor(weights[start:]), io[name][start:], allowed)
    own = courses["titok_linear_cfg.g4.5.S8"][0]
    for name, got in (
        ("softmax_temperature.S8", [own.softening(step, 8) for step in range(8)]),
        ("gumbel_temperature.t9.5.S8", [own.noise(step, 8) for step in range(8)]),
    ):
        report.close(name, torch.tensor(got), io[name], allowed)
    kl = io["maskgen_kl_mask_len.N32.S32"]
    weights = [schedule.guidance_in_random_order(int(left), 32, 3.0) for left in kl]
    report.close("maskgen_kl_cfg", torch.tensor(weights), io["maskgen_kl_cfg.N32.S32"], allowed)
    tables = DiffusionTables.respaced(100)
    report.equal("timestep_map", torch.tensor(tables.times), io["diffusion100.timestep_map"])
    for name, table in (
        ("betas", tables.betas),
        ("alphas_cumprod", tables.alphas_cumprod),
        ("posterior_log_variance_clipped", tables.posterior_log_variance),
    ):
        report.close(name, torch.from_numpy(table), io[f"diffusion100.{name}"], allowed)


CASES: dict[str, Callable[[Case, Report], None]] = {
    "TiTok class-conditional MaskGIT generator, BERT backbone (L-32, B-64)": class_case,
    "TiTok class-conditional MaskGIT generator, U-ViT backbone (S-128)": class_case,
    "MaskGen VQ text-to-image generator": maskgen_case,
    "MaskGen KL text-to-image generator with per-token diffusion head": continuous_case,
    "CLIP text tower as MaskGen and TA-TiTok consume it (three different outputs of one encoder)": (
        clip_text_case
    ),
    "Published-size schedules (pure numbers, no weights)": schedules_case,
}
