"""Which addresses reach this computer only."""

from ipaddress import ip_address


def is_local(host: str) -> bool:
    """True for addresses that only this computer reaches."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
