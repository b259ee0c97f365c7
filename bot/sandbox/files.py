"""Files sent by either side: opaque ids, sizes, download paths. Keeps bytes in memory or beside the state file."""

import mimetypes
import secrets
import struct
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.records import StoredFile

DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024


class Files:
    """Everything uploaded, by file id and by unique id."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.by_id: dict[str, StoredFile] = {}
        self._bytes: dict[str, bytes] = {}

    def keep(self, data: bytes, *, kind: str, name: str = "", mime: str = "") -> StoredFile:
        """Store the bytes; `kind` is the folder in the download path ("photos", "documents", …)."""
        if not data:
            raise bad_request("file must be non-empty")
        mime = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        suffix = Path(name).suffix[:12] if Path(name).suffix[1:].isalnum() else ""
        unique_id = secrets.token_urlsafe(11)
        path = f"{kind}/file_{len(self.by_id)}{suffix.lower()}"
        stored = StoredFile(f"BQACAgUAAx{secrets.token_urlsafe(33)}", unique_id, path, len(data), name, mime)
        self.by_id[stored.file_id] = stored
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / unique_id).write_bytes(data)
        else:
            self._bytes[unique_id] = data
        return stored

    def find(self, file_id: str) -> StoredFile:
        """The file behind an id; Telegram's 400 when there is none."""
        if file_id not in self.by_id:
            raise bad_request("wrong remote file identifier specified: Wrong string length")
        return self.by_id[file_id]

    def content(self, stored: StoredFile) -> bytes:
        """The bytes; 404 when they are gone."""
        try:
            return (self.folder / stored.unique_id).read_bytes() if self.folder else self._bytes[stored.unique_id]
        except (KeyError, FileNotFoundError):
            raise ApiError(404, "Not Found") from None

    def at_path(self, path: str) -> StoredFile | None:
        return next((stored for stored in self.by_id.values() if stored.path == path), None)

    def with_unique_id(self, unique_id: str) -> StoredFile | None:
        return next((stored for stored in self.by_id.values() if stored.unique_id == unique_id), None)

    def clear(self) -> None:
        for stored in self.by_id.values():
            if self.folder:
                (self.folder / stored.unique_id).unlink(missing_ok=True)
        self.by_id.clear()
        self._bytes.clear()

    def to_json(self) -> list[dict[str, Any]]:
        return [asdict(stored) for stored in self.by_id.values()]

    def restore(self, records: list[dict[str, Any]]) -> None:
        self.by_id = {record["file_id"]: StoredFile(**record) for record in records}


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, JPEG, GIF or WebP; None when it is none of them."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return _pair(struct.unpack(">II", data[16:24]))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return _pair(struct.unpack("<HH", data[6:10]))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    return _jpeg_size(data) if data[:2] == b"\xff\xd8" else None


def _pair(numbers: tuple[Any, ...]) -> tuple[int, int]:
    return int(numbers[0]), int(numbers[1])


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8 " and len(data) >= 30:
        width, height = _pair(struct.unpack("<HH", data[26:30]))
        return width & 0x3FFF, height & 0x3FFF
    if data[12:16] == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walks the segments to the frame header, which holds height and width."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = _pair(struct.unpack(">HH", data[at + 5 : at + 9]))
            return width, height
        at += 2 + length
    return None
