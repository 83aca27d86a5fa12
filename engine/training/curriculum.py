"""What scenes show at each point of a training: narrow at first, wider as the budget is used up."""

from engine.training.config import TrainingConfig
from engine.training.scenes import SceneConfig


def stage(config: TrainingConfig, share: float) -> SceneConfig:
    """The scenes to train on when `share` (0..1) of the budget is used up.

    Stages follow each other, each for its share; after the last, as without any, come the
    configuration's own scenes.
    """
    end = 0.0
    for lesson in config.curriculum:
        end += lesson.share
        if share < end:
            return lesson.scenes
    return config.scenes
