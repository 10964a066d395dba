"""Generated PyTorch source to a class: the one place where tncc runs what it wrote."""

import hashlib
import linecache
import sys
from types import ModuleType
from typing import Any

from tncc.backends.naming import top_level_name


def instantiate(source: str, name: str) -> Any:
    """The class for the network `name` in a generated module, executed once for each distinct source.

    The module is entered in `sys.modules` and its lines in `linecache`, so that tracebacks, `inspect` and
    `torch.compile` find what they look for.
    """
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    module_name = f"tncc_generated_{digest}"
    if module_name not in sys.modules:
        module = ModuleType(module_name)
        filename = f"<{module_name}>"
        module.__file__ = filename
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        exec(compile(source, filename, "exec"), module.__dict__)
        sys.modules[module_name] = module
    return getattr(sys.modules[module_name], top_level_name(name))
