"""A slow network: the server's answers wait until they are let go."""

import time

QUIET_SECONDS = 1.5  # longer than the canvas waits before it sends, and than the server takes to answer


class HeldAnswers:
    """A connection on which the server's answers wait, as on a slow network, while ``is_holding``."""

    def __init__(self, page):
        self.is_holding = False
        self._page, self._held, self._last = page, [], 0.0
        page.route_web_socket(lambda address: True, self._connect)

    def _connect(self, browser):
        server = browser.connect_to_server()
        browser.on_message(server.send)
        server.on_message(lambda message: self._hear(browser, message))

    def _hear(self, browser, message):
        self._last = time.monotonic()
        if self.is_holding:
            self._held.append((browser, message))
        else:
            browser.send(message)

    def let_go(self):
        """Hand over all answers, and wait until the browser and the server have no more to say to each other."""
        self.is_holding, self._last = False, time.monotonic()
        for browser, message in self._held:
            browser.send(message)
        while time.monotonic() < self._last + QUIET_SECONDS:
            self._page.wait_for_timeout(100)
