"""The plain page at `/`: what this is, and a command to try."""

from __future__ import annotations

from html import escape
from string import Template

from koujing.clock import Clock
from koujing.settings import DEMO_KEY, Settings

__all__ = ["example", "page"]

_PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>口径 · 就业政策统一答复</title>
<style>
body { margin: 2rem auto; max-width: 44rem; padding: 0 1rem; font: 1.0625rem/1.7 system-ui, sans-serif; color: #1b1b1b; background: #fff; }
pre { padding: 1rem; overflow-x: auto; background: #f3f3f3; border-radius: .25rem; }
a { color: #0b5394; }
</style>
</head>
<body>
<main>
<h1>口径</h1>
<p>按政策文件的规则回答就业政策问题：同一事实、同一地区、同一日期，处处同一答复，并给出所依据的文号、条款和原文。答复由规则判定，不由语言模型生成。</p>
<p>$date</p>
<h2>试一试</h2>
<pre><code>$example</code></pre>
<h2>接口</h2>
<ul>
<li><a href="/openapi.json">接口说明（OpenAPI）</a></li>
<li><a href="/api/v1/catalogue">事项、事实与地区目录</a></li>
<li><a href="/health">运行状况</a></li>
</ul>
</main>
</body>
</html>
""")


def example(settings: Settings) -> str:
    """A command that asks a question, for a shell."""
    key = DEMO_KEY if DEMO_KEY in settings.api_keys else "<密钥>"
    return (
        f"curl {settings.desk_url}/api/v1/ask -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \\\n"
        """  -d '{"text": "公司28个人，去年裁了3个，能领稳岗返还吗", "region": "huludao"}'"""
    )


def page(settings: Settings, clock: Clock) -> str:
    """The page as HTML."""
    today = clock.today()
    name = "演示日期" if clock.fixed else "答复日期"
    return _PAGE.substitute(
        date=f"{name}：{today.year}年{today.month}月{today.day}日", example=escape(example(settings), quote=False)
    )
