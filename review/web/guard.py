"""What every answer carries and every request must pass: headers, host, and where it was sent from."""

from collections.abc import Iterable, Mapping

SAFE_METHODS = frozenset({"GET", "HEAD"})

CONTENT_SECURITY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:",
    "media-src 'self' blob:", "font-src 'self'", "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'",
    "base-uri 'none'",
))  # fmt: skip

HEADERS: Mapping[str, str] = {
    "content-security-policy": CONTENT_SECURITY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
"""`safety.md`, part 3. Nothing of the pages is kept by browsers or shown inside others."""

STRICT_TRANSPORT = "max-age=31536000"


def is_known_host(host: str, known: Iterable[str]) -> bool:
    """True when the Host header names this server, whatever the port: a page that rebinds its own name is refused."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return name.lower() in known


def is_same_site(method: str, headers: Mapping[str, str]) -> bool:
    """True when a request that changes something comes from our own pages, or not from a page at all.

    The rule of Go's CrossOriginProtection: Sec-Fetch-Site where the browser sends it, else Origin
    against Host. A request with neither is not a browser's.
    """
    if method in SAFE_METHODS:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")
