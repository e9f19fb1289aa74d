"""Which addresses lead every device to itself, and what to write instead."""

import socket

import pytest

from nnlab.ui.sharing import hosts


@pytest.mark.parametrize(
    ("address", "is_only_here"),
    [
        ("http://localhost:8501/train?lang=en", True),
        ("http://nnlab.localhost/", True),
        ("http://127.0.0.1:8501", True),
        ("http://127.1.2.3:8501", True),
        ("http://[::1]:8501/", True),
        ("http://0.0.0.0:8501/", True),
        ("http://192.168.0.7:8501/", False),
        ("https://nnlab.example.org/class", False),
        ("http://localhost.example.org/", False),
        ("", False),
    ],
)
def test_an_address_that_only_this_device_can_open_is_known(address, is_only_here):
    assert hosts.is_only_here(address) is is_only_here


def test_the_host_is_replaced_and_nothing_else():
    address = "http://localhost:8501/app/train?lang=ko&text=http://localhost"
    assert hosts.at("10.0.0.2", address) == "http://10.0.0.2:8501/app/train?lang=ko&text=http://localhost"
    assert hosts.at("10.0.0.2", "http://[::1]/") == "http://10.0.0.2/"


class Probe(socket.socket):
    """A socket that has the way out of here at 10.0.0.2, if there is one."""

    way = "10.0.0.2"

    def connect(self, address):
        if not self.way:
            raise OSError("Network is unreachable")

    def getsockname(self):
        return self.way, 4000


def test_this_machines_addresses_are_those_that_others_can_reach(monkeypatch):
    known = ["127.0.1.1", "192.168.0.7", "10.0.0.2", "169.254.3.4"]
    monkeypatch.setattr(socket, "socket", Probe)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args: [(0, 0, 0, "", (host, 0)) for host in known])
    assert hosts.in_network() == ["10.0.0.2", "192.168.0.7"]


def test_without_a_network_there_is_none(monkeypatch):
    def fail(*args):
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(Probe, "way", "")
    monkeypatch.setattr(socket, "socket", Probe)
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert hosts.in_network() == []
