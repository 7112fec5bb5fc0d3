"""Which network addresses a partner's URL may lead to."""

import ipaddress
import socket
from collections.abc import Callable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: (host, port) -> addresses as text; the machine's own resolver unless a test brings another.
Resolver = Callable[[str, int], list[str]]

#: Answers of NAT64 gateways: the IPv4 address is in the last 32 bits.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(ValueError):
    """The host does not exist, or is not on the public internet. The message is for people."""


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host. Numbers are read in all the spellings that C knows: 127.1, 0x7f000001, 2130706433."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def public_addresses(host: str, port: int, resolver: Resolver = resolve) -> list[str]:
    """The addresses to connect to. One that is not public spoils them all: a name may be asked again and again until
    the answer suits an attacker."""
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError):
        raise NotPublic(f"The host {host} cannot be resolved.") from None
    if not addresses:
        raise NotPublic(f"The host {host} cannot be resolved.")
    for address in addresses:
        if not is_public(address):
            raise NotPublic(f"The host {host} is not on the public internet.")
    return addresses


def is_public(text: str) -> bool:
    """False for private, loopback, link-local, multicast, unspecified and reserved addresses, and for an IPv6 address
    that stands for such an IPv4 one."""
    address = ipaddress.ip_address(text.partition("%")[0])
    return all(_is_public(one) for one in (address, *_within(address)))


def _within(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 one carries: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    carried: list[Address] = [one for one in (address.ipv4_mapped, address.sixtofour) if one is not None]
    if address.teredo is not None:
        carried.extend(address.teredo)
    low = int(address) & 0xFFFF_FFFF
    if address in _NAT64 or int(address) >> 32 == 0:
        carried.append(ipaddress.IPv4Address(low))
    return carried


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        # Judged by the IPv4 address it stands for; older Pythons have no opinion of their own about these.
        return True
    return address.is_global and not address.is_multicast
