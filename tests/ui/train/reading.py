"""What stands on the Train page."""


def words(page) -> str:
    """All text on the page, but for what its own elements show."""
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def first(page):
    """The first button: start, pause or resume."""
    return page.button(key="train.first")
