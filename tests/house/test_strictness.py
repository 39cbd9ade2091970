"""The bench itself: what it forbids is really forbidden."""

import socket

import pytest
from django.template import Context, engines
from django.template.base import Origin, Template

from tests.strictness import OWN_TEMPLATES, NetworkForbiddenError, UnknownVariableError


def rendered(source, folder=OWN_TEMPLATES, **context):
    engine = engines["django"].engine
    template = Template(source, Origin(f"{folder}/x.html", "x.html"), "x.html", engine)
    return template.render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ thing.missing }}",
        "{{ missing|upper }}",
        "{% if 1 %}{{ missing }}{% endif %}",
        "{% blocktranslate %}Hello {{ missing }}{% endblocktranslate %}",
        "{% blocktranslate with name=missing %}Hello {{ name }}{% endblocktranslate %}",
    ],
)
def test_unknown_variable_fails_in_our_templates(source):
    with pytest.raises(UnknownVariableError):
        rendered(source, thing={})


@pytest.mark.parametrize("source", ["{{ missing }}", "{{ missing|upper }}", "{{ thing.missing|default:'' }}"])
def test_unknown_variable_is_empty_in_the_templates_of_others(source):
    assert rendered(source, folder="/elsewhere", thing={}) == ""


@pytest.mark.parametrize("source", ["{{ missing|default:'no' }}", "{% if not missing %}no{% endif %}"])
def test_unknown_variable_may_be_said_to_be_optional(source):
    assert rendered(source) == "no"


def test_network_is_out_of_reach():
    with pytest.raises(NetworkForbiddenError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(NetworkForbiddenError):
        socket.getaddrinfo("example.org", 80)
