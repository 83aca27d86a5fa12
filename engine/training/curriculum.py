"""What scenes show at each point of a training: narrow at first, wider later."""

from engine.training.config import TrainingConfig
from engine.training.scenes import SceneConfig


def stage(config: TrainingConfig, number: int) -> SceneConfig:
    """What the scene of this number shows; scenes are trained on in the order of their numbers.

    Stages follow each other, each for its scenes; after the last, as without any, come the
    configuration's own scenes. Generators, whose scenes are encoded once, meet them in this order
    the first time, and mixed ever after.
    """
    end = 0
    for lesson in config.curriculum:
        end += lesson.count
        if number < end:
            return lesson.scenes
    return config.scenes
