"""What every test may ask for: real servers on loopback."""

import importlib.util

pytest_plugins = [
    module
    for module in ("tests.servers.dovecot", "tests.servers.postfix")
    if importlib.util.find_spec(module)
]
