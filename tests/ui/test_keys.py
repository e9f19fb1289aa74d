"""Session keys that outlive a page are named in ``nnlab/ui/keys.py`` and nowhere else; the source itself is read."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import nnlab.ui

UI = Path(nnlab.ui.__file__).parent
PAGES = UI.parents[1] / "pages"
NAMED_HERE = UI / "keys.py"
MODULES = [path for path in sorted([*UI.rglob("*.py"), *PAGES.glob("*.py")]) if path != NAMED_HERE]


@dataclass
class Use:
    """One place where a key is used."""

    key: ast.expr
    line: int
    scope: list[ast.AST]  # the module and the functions and classes around it, the innermost last
    is_kept: bool  # what the key stands for outlives the page


class Reader(ast.NodeVisitor):
    """The keys of one module: of the session, and of its widgets."""

    def __init__(self, tree: ast.Module):
        self.scope: list[ast.AST] = []
        self.uses: list[Use] = []
        self.widgets: list[tuple[ast.expr, list[ast.AST]]] = []
        self.functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        self.visit(tree)

    def visit(self, node: ast.AST) -> None:
        opens = isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
        if opens:
            self.scope.append(node)
        super().visit(node)
        if opens:
            self.scope.pop()

    def note(self, key: ast.expr, is_kept: bool = False) -> None:
        self.uses.append(Use(key, key.lineno, list(self.scope), is_kept))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if ast.unparse(node.value) == "st.session_state":
            self.note(node.slice)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if ast.unparse(node.comparators[0]) == "st.session_state":
            self.note(node.left)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function = ast.unparse(node.func)
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        key = named.get("key")
        if function.startswith("st.session_state."):
            self.note(node.args[0])
        elif function in ("state.keep", "state.drop"):
            self.note(node.args[0], is_kept=True)
        elif function == "number_field":
            self.note(key or node.args[2], is_kept=True)  # its value is in the session on its own
        else:
            key = node.args[2] if function == "shell.menu" else key
            if key is not None:
                self.widgets.append((key, list(self.scope)))
            if "persist_state" in named:
                self.note(key, is_kept=True)
        self.generic_visit(node)

    def spelled(self, key: ast.expr, scope: list[ast.AST]) -> Iterator[str]:
        """The keys that an expression spells out itself, in this module; none if it comes from elsewhere."""
        if isinstance(key, ast.JoinedStr) or (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            yield ast.unparse(key)
        elif isinstance(key, ast.Name):
            yield from self._assigned(key.id, scope)
        elif isinstance(key, (ast.Call, ast.Attribute)):
            function = key.func if isinstance(key, ast.Call) else key
            is_own = isinstance(function, ast.Name) or ast.unparse(function).startswith("self.")
            name = function.id if isinstance(function, ast.Name) else function.attr
            if is_own and name in self.functions:
                inner = self.functions[name]
                for part in ast.walk(inner):
                    if isinstance(part, ast.Return) and part.value is not None:
                        yield from self.spelled(part.value, [scope[0], inner])
        elif isinstance(key, ast.BinOp):
            yield ast.unparse(key)

    def _assigned(self, name: str, scope: list[ast.AST]) -> Iterator[str]:
        for place in reversed(scope):
            found = False
            for node in place.body if isinstance(place, ast.Module) else ast.walk(place):
                if not isinstance(node, ast.Assign):
                    continue
                for target in node.targets:
                    pairs = [(target, node.value)]
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                        pairs = list(zip(target.elts, node.value.elts, strict=True))
                    for left, right in pairs:
                        if isinstance(left, ast.Name) and left.id == name:
                            found = True
                            yield from self.spelled(right, scope)
            if found:
                return


def reader_of(source: str) -> Reader:
    return Reader(ast.parse(source))


def breaches(reader: Reader) -> list[str]:
    """The uses of keys that outlive a page and are spelled out in the module that uses them."""
    widgets = {spelled for key, scope in reader.widgets for spelled in reader.spelled(key, scope)}
    return [
        f"line {use.line}: {spelled}"
        for use in reader.uses
        for spelled in reader.spelled(use.key, use.scope)
        if use.is_kept or spelled not in widgets
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(UI.parents[1])))
def test_what_outlives_a_page_has_its_key_from_keys(path):
    assert breaches(reader_of(path.read_text("utf-8"))) == []


IN_ROOMS = [path for path in MODULES if path.parent.parent == UI and path.parent.name != "components"]  # those are told


@pytest.mark.parametrize("path", IN_ROOMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_widgets_own_key_begins_with_its_page(path):
    reader = reader_of(path.read_text("utf-8"))
    spelled = {word for key, scope in reader.widgets for word in reader.spelled(key, scope)}
    assert [word for word in spelled if not word.lstrip("f'\"").startswith(f"{path.parent.name}.")] == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("st.session_state['learn.x'] = 1", 1),
        ("st.session_state.setdefault('learn.x', 1)", 1),
        ("'learn.x' in st.session_state", 1),
        ("X = 'learn.x'\ndef f():\n    st.session_state.get(X)", 1),
        ("def name():\n    return 'learn.x'\nst.session_state.get(name())", 1),
        ("def f(key):\n    st.session_state[f'{key}.x'] = 1", 1),
        ("state.keep('learn.x', 1)\nst.toggle('', key='learn.x')", 1),
        ("st.toggle('', key='learn.x', persist_state='session')", 1),
        ("number_field('', rule, f'learn.{name}')", 1),
        ("st.toggle('', key='learn.x')\nst.session_state['learn.x'] = True", 0),
        ("st.toggle('', key=keys.Learn.X, persist_state='session')", 0),
        ("def f(key):\n    st.session_state[key] = 1", 0),
    ],
)
def test_the_test_finds_what_it_looks_for(source, count):
    assert len(breaches(reader_of(source))) == count
