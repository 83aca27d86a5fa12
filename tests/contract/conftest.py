"""Each promise is kept by every backend."""

import pytest

from tests.contract.backends import BACKENDS


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)
