"""Under which address other devices find this server, where the visitor's browser only knows it as localhost."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

ELSEWHERE = ("192.0.2.1", 9)  # an address for documentation (RFC 5737): nothing is sent there


def is_only_here(address: str) -> bool:
    """Whether an address leads every device to itself: localhost, 127.0.0.1, [::1], 0.0.0.0."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def in_network() -> list[str]:
    """This machine's IPv4 addresses in its networks, the one that leads out of here first; none without a network."""
    candidates = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(ELSEWHERE)  # of a datagram socket: only chooses the way, sends nothing
        candidates.append(probe.getsockname()[0])
    with suppress(OSError):
        candidates += [found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [host for host in dict.fromkeys(candidates) if _is_reachable(host)]


def _is_reachable(host: str) -> bool:
    address = ipaddress.ip_address(host)
    return not (address.is_loopback or address.is_unspecified or address.is_link_local)


def at(host: str, address: str) -> str:
    """The same address at another host.

    Example:
        >>> at("192.168.0.7", "http://localhost:8501/train")
        'http://192.168.0.7:8501/train'
    """
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host))
