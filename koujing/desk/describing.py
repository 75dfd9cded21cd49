"""The bricks of the desk's own description (OpenAPI)."""

from __future__ import annotations

from typing import Any

__all__ = ["json_body", "nullable", "operation", "ref"]

_ERRORS = {
    "400": "请求有误：JSON、字段或值不对，code 说明是哪一种。",
    "401": "没有密钥或会话凭证，或它不对、已过期。",
    "403": "这个网页不能使用（来源没有登记，或会话属于另一个网站）。",
    "404": "没有这个地址、回执或网站。",
    "405": "地址不接受这个方法。",
    "409": "与先前的请求冲突，code 说明是哪一种。",
    "413": "请求体过大。",
    "415": "请求体不是 JSON。",
    "429": "请求太频繁，Retry-After 说明几秒后再试。",
    "500": "服务内部出错。",
    "503": "问答服务暂时不可用，Retry-After 说明几秒后再试。",
}


def operation(id: str, summary: str, success: dict[str, Any], *errors: str, status: str = "200") -> dict[str, Any]:
    """One method of a path, with the errors that it may answer."""
    failures = {code: json_body(_ERRORS[code], ref("Error")) for code in errors}
    return {"operationId": id, "summary": summary, "responses": {status: success, **failures}}


def ref(name: str) -> dict[str, Any]:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def json_body(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A response in JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, or null."""
    return {**schema, "type": ["string", "null"]}
