"""What the code offers and the documentation must tell: variables, commands, routes, codes."""

import ast
import os
import re
import tomllib
from functools import cache, cached_property

from django.apps import apps
from django.core.management import get_commands
from django.urls import URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from core.environment import Environment
from tests.docs.markdown import ROOT

NOT_OURS = {"tests", "benchmarks", "chaos", "node_modules"}


@cache
def parse_modules():
    """Path and syntax tree of every file of the program."""
    paths = [path.relative_to(ROOT) for path in ROOT.glob("[!.]*/**/*.py")]
    kept = [path for path in paths if not NOT_OURS & set(path.parts)]
    return {path: ast.parse((ROOT / path).read_text()) for path in kept}


def list_first_arguments(is_wanted):
    """The texts given as first argument in the calls for which `is_wanted(function)` is true."""
    for tree in parse_modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and is_wanted(node.func):
                yield from list_strings(node.args[:1])


def list_strings(nodes):
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


class RecordingEnvironment(dict):
    """An environment that notes which variables it is asked for."""

    def __init__(self, values):
        super().__init__(values)
        self.names = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def read_environment(values):
    """(each property of Environment with its value, the variables asked for)."""
    env = Environment(values)
    env.values = RecordingEnvironment(env.values)
    properties = [n for n, p in vars(Environment).items() if isinstance(p, cached_property)]
    return {name: getattr(env, name) for name in properties}, env.values.names


def find_variables(data_dir):
    """Every environment variable that the program reads by name."""
    _, asked = read_environment({"DEBUG": "1", "DATA_DIR": str(data_dir)})
    readers = {"text", "number", "switch", "address"}

    def reads(function):
        return isinstance(function, ast.Attribute) and function.attr in readers

    found = {word for word in list_first_arguments(reads) if re.fullmatch(r"[A-Z][A-Z_]+", word)}
    return asked | found


def make_targets():
    """The targets that `make help` shows."""
    return re.findall(r"^(\w+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def commands():
    """The management commands of our own apps."""
    ours = {app.name for app in apps.get_app_configs() if (ROOT / app.name).is_dir()}
    return {name for name, app in get_commands().items() if app in ours}


def all_commands():
    return set(get_commands())


def api_routes():
    """{path: methods} of the OpenAPI description."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {path: {m.upper() for m in methods} for path, methods in schema["paths"].items()}


def other_routes():
    """Every other address; Django's admin counts as one."""
    found = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{route}") for route in patterns()}
    plain = {route for route in found if not re.search(r"[\^$]", route)}
    return (plain - set(api_routes()) - {r for r in plain if r.startswith("/admin/")}) | {"/admin/"}


def patterns(resolver=None, before=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        else:
            yield route


def dependencies():
    """The direct dependencies: (of the program, of its tests)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lists = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    return [[re.match(r"[\w-]+", line)[0] for line in each] for each in lists]


def error_codes():
    """The codes that our own code gives to errors."""
    place = {
        "Refusal": 0,
        "build_error_body": 0,
        "build_error_response": 0,
        "build_field_refusal": 1,
        "render_error_page": 1,
    }
    for tree in parse_modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                at = place.get(node.func.id)
                yield from list_strings(node.args[at : at + 1] if at is not None else [])


def events():
    """The names of the events we log."""

    def logs(function):
        owner = getattr(function, "value", None)
        return isinstance(owner, ast.Name) and owner.id == "logger"

    return set(list_first_arguments(logs))


def version():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def layers():
    """The layers that import-linter checks, the highest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    return next(each["layers"] for each in contracts if each["type"] == "layers")


def rooms():
    """The packages of the program."""
    return {path.parts[0] for path in parse_modules()}


def path_exists(path):
    return os.path.exists(ROOT / path)
