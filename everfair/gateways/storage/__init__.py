"""Files people upload: told by content, cleaned, kept by digest, answered safely. Rights are others' work."""

from .detect import GIF, JPEG, PDF, PNG, WEBP, FileType, detect, type_by_suffix
from .documents import CheckedDocument, check_document
from .errors import NotStored, RefusedFile, StorageError, StorageFull, TooLarge
from .headers import file_headers, safe_filename
from .images import PreparedImage, Variant, prepare_image
from .store import FileStore, MemoryStore, Store, StoredFile, get_store
from .upload import LimitedUpload, limit_upload

__all__ = [
    "GIF",
    "JPEG",
    "PDF",
    "PNG",
    "WEBP",
    "CheckedDocument",
    "FileStore",
    "FileType",
    "LimitedUpload",
    "MemoryStore",
    "NotStored",
    "PreparedImage",
    "RefusedFile",
    "StorageError",
    "StorageFull",
    "Store",
    "StoredFile",
    "TooLarge",
    "Variant",
    "check_document",
    "detect",
    "file_headers",
    "get_store",
    "limit_upload",
    "prepare_image",
    "safe_filename",
    "type_by_suffix",
]
