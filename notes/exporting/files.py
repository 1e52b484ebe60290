"""Where exports lie in the private storage."""

from accounts.private_files import PrivateFiles
from notes.models import Export

_exports = PrivateFiles("exports", ".zip", Export._meta.get_field("file_name"))
store = _exports.store
discard = _exports.discard
discard_orphans = _exports.discard_orphans
