"""Where weights lie that do not come with Ellbox: models, fetched files, and what is known of them.

Asked anew each time, so that a changed environment counts.
"""

from pathlib import Path

import platformdirs


def models_home() -> Path:
    """A folder a model: fetched, converted or imported ones."""
    return _data() / "models"


def published_home() -> Path:
    """A folder a key: files as they were published, until a model is made of them."""
    return _data() / "published"


def ledger_file() -> Path:
    """See engine.weights.ledger."""
    return Path(platformdirs.user_state_dir("ellbox", appauthor=False)) / "weights.json"


def _data() -> Path:
    return Path(platformdirs.user_data_dir("ellbox", appauthor=False))
