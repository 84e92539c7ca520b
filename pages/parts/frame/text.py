"""Text of users and sources, shown as text where Streamlit would read Markdown."""

import re

_MARKDOWN = re.compile(r"([!-/:-@\\[-`{-~])")


def plain(text: str) -> str:
    """Return ``text`` with all punctuation escaped, so that no Markdown or colour code is read.

    Source: CommonMark 0.31, section 2.4: any ASCII punctuation may be backslash-escaped.
    """
    return _MARKDOWN.sub(r"\\\1", text)
