"""HTML is drawn through one door, `pages/components/style/markup.py`: what else draws or builds it."""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.architecture.tree import Module

DOOR = "pages/components/style/markup.py"
ELSEWHERE = {
    "pages/components/figures": "the few tags that Plotly draws as text; names go through `escape` there",
    "pages/components/site": "what answers before Streamlit does",
}
"""Folders in which a tag may stand in a string that is put together, and why."""
LIBRARIES = {"pages/components/tables/downloads.py": "the figure as Plotly writes it"}
"""Who may take HTML of a library as it is."""
_TAG = re.compile(r"</?[a-zA-Z]+[ >/]|<[a-zA-Z]+$")


def faults(modules: Iterable[Module]) -> Iterator[str]:
    """Where HTML is drawn, or made of anything but a template that stands in the code."""
    for module in modules:
        if module.path == DOOR:
            continue
        for node in ast.walk(module.syntax):
            line = f"{module.path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html":
                yield f"{line}: unsafe_allow_html"
            elif isinstance(node, ast.Call):
                yield from (f"{line}: {fault}" for fault in _of_call(node, module.path))
            elif not module.path.startswith(tuple(ELSEWHERE)) and _TAG.search(_words(node)):
                yield f"{line}: a tag in a string that is put together; use html(template, ...)"


def _of_call(call: ast.Call, path: str) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
    on = call.func.value if isinstance(call.func, ast.Attribute) else None
    if name == "Markup":
        yield "Markup(...) takes text for HTML; use html(template, ...)"
    elif name == "html" and isinstance(on, ast.Name) and on.id == "st":
        yield "st.html; use draw(markup)"
    elif name == "html" and on is None and not (call.args and _is_template(call.args[0])):
        yield "html(...) wants a template that stands in the code"
    elif name == "made_elsewhere" and path not in LIBRARIES:
        yield "HTML of a library; say in LIBRARIES why"


def _is_template(node: ast.expr) -> bool:
    """A string, or a constant of the module."""
    return (isinstance(node, ast.Constant) and isinstance(node.value, str)) or (isinstance(node, ast.Name) and node.id.isupper())


def _words(node: ast.AST) -> str:
    """What stands in the code of a string that is put together by an f-string, `+` or `%`."""
    if isinstance(node, ast.JoinedStr):
        return "\0".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)) if _has_parts(node) else ""
    if not isinstance(node, ast.BinOp):
        return ""
    constant = [side.value for side in (node.left, node.right) if isinstance(side, ast.Constant) and isinstance(side.value, str)]
    return "\0".join(constant) if len(constant) == 1 and isinstance(node.op, ast.Add | ast.Mod) else ""


def _has_parts(node: ast.JoinedStr) -> bool:
    return any(isinstance(part, ast.FormattedValue) for part in node.values)
