"""Published files of the TiTok family: what network a file holds, and its state dict cleaned."""

from collections.abc import Mapping
from typing import Any, Literal

from torch import Tensor, nn

from engine.generators.maskgen.class_networks import ClassNetworkConfig, class_network
from engine.generators.maskgen.continuous import ContinuousConfig, ContinuousMaskGen
from engine.generators.maskgen.generator import Network
from engine.generators.maskgen.network import MaskGen, MaskGenConfig
from engine.tokenizers.maskgit_vqgan import MaskGitVQGAN, PixelCoderConfig
from engine.tokenizers.titok import TiTok, TiTokConfig
from engine.values.errors import BadInput

StateDict = dict[str, Tensor]
Kind = Literal["titok", "tatitok", "bert", "uvit", "maskgen-vq", "maskgen-kl", "maskgit-vqgan"]

# An entry that only files of the kind have; the first that fits names it.
MARKS: dict[str, Kind] = {
    "decoder.text_guidance_proj.weight": "tatitok",
    "latent_tokens": "titok",
    "model.embeddings.word_embeddings.weight": "bert",
    "mid_block.norm1.weight": "uvit",
    "diffloss.net.input_proj.weight": "maskgen-kl",
    "cond_pooled_proj.weight": "maskgen-vq",
    "encoder.conv_in.weight": "maskgit-vqgan",
}
# Counted while training, or computed.
DROPPED = (
    "quantize.embed_prob",
    "model.embeddings.position_ids",
    "model.embeddings.token_type_ids",
)
TIED_HEAD = "lm_head.weight"


def kind_of(published: Mapping[str, object]) -> Kind:
    """What a file with these entries holds; BadInput when it is none of the family."""
    for mark, kind in MARKS.items():
        if mark in published:
            return kind
    raise BadInput(
        "This is not a checkpoint of TiTok, TA-TiTok or MaskGen.",
        "Use a model.safetensors or .bin file of one of their repositories.",
    )


def network_state(published: Mapping[str, Tensor]) -> StateDict:
    """The entries that our network has. BadInput when a head that should be tied is not."""
    state = {name: tensor for name, tensor in published.items() if name not in DROPPED}
    if kind_of(published) == "maskgen-vq" and TIED_HEAD in state:
        # An alias of the embeddings, whole or of the tokens' rows.
        head = state.pop(TIED_HEAD)
        rows = state["embeddings.weight"][: len(head)]
        if head.device.type != "meta" and not head.equal(rows):
            raise BadInput("The head of this checkpoint is not tied to its embeddings.")
    return state


def build_network(kind: Kind, config: Mapping[str, Any]) -> nn.Module:
    """The network of a published config.json (of a pixel VQGAN: its coder's settings)."""
    match kind:
        case "titok" | "tatitok":
            return TiTok(TiTokConfig.from_json(config, text=kind == "tatitok"))
        case "bert" | "uvit":
            return class_network(ClassNetworkConfig.from_json(config))
        case "maskgen-vq":
            return MaskGen(MaskGenConfig.from_json(config))
        case "maskgen-kl":
            return ContinuousMaskGen(ContinuousConfig.from_json(config))
        case "maskgit-vqgan":
            return MaskGitVQGAN(PixelCoderConfig.from_json(config), config["num_embeddings"])


def unmasking_network(config: Mapping[str, Any]) -> Network:
    """The network over ids that a published config.json names."""
    network: dict[str, Any] = config["model"]
    if "maskgen" in network:
        return MaskGen(MaskGenConfig.from_json(config))
    return class_network(ClassNetworkConfig.from_json(config))
