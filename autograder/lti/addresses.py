"""Which addresses the tool may connect to: whoever can name a URL must not reach our network."""

import ipaddress
import socket
from collections.abc import Callable

from autograder.lti.errors import FetchError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]
"""From a host and a port to every address of the host."""

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
IPV4 = 0xFFFFFFFF


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses. Raises FetchError where there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(
            f"The host {host} was not found. Check the name, and this server's DNS.", "dns"
        ) from None
    return [str(entry[4][0]) for entry in found]


def checked_address(host: str, port: int, resolver: Resolver, allow_private: bool) -> str:
    """Return the address to connect to, one of the host's, all of which were found to be allowed.

    The connection must be made to this address and not to the name: a second look-up may say
    something else. Raises FetchError.
    """
    addresses = resolver(host, port)
    if not addresses:
        raise FetchError(f"The host {host} has no address. Check this server's DNS.", "dns")
    for text in addresses:
        if not may_connect(text, allow_private):
            raise FetchError(
                f"The host {host} has the address {text}, which is not one of the public Internet. "
                "Where the LMS stands in your own network, allow it: "
                "allow_private_addresses = true in lti.toml. It counts for the hosts with which "
                "the LMS is registered.",
                "address",
            )
    return addresses[0]


def may_connect(text: str, allow_private: bool) -> bool:
    """Whether an address is public; allow_private lets loopback and private networks pass too.

    Link-local addresses never pass: behind them stand the credentials of cloud machines.
    """
    try:
        address = _meant(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    if allow_private:
        return address.is_global or address.is_private
    old_private = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not address.is_reserved and not old_private


def _meant(address: IPAddress) -> IPAddress:
    """The IPv4 address inside an IPv6 one that leads to it, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & IPV4)
    return address.ipv4_mapped or address.sixtofour or address
