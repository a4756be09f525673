"""Functions that users might bring."""


def length(texts):
    return [None if t is None else float(len(t)) for t in texts.to_pylist()]


def too_few(texts):
    return [1.0]


def words(texts):
    return ["good"] * len(texts)
