"""Every code that is known becomes one typed error; none of them tells a secret."""

from __future__ import annotations

import pytest

from koujing.desk.wechat import errors
from koujing.desk.wechat.codes import MEANING, refusal
from koujing.desk.wechat.errors import ApiError, ContentError


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ({-1}, errors.TransientError),
        ({40001, 40014, 42001}, errors.TokenError),
        ({40013, 40125, 40164}, errors.ConfigurationError),
        ({45009, 45011, 45015, 45047}, errors.QuotaError),
        ({40003, 43004, 50002}, errors.RecipientError),
        ({45002, 45008}, errors.ContentError),
        ({48001, 48002, 48004, 40200}, errors.CapabilityError),
    ],
)
def test_kinds(codes: set[int], kind: type[ApiError]) -> None:
    for code in codes:
        error = refusal(code, "said by the platform")
        assert type(error) is kind
        assert error.code == code
        assert str(code) in str(error)
        assert "said by the platform" in str(error)


def test_an_unknown_code_refuses_the_content() -> None:
    assert type(refusal(99999)) is ContentError


def test_every_meaning_is_chinese_and_every_kind_is_an_api_error() -> None:
    for kind, meaning in MEANING.values():
        assert issubclass(kind, ApiError)
        assert kind is not ApiError
        assert any("一" <= sign <= "鿿" for sign in meaning)


def test_hides_what_it_is_told_to_hide_and_cuts() -> None:
    text = str(
        refusal(40164, "invalid ip 1.2.3.4 for SECRET\n\x1b[31m, openid o123 " + "x" * 1000, ("SECRET", "o123", ""))
    )
    assert "1.2.3.4" in text
    assert "SECRET" not in text
    assert "o123" not in text
    assert text.isprintable()
    assert len(text) < 300
