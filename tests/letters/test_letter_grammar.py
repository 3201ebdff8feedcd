"""A template names, asks and goes through a list; everything else is refused before it runs."""

import pytest

from cases.vocabulary.errors import TemplateBroken
from integrations.letters.faces import carried_characters
from integrations.letters.grammar import read

DECLARED = frozenset({"certificate"})
PRINTABLE = carried_characters() | {"\n"}


def refusal(source: str) -> str:
    """Return why the template is refused, without its file."""
    with pytest.raises(TemplateBroken) as found:
        read(source, "letter.txt", DECLARED, PRINTABLE)
    return str(found.value).removeprefix("letter.txt, ")


ALLOWED = [
    "{{ applicant_name }}，{{ sender.name }}，{{ fields.certificate }}",
    "{% if due_on %}{{ due_on }}{% elif number != '' %}a{% else %}b{% endif %}",
    "{% for letter in earlier %}{{ loop.index }}{{ letter.number }}{% endfor %}",
    "{% for copy in copies %}{{ copy.name }}{{ '' if loop.last else '、' }}{% endfor %}",
    "{{ enclosures | join('、') }}{{ enclosures | length }}",
    "{% if outcome == 'answered' and not copies or is_to_applicant %}a{% endif %}",
    "{# a note that is never printed #}{{ reference }}",
    "{% for name in enclosures %}{{ name }}{% else %}none{% endfor %}",
]


@pytest.mark.parametrize("source", ALLOWED)
def test_what_a_letter_needs_is_allowed(source: str) -> None:
    assert read(source, "letter.txt", DECLARED, PRINTABLE) is not None


ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ sender.__init__.__globals__ }}",
    "{{ fields.__class__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum() }}",
    "{{ range(1000000000) }}",
    "{{ applicant_name.format(applicant_name) }}",
    "{{ applicant_name | attr('__class__') }}",
    "{{ applicant_name | center(1000000000) }}",
    "{{ applicant_name | replace('a', 'aa') }}",
    "{{ enclosures | join(attribute='__class__') }}",
    "{{ enclosures | map('upper') | join }}",
    "{{ 'x' * 1000000000 }}",
    "{{ 9 ** 999999999 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ reference ~ reference }}",
    "{{ [1, 2] }}",
    "{{ {'a': 1} }}",
    "{{ earlier[0].number }}",
    "{% set s = reference %}",
    "{% set s %}x{% endset %}",
    "{% macro m() %}{{ m() }}{% endmacro %}",
    "{% call m() %}{% endcall %}",
    "{% include '/etc/passwd' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block b %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% with a = 1 %}{% endwith %}",
    "{% autoescape false %}x{% endautoescape %}",
    "{% for a in earlier %}{% for b in earlier %}x{% endfor %}{% endfor %}",
    "{% for a in earlier recursive %}{{ loop(earlier) }}{% endfor %}",
    "{% for a in earlier if a.number %}x{% endfor %}",
    "{% for a in reference %}x{% endfor %}",
    "{% for a in sender %}x{% endfor %}",
    "{% for a in range(9) %}x{% endfor %}",
    "{% for a, b in earlier %}x{% endfor %}",
    "{% if applicant_name is callable %}x{% endif %}",
    "{% do x %}",
    "{{ 'x' if number }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_everything_else_is_refused_with_its_line(source: str) -> None:
    assert refusal(f"第一行\n{source}").startswith("line 2: ")


WRONG_NAMES = [
    ("{{ aplicant_name }}", "line 1: nothing is called 'aplicant_name'."),
    ("{{ sender.fax }}", "line 1: there is no part called 'fax' here."),
    ("{{ fields.purpose }}", "line 1: there is no part called 'purpose' here."),
    ("{{ applicant_name.first }}", "line 1: there is no part called 'first' here."),
    ("{{ sender }}", "line 1: only one part of this value can be printed."),
    ("{{ earlier }}", "line 1: only one part of this value can be printed."),
    ("{% if recipient %}x{% endif %}", "line 1: ask for one part of this value."),
    ("{{ loop.index }}", "line 1: nothing is called 'loop'."),
    ("{{ copies | join }}", "line 1: only a list of texts can be joined."),
    ("{{ number | first }}", "line 1: the filter 'first' works on a list."),
    ("{% for x in earlier %}{% endfor %}{{ x.number }}", "line 1: nothing is called 'x'."),
    ("a\n\n{% if %}", "line 3: Expected an expression, got 'end of statement block'."),
    ("a\n{{ number", "line 2: unexpected end of template, expected 'end of print statement'."),
]


@pytest.mark.parametrize(("source", "reason"), WRONG_NAMES)
def test_a_mistake_is_explained(source: str, reason: str) -> None:
    assert refusal(source) == reason


def test_a_character_of_the_template_itself_that_no_font_prints_is_found() -> None:
    """With its own line, not that on which its stretch of text begins."""
    assert refusal("办\n理\ue000") == "line 2: no font prints U+E000 (\ue000)."
    after_a_block = "{% if number %}\n好\n{% endif %}\n\ue000"
    assert refusal(after_a_block) == "line 4: no font prints U+E000 (\ue000)."
    assert refusal("{{ 'a' if number else '😀' }}") == "line 1: no font prints U+1F600 (😀)."


def test_a_template_nested_a_thousand_deep_is_refused() -> None:
    source = "{% if number %}" * 1000 + "x" + "{% endif %}" * 1000
    with pytest.raises(TemplateBroken, match=r"^letter\.txt: nested too deeply\.$"):
        read(source, "letter.txt", DECLARED, PRINTABLE)
