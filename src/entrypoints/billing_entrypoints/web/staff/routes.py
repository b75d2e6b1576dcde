"""Every handler below `/staff`: whatever the modules of this package define."""

from typing import Final

from billing_entrypoints.web import staff
from billing_entrypoints.web.handlers import handlers_of, modules_below

STAFF_HANDLERS: Final = handlers_of(*modules_below(staff))
