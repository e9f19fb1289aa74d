"""How the browser tests start their server: on a port that no other process of the tests is given meanwhile."""

import socket

import pytest

from tests.browser.harness import _reserved_port


def test_a_reserved_port_is_its_servers_alone():
    with _reserved_port() as port:
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", port))
        address = ("127.0.0.1", port)
        with socket.create_server(address) as server, socket.create_connection(address) as client, server.accept()[0]:
            assert client.getpeername() == address
