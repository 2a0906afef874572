import asyncio
import socket

import pytest

from support.sockets import OutsideConnectionError, is_local


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_is_local(address):
    assert is_local(socket.AF_INET6 if ":" in address else socket.AF_INET, (address, 80))


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "0.0.0.0", "example.org", "2001:db8::1", "::"])
def test_everything_else_is_outside(address):
    assert not is_local(socket.AF_INET6 if ":" in address else socket.AF_INET, (address, 80))


def test_a_unix_socket_is_local():
    assert is_local(socket.AF_UNIX, "/run/x")


@pytest.mark.parametrize("way", ["connect", "connect_ex", "sendto"])
def test_a_socket_refuses_to_go_outside(way):
    kind = socket.SOCK_DGRAM if way == "sendto" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as reaching, pytest.raises(OutsideConnectionError):
        getattr(reaching, way)(*([b""] if way == "sendto" else []), ("192.0.2.1", 9))


async def test_asyncio_refuses_to_go_outside():
    with pytest.raises(OutsideConnectionError):
        await asyncio.open_connection("192.0.2.1", 9)
