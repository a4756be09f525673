"""The small CC-NEWS that these tests share."""

from __future__ import annotations

import pytest

from tests.flows.news.small_ccnews import News, write


@pytest.fixture(scope="session")
def news(tmp_path_factory) -> News:
    """The archive, and what was planted in it."""
    return write(tmp_path_factory.mktemp("ccnews"))
