"""What stands on the Play page."""


def words(page) -> str:
    kinds = ("markdown", "html", "info", "caption", "error", "success", "warning", "subheader")
    return "\n".join(str(element.proto.body) for kind in kinds for element in page.get(kind))
