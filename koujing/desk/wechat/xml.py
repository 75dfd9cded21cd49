"""The platform's XML: hostile until read, and composed so that no text can become an element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError  # nosec B405 # a type; defusedxml parses

from defusedxml import ElementTree as SafeTree

from koujing.desk.wechat.errors import CallbackError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # nosec B405 # a type; defusedxml parses

__all__ = ["compose", "parse", "sealed_envelope", "text_message", "transfer_message"]

_ROOT = "xml"
_DEEPEST = 8
# Everything that XML 1.0 cannot carry, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Fields = Mapping[str, Any]


def parse(body: bytes, *, lenient: bool = False) -> dict[str, Any]:
    """The fields of a message: text, a mapping for an element with elements in it, a list for one that comes more than once.

    Args:
        body: UTF-8, whatever the XML declaration says.
        lenient: drop characters that XML forbids, which people do type and the platform passes on. Only for what
            no signature is compared with afterwards.

    Raises:
        CallbackError: not XML, with a document type or entities, or not the platform's.
    """
    try:
        text = body.decode("utf-8-sig", "replace" if lenient else "strict")
        root = SafeTree.fromstring(_FORBIDDEN.sub("", text) if lenient else text, forbid_dtd=True)
    except (ParseError, ValueError):  # defusedxml's own errors are ValueErrors, as is wrong UTF-8
        raise CallbackError(400, "xml") from None
    if root.tag != _ROOT:
        raise CallbackError(400, "xml")
    return _children(root, _DEEPEST)


def compose(fields: Fields) -> bytes:
    """A message of these fields; text stands in CDATA sections, numbers stand bare, mappings become elements."""
    return f"<{_ROOT}>{_elements(fields)}</{_ROOT}>".encode()


def text_message(to: str, sender: str, at: int, content: str) -> bytes:
    """A reply of text.

    Args:
        to: the follower.
        sender: our original id, as the message was addressed.
        at: seconds since 1970.
        content: what the follower sees; at most 2048 bytes in UTF-8.
    """
    return compose({**_head(to, sender, at, "text"), "Content": content})


def transfer_message(to: str, sender: str, at: int, kf_account: str | None) -> bytes:
    """A reply that hands the follower over to WeChat's own customer service, to a given account or to whoever is free."""
    chosen = {} if kf_account is None else {"TransInfo": {"KfAccount": kf_account}}
    return compose({**_head(to, sender, at, "transfer_customer_service"), **chosen})


def sealed_envelope(encrypted: str, signature: str, timestamp: str, nonce: str) -> bytes:
    """An encrypted reply as it is sent."""
    return compose({"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": int(timestamp), "Nonce": nonce})


def _head(to: str, sender: str, at: int, kind: str) -> dict[str, Any]:
    return {"ToUserName": to, "FromUserName": sender, "CreateTime": at, "MsgType": kind}


def _elements(fields: Fields) -> str:
    return "".join(f"<{name}>{_content(value)}</{name}>" for name, value in fields.items())


def _content(value: object) -> str:
    if isinstance(value, Mapping):
        return _elements(value)
    if isinstance(value, int):
        return str(value)
    text = _FORBIDDEN.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{text}]]>"


def _children(parent: Element, deepest: int) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for child in parent if deepest else ():
        found.setdefault(child.tag, []).append(_children(child, deepest - 1) if len(child) else child.text or "")
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
