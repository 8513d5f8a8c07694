"""What goes wrong: bytes that are no value, values that the type cannot hold, annotations without a codec."""

from __future__ import annotations


class DecodeError(ValueError):
    """Bytes that are no value of the type, or not the only encoding of one."""

    def __init__(self, type_name: str, offset: int, reason: str) -> None:
        super().__init__(f"{type_name} at byte {offset}: {reason}")
        self.type_name = type_name
        self.offset = offset
        self.reason = reason


class EncodeError(ValueError):
    """A value that the type cannot hold; the reason names the field and the value."""

    def __init__(self, type_name: str, reason: str) -> None:
        super().__init__(f"{type_name}: {reason}")
        self.type_name = type_name
        self.reason = reason
        self.value: object = None
        """Where a scope's codec raised the error inside another type: the value that it was given."""


class DeclarationError(TypeError):
    """An annotation that has no codec."""

    def __init__(self, hint: object, reason: str) -> None:
        super().__init__(f"{described(hint)} has no codec: {reason}")
        self.hint = hint
        self.reason = reason


def described(hint: object) -> str:
    """How an annotation is written, about."""
    if isinstance(hint, type) and not hasattr(hint, "__args__"):
        return hint.__qualname__
    return str(hint).replace("typing.", "")


def shortened(value: object) -> str:
    """The value as text of at most 60 characters."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an int of more digits than Python writes; a value nested too deep
        text = f"this {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def short_input(type_name: str, offset: int, needed: int, data: bytes) -> DecodeError:
    """The input ends before the value does."""
    return DecodeError(type_name, offset, f"needs {needed} bytes, {max(len(data) - offset, 0)} left")
