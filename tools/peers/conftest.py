import os

import pytest


@pytest.fixture(scope="session")
def url():
    """The server under test, which whoever runs pytest has started."""
    return os.environ["SLIPWAY_URL"]
