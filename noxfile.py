"""The checks of pyproject.toml's ``[tool.billing.checks]``, each in an environment of its own.

``nox`` runs everything but the benchmark; ``nox -s unit`` one session; words after ``--`` go to
pytest. ``python3 dev.py test`` runs the same commands in the one environment ``.venv``.
"""

import shlex

import nox

nox.needs_version = ">=2025.5.1"
nox.options.reuse_existing_virtualenvs = True
nox.options.default_venv_backend = "uv|virtualenv"

PROJECT = nox.project.load_toml("pyproject.toml")
CHECKS: dict[str, list[str]] = PROJECT["tool"]["billing"]["checks"]
WITHOUT_APPLICATION = {"lint", "build"}

nox.options.sessions = [name for name in CHECKS if name != "bench"]


def define_session(name: str, commands: list[str]) -> None:
    """Make the session that runs these commands."""

    def check(session: nox.Session) -> None:
        application = [] if name in WITHOUT_APPLICATION else ["-e", ".[app]"]
        groups = nox.project.dependency_groups(PROJECT, "dev")
        session.install("-c", "constraints.txt", *application, *groups)
        for command in commands:
            words = shlex.split(command)
            posargs = session.posargs if "pytest" in words else []
            session.run(*words, *posargs)

    check.__doc__ = "; ".join(commands)
    nox.session(name=name)(check)


for check_name, check_commands in CHECKS.items():
    define_session(check_name, check_commands)
