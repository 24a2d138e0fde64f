"""What several files of tests need."""

import signal

import pytest


@pytest.fixture
def ctrl_c_raises():
    """Lets SIGINT raise KeyboardInterrupt, even if the tests were started in the background, where shells ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
