"""Codes of classes: short enough to be typed from a projector, made from a longer key that only the teacher has.

Whoever knows the key can prove it by the code, and nobody has to keep a list: a server that was started anew believes
the same teachers as before.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without those that look alike: 0 and O, 1, I and L, U and V
LENGTH = 8  # 30 to the power of 8 are 6.6 × 10^11 codes: nobody hits upon one of a few classes by trying
HALF = LENGTH // 2


def new_key() -> str:
    """A key that nobody can guess, for whoever opens a class."""
    return secrets.token_urlsafe(16)


def code_of(key: str) -> str:
    """The code of the class that belongs to a key; no way leads back.

    Example:
        >>> code_of("of a teacher")
        '9SR4SGV3'
    """
    number = int.from_bytes(sha256(key.encode()).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def read(typed: str) -> str:
    """The code that somebody typed: small letters, spaces and hyphens do not matter.

    Raises:
        ValueError: if it is none.

    Example:
        >>> read("9sr4-sgv3 ")
        '9SR4SGV3'
    """
    code = "".join(letter for letter in typed.upper() if letter not in " -")
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise ValueError("a code has eight letters and digits")
    return code


def spelled(code: str) -> str:
    """A code as it is read out and typed: in two halves.

    Example:
        >>> spelled("9SR4SGV3")
        '9SR4-SGV3'
    """
    return f"{code[:HALF]}-{code[HALF:]}"
