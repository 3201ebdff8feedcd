"""The small part of Jinja2 that a letter may use, checked before a template ever runs.

A template names values, asks whether one is there, and goes once through a list. It has no
calls, no assignments, no arithmetic, no includes and no loop in a loop: so it always ends,
its work grows only with its length, and what passes here meets no unknown name later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from cases.vocabulary.errors import TemplateBroken
from integrations.letters.words import EarlierWords, LetterWords, ListedWords, OfficeWords

_FILTERS = ("first", "last", "join", "length")


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a value: the names of its parts, or what a list is made of."""

    parts: frozenset[str] = frozenset()
    of: "Shape | None" = None

    @property
    def is_text(self) -> bool:
        """Whether the value can be printed."""
        return not self.parts and self.of is None


def _parts(type_: Any) -> frozenset[str]:
    return frozenset(part.name for part in fields(type_))


_TEXT = Shape()
_OFFICE = Shape(_parts(OfficeWords))
_LOOP = Shape(frozenset({"index", "first", "last", "length"}))
_NAMES: Mapping[str, Shape] = {
    **dict.fromkeys(_parts(LetterWords), _TEXT),
    **dict.fromkeys(("sender", "recipient", "asked_office"), _OFFICE),
    "copies": Shape(of=_OFFICE),
    "earlier": Shape(of=Shape(_parts(EarlierWords))),
    "listed": Shape(of=Shape(_parts(ListedWords))),
    "enclosures": Shape(of=_TEXT),
}


class _Reader:
    """Walks through one template and refuses what the grammar does not know."""

    def __init__(self, file: str, declared: frozenset[str]) -> None:
        self._file = file
        self._names = {**_NAMES, "fields": Shape(declared)}
        self._is_in_loop = False

    def _refuse(self, node: nodes.Node, reason: str) -> NoReturn:
        lines = (part.lineno for part in (node, *node.find_all(nodes.Node)) if part.lineno)
        raise TemplateBroken(f"{self._file}, line {next(lines, 1)}: {reason}.")

    def statements(self, body: list[nodes.Node]) -> None:
        for node in body:
            match node:
                case nodes.Output(nodes=parts):
                    for part in parts:
                        self._printed(part)
                case nodes.If(test=test, body=body, elif_=others, else_=otherwise):
                    self._asked(test)
                    self.statements([*body, *others, *otherwise])
                case nodes.For():
                    self._loop(node)
                case _:
                    self._refuse(node, f"a letter has no use for '{type(node).__name__.lower()}'")

    def _loop(self, node: nodes.For) -> None:
        if self._is_in_loop or node.recursive or node.test is not None:
            self._refuse(node, "a loop goes once through one list")
        over = self.expression(node.iter)
        if over.of is None or not isinstance(node.target, nodes.Name):
            self._refuse(node, "a loop goes through earlier, copies, listed or enclosures")
        outside = dict(self._names)
        self._names |= {node.target.name: over.of, "loop": _LOOP}
        self._is_in_loop = True
        self.statements(node.body)
        self._is_in_loop = False
        self._names = outside
        self.statements(node.else_)

    def _printed(self, node: nodes.Node) -> None:
        if not self.expression(node).is_text:
            self._refuse(node, "only one part of this value can be printed")

    def _asked(self, node: nodes.Node) -> None:
        if self.expression(node).parts:
            self._refuse(node, "ask for one part of this value")

    def expression(self, node: nodes.Node) -> Shape:
        """Return the shape of an expression's value."""
        match node:
            case nodes.Const() | nodes.TemplateData():
                return _TEXT
            case nodes.Name(name=name):
                if name not in self._names:
                    self._refuse(node, f"nothing is called '{name}'")
                return self._names[name]
            case nodes.Getattr(node=whole, attr=part):
                if part not in self.expression(whole).parts:
                    self._refuse(node, f"there is no part called '{part}' here")
                return _TEXT
            case nodes.Filter():
                return self._filtered(node)
            case _:
                return self._decided(node)

    def _decided(self, node: nodes.Node) -> Shape:
        """Return the shape of what is decided by a condition."""
        match node:
            case nodes.CondExpr(test=test, expr1=chosen, expr2=other) if other is not None:
                self._asked(test)
                self._printed(chosen)
                self._printed(other)
            case nodes.Not(node=inner):
                self._asked(inner)
            case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
                self._asked(left)
                self._asked(right)
            case nodes.Compare(expr=left, ops=operands):
                for side in (left, *(operand.expr for operand in operands)):
                    self._asked(side)
            case _:
                self._refuse(node, f"a letter has no use for '{type(node).__name__.lower()}'")
        return _TEXT

    def _filtered(self, node: nodes.Filter) -> Shape:
        over = self.expression(node.node) if node.node is not None else _TEXT
        has_plain_arguments = all(isinstance(value, nodes.Const) for value in node.args)
        if node.name not in _FILTERS or not has_plain_arguments or node.kwargs or node.dyn_args:
            self._refuse(node, f"a letter has no use for the filter '{node.name}' in this form")
        if over.of is None:
            self._refuse(node, f"the filter '{node.name}' works on a list")
        if node.name == "join" and not over.of.is_text:
            self._refuse(node, "only a list of texts can be joined")
        return over.of if node.name in ("first", "last") else _TEXT


def _environment() -> SandboxedEnvironment:
    """Return the sandbox below the grammar: no loader, no globals, four filters, no tests."""
    sandbox = SandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    sandbox.globals.clear()
    sandbox.tests.clear()
    sandbox.filters = {name: sandbox.filters[name] for name in _FILTERS}
    return sandbox


_SANDBOX = _environment()


def _own_words(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of everything that a template says by itself."""
    for data in node.find_all(nodes.TemplateData):
        yield from enumerate(data.data.split("\n"), start=data.lineno)
    for const in node.find_all(nodes.Const):
        if isinstance(const.value, str):
            yield const.lineno, const.value


@lru_cache(maxsize=256)  # Whoever opens a second printer need not read the same texts again.
def read(source: str, file: str, declared: frozenset[str], printable: frozenset[str]) -> Template:
    """Return a template that can be rendered with the words of any letter.

    `declared` are the fields of the case type that it may print. Raises TemplateBroken naming
    file and line for a part outside the grammar, an unknown name, or a character of its own
    that no font prints.
    """
    try:
        tree = _SANDBOX.parse(source, name=file)
        _Reader(file, declared).statements(tree.body)
        for line, text in _own_words(tree):
            for character in sorted(set(text) - printable):
                raise TemplateBroken(
                    f"{file}, line {line}: no font prints U+{ord(character):04X} ({character})."
                )
        return _SANDBOX.from_string(tree)
    except TemplateSyntaxError as fault:
        reason = (fault.message or "this is no template").rstrip(".")
        raise TemplateBroken(f"{file}, line {fault.lineno}: {reason}.") from fault
    except RecursionError as fault:
        raise TemplateBroken(f"{file}: nested too deeply.") from fault
