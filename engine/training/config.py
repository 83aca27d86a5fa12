"""What is trained: sizes of the three models and the scenes they learn from."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.training.scenes import SceneConfig
from engine.values.errors import BadInput

CONTEXT_LENGTH = 32
MERGES = 7678
"""Merges of the small text vocabulary: with bytes and marks it has 8,192 tokens."""

BUDGETS = {"minutes", "steps"}
PRESETS = Path(__file__).with_name("presets")
"""JSON files that `--config` takes by name."""


def _tokenizer() -> dict[str, Any]:
    return {
        "n_embed": 1024,
        "embed_dim": 16,
        "ddconfig": {
            "double_z": False,
            "z_channels": 64,
            "resolution": 128,
            "in_channels": 3,
            "out_ch": 3,
            "ch": 32,
            "ch_mult": [1, 1, 2, 4],
            "num_res_blocks": 1,
            "attn_resolutions": [],
            "dropout": 0.0,
            "norm_groups": 0,
        },
    }


def _clip() -> dict[str, Any]:
    # Pooled feature and hidden states have one width, as the generator's dim_cond asks.
    return {
        "embed_dim": 256,
        "vision_cfg": {
            "image_size": 128,
            "layers": 4,
            "width": 192,
            "head_width": 48,
            "patch_size": 16,
        },
        "text_cfg": {
            "context_length": CONTEXT_LENGTH,
            "vocab_size": 8192,
            "width": 256,
            "heads": 4,
            "layers": 4,
        },
    }


def _network() -> dict[str, Any]:
    return {
        "css": 16,
        "w_layer": 3,
        "latent": True,
        "norm_scope": "plain",
        "transformer": {
            "img_vbs": 1024,
            "block_size": 256,
            "n_layer": 6,
            "n_head": 4,
            "n_embd": 256,
            "dim_cond": 256,
            "add_cross": True,
        },
    }


def _multiscale() -> dict[str, Any]:
    return {
        "patch_nums": [1, 2, 4, 8, 16],
        "vocab_size": 1024,
        "z_channels": 16,
        "ch": 32,
        "ch_mult": [1, 1, 2, 4],
        "num_res_blocks": 1,
        "norm_groups": 0,
    }


def _star() -> dict[str, Any]:
    return {
        "patch_nums": [1, 2, 4, 8, 16],
        "vocab_size": 1024,
        "z_channels": 16,
        "depth": 6,
        "num_heads": 4,
        "embed_dim": 256,
        "in_dim_cross": 256,
        "text_scope": "row",
    }


def _vq_diffusion() -> dict[str, Any]:
    return {
        "num_embed": 1024,
        "content_spatial_size": [16, 16],
        "n_layer": 6,
        "n_embd": 240,
        "n_head": 5,
        "mlp_hidden_times": 4,
        # Embedded words and states (text/embedded_words.py).
        "condition_seq_len": 2 * CONTEXT_LENGTH,
        "condition_dim": 256,
        "diffusion_step": 100,
        "empty_text_embed": True,
    }


def _titok() -> dict[str, Any]:
    # In the layout of published files.
    tokens = {
        "codebook_size": 1024,
        "token_size": 16,
        "use_l2_norm": False,
        "num_latent_tokens": 32,
        "vit_enc_model_size": "w192l4h4",
        "vit_dec_model_size": "w256l4h4",
        "vit_enc_patch_size": 16,
        "vit_dec_patch_size": 16,
        "finetune_decoder": False,
        "is_legacy": False,
        "text_context_length": CONTEXT_LENGTH,
        "text_embed_dim": 256,
    }
    return {"model": {"vq_model": tokens}, "dataset": {"preprocessing": {"crop_size": 128}}}


def _maskgen() -> dict[str, Any]:
    return {
        "decoder_embed_dim": 192,
        "decoder_depth": 3,
        "decoder_num_heads": 4,
        "micro_condition": False,
        "micro_condition_embed_dim": 0,
        "condition_num_classes": 0,
    }


def _loops() -> dict[str, dict[str, Any]]:
    return {
        "tokenizer": {"minutes": 70.0, "batch": 8, "lr": 1e-3, "betas": (0.9, 0.99), "ema": 0.99},
        "clip": {
            "minutes": 7.0,
            "batch": 128,
            "lr": 1e-3,
            "betas": (0.9, 0.98),
            "weight_decay": 0.05,
            "ema": 0.99,
            "log_steps": 5,
        },
        "lformer": {
            "minutes": 55.0,
            "batch": 16,
            "lr": 1e-3,
            "optimizer": "muon",
            "weight_decay": 0.04,
            "warmup_steps": 200,
            "checkpoint_minutes": 8.0,
        },
        "multiscale": {
            "minutes": 40.0,
            "batch": 16,
            "lr": 5e-4,
            "betas": (0.9, 0.99),
            "ema": 0.999,
        },
        "titok": {
            "minutes": 40.0,
            "batch": 16,
            "lr": 3e-3,
            "optimizer": "muon",
            "betas": (0.9, 0.99),
            "weight_decay": 0.01,
            "warmup_steps": 50,
            "ema": 0.998,
        },
        "maskgen": {
            "minutes": 15.0,
            "batch": 64,
            "lr": 1.5e-3,
            "optimizer": "muon",
            "betas": (0.9, 0.96),
            "weight_decay": 0.03,
            "warmup_steps": 100,
            "ema": 0.998,
        },
        "vq-diffusion": {
            "minutes": 60.0,
            "batch": 64,
            "lr": 1e-3,
            "optimizer": "muon",
            "betas": (0.9, 0.95),
            "weight_decay": 0.04,
            "warmup_steps": 200,
        },
        "star": {
            "minutes": 60.0,
            "batch": 64,
            "lr": 1e-3,
            "optimizer": "muon",
            "betas": (0.9, 0.95),
            "weight_decay": 0.05,
            "warmup_steps": 200,
        },
    }


@dataclass(frozen=True, slots=True)
class TokenizerLossConfig:
    """Weights of the parts of the tokenizer's loss; a part of weight 0 is not computed.

    pixels, edges: absolute errors of pixels and of differences between neighbours. squared: squared
    error of pixels. perceptual: distance in the trained image tower's layers. adversarial: pull
    of a patch discriminator at the last layer, as a share of the other parts'; it begins once
    adversarial_start (0..1) of the budget is used up. agreement: squared distance between what the
    encoder says of a part of a picture and what it says of the same part amid another one, so that
    tokens say what is at their sites and nothing else (VQGAN only). codebook_decay: 0 leaves the
    codes to the gradient, above they are running means with that decay.
    """

    pixels: float = 1.0
    edges: float = 1.0
    squared: float = 4.0
    perceptual: float = 0.0
    adversarial: float = 0.0
    adversarial_start: float = 0.5
    agreement: float = 0.1
    codebook_decay: float = 0.0


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a curriculum: a count of scenes, and what they show."""

    count: int
    scenes: SceneConfig


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """tokenizer, clip, network: the model.json entries; multiscale, star: those of STAR's tokenizer
    and network; vq_diffusion: that of VQ-Diffusion's network; titok, maskgen: those of MaskGen's
    tokenizer and network. scenes: what the pictures show.

    pictures: a folder of a person's own, or of shards, in place of composed scenes ('' = none).
    curriculum: what they show before that, stage after stage. loops: for each part that is trained,
    what its LoopConfig differs in from the defaults there.
    tokenised_scenes: pictures encoded once and kept for the generator. calm: how readily a site
    takes its neighbour's code there (tolerance and slack of calm_indices, 0 = never).
    text_dropout: share of captions replaced by the null prompt, for guidance. kl_weight: of the
    latent's divergence against the cross entropy summed over tokens (1 is the likelihood bound).
    latent_dimensions: of the latent, fitted beforehand (0: learnt along with the transformer).
    edit_share: of pictures shown as a box edit sees them (box_examples). noise_share: of pictures
    that the Lformer sees through noise; hidden_share: of those whose things it does not see.
    """

    scenes: SceneConfig = field(default_factory=SceneConfig)
    curriculum: tuple[Stage, ...] = ()
    tokenizer: dict[str, Any] = field(default_factory=_tokenizer)
    clip: dict[str, Any] = field(default_factory=_clip)
    network: dict[str, Any] = field(default_factory=_network)
    multiscale: dict[str, Any] = field(default_factory=_multiscale)
    star: dict[str, Any] = field(default_factory=_star)
    vq_diffusion: dict[str, Any] = field(default_factory=_vq_diffusion)
    titok: dict[str, Any] = field(default_factory=_titok)
    maskgen: dict[str, Any] = field(default_factory=_maskgen)
    pictures: str = ""
    tokenised_scenes: int = 20_000
    calm: float = 0.0
    wide_share: float = 0.1
    text_dropout: float = 0.1
    kl_weight: float = 0.2
    latent_dimensions: int = 0
    edit_share: float = 0.2
    noise_share: float = 0.3
    hidden_share: float = 0.4
    loops: dict[str, dict[str, Any]] = field(default_factory=_loops)
    tokenizer_loss: TokenizerLossConfig = field(default_factory=TokenizerLossConfig)

    @classmethod
    def read(cls, path: Path | None) -> "TrainingConfig":
        """From a JSON file that names only what differs from the defaults; None = the defaults."""
        return cls.layered(() if path is None else (path,))

    @classmethod
    def layered(cls, paths: Iterable[Path]) -> "TrainingConfig":
        """The defaults, then what each file says in its turn; a file or the name of a preset."""
        settings = cls()
        for path in paths:
            preset = PRESETS / f"{path}.json"
            file = preset if not path.exists() and preset.exists() else path
            try:
                settings = settings._changed(json.loads(file.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError, AttributeError) as problem:
                raise BadInput(f"{path} is not a training configuration: {problem}.") from problem
        return settings

    def _changed(self, given: dict[str, Any]) -> "TrainingConfig":
        scenes = changed_scenes(self.scenes, given.pop("scenes", {}))
        stages = given.pop("curriculum", None)
        if stages is not None:
            given["curriculum"] = tuple(
                Stage(int(stage.get("count")), changed_scenes(scenes, stage.get("scenes", {})))
                for stage in stages
            )
        loops = dict(self.loops)
        for part, wanted in given.pop("loops", {}).items():
            loops[part] = changed_loop(loops.get(part, {}), wanted)
        losses = replace(self.tokenizer_loss, **given.pop("tokenizer_loss", {}))
        return replace(
            self,
            scenes=scenes,
            loops=loops,
            tokenizer_loss=losses,
            **given,
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def changed_scenes(known: SceneConfig, wanted: dict[str, Any]) -> SceneConfig:
    """Scenes with others of their settings; JSON has lists where settings have tuples."""
    fitting: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in wanted.items()}
    return replace(known, **fitting)


def changed_loop(known: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Loop settings with others in their place; a new budget takes the place of the old one."""
    if wanted.keys() & BUDGETS:
        known = {name: value for name, value in known.items() if name not in BUDGETS}
    return {**known, **wanted}
