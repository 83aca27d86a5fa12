"""A published Lformer state dict taken apart: network, text encoder, image tokenizer."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from engine.values.errors import BadInput

StateDict = dict[str, Tensor]

NETWORK = (
    "transformer.",
    "linear_ctx.",
    "linear_mu_c.",
    "linear_mu_z.",
    "linear_log_var.",
    "latent_to_w.",
    "label_embedding.",
)
TEXT = "text_encoder.encoder."
TOKENIZER = "first_stage_model."
NULL_PROMPT = ("dummy_text_fea", "dummy_text_hidden")
# Order and mask are computed; so is the null prompt, by the text encoder. Sparse attention's
# layout describes the same mask.
COMPUTED = ("pos_ids", "att_mask", *NULL_PROMPT)
SPARSE_LAYOUT = ".attn.inner_att.inner_att.master_layout"


@dataclass(frozen=True, slots=True, eq=False)
class CheckpointParts:
    """State dicts under the names of our modules. null_prompt: pooled (1, F), hidden (1, T, F)."""

    network: StateDict
    text: StateDict
    tokenizer: StateDict
    null_prompt: tuple[Tensor, Tensor] | None


def split_state_dict(published: Mapping[str, Tensor]) -> CheckpointParts:
    """Every entry finds its place; BadInput names those that do not.

    Takes a flat state dict, with or without the prefix that DeepSpeed's conversion leaves.
    """
    state = {name.removeprefix("module."): tensor for name, tensor in published.items()}
    network = {
        name: tensor
        for name, tensor in state.items()
        if name.startswith(NETWORK) and not name.endswith(SPARSE_LAYOUT)
    }
    known = (*NETWORK, TEXT, TOKENIZER)
    left = [name for name in state if not name.startswith(known) and name not in COMPUTED]
    if left or not network:
        raise BadInput(
            "This is not a checkpoint of an Lformer: "
            + (f"nobody knows {', '.join(sorted(left)[:5])}." if left else "it has no network."),
            "Use a checkpoint of a text-conditional Lformer.",
        )
    null = tuple(state[name] for name in NULL_PROMPT if name in state)
    return CheckpointParts(
        network=network,
        text=_under(TEXT, state),
        tokenizer=_under(TOKENIZER, state),
        null_prompt=(null[0], null[1]) if len(null) == len(NULL_PROMPT) else None,
    )


def _under(prefix: str, state: StateDict) -> StateDict:
    return {name.removeprefix(prefix): t for name, t in state.items() if name.startswith(prefix)}
