"""XML as the platform writes it, and as strictly as it reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # nosec B405 # types; defusedxml parses

from defusedxml.ElementTree import fromstring

__all__ = ["Fields", "read", "write"]

Fields = Mapping[str, Any]


def write(fields: Fields) -> bytes:
    """An `<xml>` of these fields: numbers as they are, texts in CDATA, mappings nested; None is left out."""
    return f"<xml>{_inner(fields)}</xml>".encode()


def read(body: bytes) -> dict[str, Any]:
    """The fields of an `<xml>`.

    Raises:
        ValueError: it is not well-formed, or a field stands twice; the message is Chinese.
    """
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError) as error:
        raise ValueError("不是格式良好的 XML") from error
    if root.tag != "xml":
        raise ValueError(f"XML 的根是 <{root.tag}>，应为 <xml>")
    return _fields(root)


def _inner(fields: Fields) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _inner(value)
    if isinstance(value, int):
        return str(value)
    return f"<![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _fields(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        if child.tag in found and child.tag != "item":
            raise ValueError(f"<{child.tag}> 出现了两次")
        found[child.tag] = _fields(child) if len(child) else child.text or ""
    return found
