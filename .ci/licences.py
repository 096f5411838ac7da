# SPDX-License-Identifier: EUPL-1.2
# SPDX-FileCopyrightText: 2026 The Sprechzeit authors
"""Holds the licence of every crate and npm package to the list in deny.toml, without a network.

cargo-deny reads the same list; this stands in for it on a machine that does not have it.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
RULES = tomllib.loads((HERE / "deny.toml").read_text())["licenses"]
ALLOWED = set(RULES["allow"])
EXCEPTIONS = {rule["crate"]: ALLOWED | set(rule["allow"]) for rule in RULES.get("exceptions", [])}
LOCKS = [HERE / "web/package-lock.json", HERE / "tests/e2e/package-lock.json"]


def permitted(expression: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression can be met by allowed licences. AND binds more tightly than OR (SPDX 2.3, annex D)."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))

    def alternatives() -> bool:
        met = conjunction()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            met = conjunction() or met
        return met

    def conjunction() -> bool:
        met = term()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            met = term() and met
        return met

    def term() -> bool:
        token = tokens.pop(0)
        if token == "(":
            met = alternatives()
            tokens.pop(0)
            return met
        if tokens and tokens[0] == "WITH":
            token = f"{token} WITH {tokens[1]}"
            del tokens[:2]
        return token in allowed

    return alternatives()


def crates():
    host = subprocess.run(["rustc", "--print", "host-tuple"], capture_output=True, check=True, text=True).stdout.strip()
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", host]
    # Without a network first: the crates are there after any build.
    done = subprocess.run([*command, "--offline"], cwd=HERE, capture_output=True)
    if done.returncode != 0:
        done = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, check=True)
    for package in json.loads(done.stdout)["packages"]:
        yield package["name"], package["version"], package["license"]


def npm_packages():
    for lock in LOCKS:
        for path, package in json.loads(lock.read_text())["packages"].items():
            if path:
                yield path.removeprefix("node_modules/"), package["version"], package.get("license")


def main() -> int:
    packages = [*crates(), *npm_packages()]
    refused = [
        f"{name} {version}: {licence or 'names no licence'}"
        for name, version, licence in packages
        if not licence or not permitted(licence, EXCEPTIONS.get(name, ALLOWED))
    ]
    for line in refused:
        print(f"licence not in deny.toml: {line}")
    print(f"licences: {len(packages)} packages, {len(refused)} refused")
    return 1 if refused else 0


sys.exit(main())
