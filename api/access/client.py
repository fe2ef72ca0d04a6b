"""Where a request comes from. What is forwarded is believed of the proxies that the settings name, of nobody else."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from starlette.requests import HTTPConnection

from gridmap.settings import Settings

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def address_of(connection: HTTPConnection, settings: Settings) -> str:
    """Return the address of the client: the last one forwarded that is no trusted proxy's, else the peer's."""
    at = _peer(connection)
    networks = _networks(settings.trusted_proxies)
    forwarded = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
    for hop in reversed([one.strip() for one in forwarded if one.strip()]):
        if not _inside(at, networks):
            break
        at = hop
    return at


def over_tls(connection: HTTPConnection, settings: Settings) -> bool:
    """Return whether the client speaks over TLS, to us or to a trusted proxy."""
    if connection.url.scheme == "https":
        return True
    trusted = _inside(_peer(connection), _networks(settings.trusted_proxies))
    return trusted and connection.headers.get("x-forwarded-proto", "").strip().lower() == "https"


def on_this_machine(connection: HTTPConnection) -> bool:
    """Return whether the client is on this machine and called the service by a name of this machine."""
    name = connection.headers.get("host", "").rpartition("@")[2]
    bare = name.partition("]")[0] + "]" if name.startswith("[") else name.partition(":")[0]
    peer = _address(_peer(connection))
    return peer is not None and peer.is_loopback and bare.lower() in _LOCAL_NAMES


def _peer(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client is not None else ""


@lru_cache(maxsize=8)
def _networks(named: tuple[str, ...]) -> tuple[_Network, ...]:
    return tuple(ipaddress.ip_network(one, strict=False) for one in named)


def _inside(address: str, networks: Iterable[_Network]) -> bool:
    found = _address(address)
    return found is not None and any(found in network for network in networks)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return found if mapped is None else mapped
