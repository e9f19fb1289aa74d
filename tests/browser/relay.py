"""A way to a server that can be cut, as a classroom's wireless network does it."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit

from playwright.sync_api import expect


class Relay:
    """A way to a server, over TCP, that can be cut and joined again."""

    def __init__(self, address: str):
        parts = urlsplit(address)
        self._server = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets, self._threads = [], []
        self._is_cut = False
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._start(self._accept)

    def _start(self, work, *arguments):
        self._threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                if self._is_cut:
                    client.close()
                    continue
                server = socket.create_connection(self._server)
                self._sockets += [client, server]
                for source, target in ((client, server), (server, client)):
                    self._start(self._copy, source, target)

    def _copy(self, source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self._is_cut = True
        for end in self._sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def join(self):
        self._is_cut = False

    def close(self):
        """For good; nothing of it is left open."""
        self._listener.shutdown(socket.SHUT_RDWR)  # which wakes whoever waits for a connection
        self._threads[0].join()  # nobody else begins another
        self.cut()
        for thread in self._threads:
            thread.join()
        for end in (self._listener, *self._sockets):
            end.close()


def break_connection(page, relay: Relay, seconds: float) -> None:
    """Cut it for so long, at least until the page has noticed, and wait until the page has it again."""
    relay.cut()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "PINGING_SERVER")
    page.wait_for_timeout(1000 * seconds)
    relay.join()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
