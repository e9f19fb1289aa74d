"""Widgets that are made anew whenever the server knows better than the browser what they show."""


def latest(widgets, key: str):
    """Of a page's widgets, as ``page.pills``, the one that ``state.widget_showing`` last made for a key."""
    (found,) = (widget for widget in widgets if widget.key == key or widget.key.startswith(f"{key}."))
    return found
