"""Policy files validated against their JSON Schema, with messages an editor can act on."""

from __future__ import annotations

import datetime as dt
import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.yaml_lines import Document

__all__ = ["validate"]

_FOLDER = Path(__file__).parent / "schema"


@cache
def _validator(name: str) -> jsonschema.Draft7Validator:
    schema = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    dates = jsonschema.Draft7Validator.TYPE_CHECKER.redefine("date", lambda _, value: isinstance(value, dt.date))
    kind = jsonschema.validators.extend(jsonschema.Draft7Validator, type_checker=dates)
    return kind(schema)


def validate(document: Document, schema: str) -> None:
    """Hold a document against `schema/<schema>.json`; the type `date` there is a YAML date.

    Raises:
        PolicyFileError: at the first place, by line, where it does not fit.
    """
    errors = sorted(_validator(schema).iter_errors(document.data), key=lambda e: document.line(list(e.absolute_path)))
    if errors:
        raise _explained(document, jsonschema.exceptions.best_match(errors) if len(errors) == 1 else errors[0])


def _explained(document: Document, error: jsonschema.ValidationError) -> PolicyFileError:
    while error.context:
        error = max(error.context, key=lambda e: (len(e.absolute_path), e.validator == "additionalProperties"))
    place = list(error.absolute_path)
    where = "/".join(str(part) for part in place) or "文件顶层"
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        allowed = sorted(error.schema.get("properties", {}))
        unknown = next(str(key) for key in error.instance if key not in allowed)
        close = get_close_matches(unknown, allowed, 1)
        how = f"是否指“{close[0]}”？" if close else f"可用的键：{'、'.join(allowed)}"
        return document.error(
            [*place, unknown], f"“{where}”里有不认识的键“{unknown}”", "不认识的键会被忽略而无人知道", how
        )
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return document.error(place, f"“{where}”缺少“{'、'.join(missing)}”", "这是必填项", "补上这一项")
    if error.validator == "enum":
        choices = [str(choice) for choice in error.validator_value]
        close = get_close_matches(str(error.instance), choices, 1)
        how = f"是否指“{close[0]}”？" if close else f"可选：{'、'.join(choices)}"
        return document.error(place, f"“{where}”的值“{error.instance}”不在可选之列", "只有列出的值有意义", how)
    return document.error(place, f"“{where}”的值不合格式", _shortened(error.message), f"应符合：{_shape(error)}")


def _shortened(message: str) -> str:
    return message if len(message) <= 160 else message[:157] + "…"


def _shape(error: jsonschema.ValidationError) -> str:
    value: Any = error.validator_value
    return _shortened(f"{error.validator} {json.dumps(value, ensure_ascii=False, default=str)}")
