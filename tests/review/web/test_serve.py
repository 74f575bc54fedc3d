"""Where the pages may be served."""

from pathlib import Path

import pytest

from pipeline.errors import RefusedError
from pipeline.jobs.addresses import is_local
from pipeline.jobs.serve import require_safe_address


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "review.example"])  # noqa: S104
def test_an_address_others_can_reach_needs_a_certificate(host: str) -> None:
    """Testimony never goes over a network in the clear."""
    with pytest.raises(RefusedError, match="in the clear"):
        require_safe_address(host, None, None)
    require_safe_address(host, Path("server.pem"), Path("server.key"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_computers_own_address_needs_none(host: str) -> None:
    """What never leaves the computer cannot be listened to on the way."""
    assert is_local(host)
    require_safe_address(host, None, None)


def test_a_certificate_without_its_key_is_refused() -> None:
    """Half a pair would fail later and less plainly."""
    with pytest.raises(RefusedError, match="go together"):
        require_safe_address("127.0.0.1", Path("server.pem"), None)
