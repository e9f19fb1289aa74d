"""What can be read in a figure."""


def texts(figure) -> list[str]:
    in_traces = [text for trace in figure.data for text in (getattr(trace, "text", None) or ())]
    return [*in_traces, *(annotation.text for annotation in figure.layout.annotations)]
