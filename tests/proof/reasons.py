"""Why a recorded request differs from what was generated, and whose doing it is."""
import re

# (what kind of finding, a pattern in its detail, whose, why); the first that matches.
RULES = [
    ("^undeclared$", "", "contract", "a property that the body's schema does not declare is no argument"),
    ("^refused$", "path segment|path value", "contract", "a path value that is empty or leaves its segment is refused"),
    ("^invalid, so", "", "validator", "openapi-core refuses schemathesis's request too"),
    ("^invalid$", "^path .*Missing.*;\\w+/", "validator", "openapi-core does not read an empty matrix value"),
]


def reason(kind, detail, label, case):
    """Whose doing a finding is (ours, contract, document, generator, validator), and why."""
    for wanted, pattern, owner, why in RULES:
        if re.search(wanted, kind) and re.search(pattern, detail, re.DOTALL):
            return owner, why
    return "ours", kind
