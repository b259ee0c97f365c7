"""Files both ways: opaque ids, pictures that are pictures, sizes Telegram allows."""

import struct
import zlib

import httpx
import pytest
import telegram
from telegram.error import BadRequest

from bot.sandbox import Phone, Sandbox
from bot.sandbox.files import DOWNLOAD_LIMIT, image_size


def png(width: int = 3, height: int = 2) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


JPEG = b"\xff\xd8\xff\xe0\x00\x04xx\xff\xc0\x00\x11\x08\x00\x05\x00\x09" + b"\0" * 20
SIZES = [
    (png(30, 20), (30, 20)),
    (JPEG, (9, 5)),
    (b"GIF89a" + struct.pack("<HH", 4, 6), (4, 6)),
    (b"%PDF-1.7", None),
    (b"\x89PNG", None),
]


@pytest.mark.parametrize(("data", "size"), SIZES)
def test_pictures_are_known_by_their_bytes(data: bytes, size: tuple[int, int] | None) -> None:
    assert image_size(data) == size


async def test_a_document_from_the_bot(bot: telegram.Bot, phone: Phone) -> None:
    sent = await bot.send_document(7, b"a,b\n1,2\n", filename="名册.csv", caption="<b>名册</b>", parse_mode="HTML")
    assert sent.document and sent.document.file_name == "名册.csv" and sent.document.file_size == 8
    assert phone.messages[0].document and phone.messages[0].html == "<b>名册</b>"
    again = await bot.send_document(7, sent.document.file_id)
    assert again.document and again.document.file_unique_id == sent.document.file_unique_id


async def test_a_picture_from_the_bot(bot: telegram.Bot, phone: Phone) -> None:
    sent = await bot.send_photo(7, png(40, 30))
    assert [(size.width, size.height) for size in sent.photo] == [(40, 30)]
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(7, b"not a picture")
    with pytest.raises(BadRequest, match="Photo_invalid_dimensions"):
        await bot.send_photo(7, png(900, 3))
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(7, b"", filename="空.txt")


async def test_a_file_from_a_person_is_downloaded(bot: telegram.Bot, phone: Phone) -> None:
    phone.send_document("证书.pdf", b"%PDF-1.7 x", caption="省质量奖")
    phone.send_photo(png())
    document, photo = [update.message for update in await bot.get_updates()]
    assert document and document.document and document.caption == "省质量奖"
    file = await document.document.get_file()
    assert "证书" not in str(file.file_path) and str(file.file_path).endswith(".pdf")
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7 x"
    assert photo and (await photo.photo[-1].get_file()).file_size == len(png())


async def test_more_than_twenty_megabytes_cannot_be_fetched(bot: telegram.Bot, phone: Phone) -> None:
    phone.send_document("大.zip", b"x" * (DOWNLOAD_LIMIT + 1))
    (update,) = await bot.get_updates()
    assert update.message and update.message.document
    with pytest.raises(BadRequest, match="File is too big"):
        await update.message.document.get_file()


async def test_an_unknown_path_is_not_found(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    assert (await http.get(f"/file/bot{sandbox.token}/documents/../../etc/passwd")).status_code == 404
    assert (await http.get("/file/bot2:OTHER/documents/file_0.pdf")).status_code == 401


async def test_the_page_shows_pictures_and_only_downloads_the_rest(http: httpx.AsyncClient, phone: Phone) -> None:
    phone.send_photo(png())
    phone.send_document("页.html", b"<script>alert(1)</script>")
    photo, page = phone.messages[0].photo, phone.messages[1].document
    assert photo and page
    shown = await http.get(f"/sandbox/files/{photo['file_unique_id']}")
    saved = await http.get(f"/sandbox/files/{page['file_unique_id']}")
    assert shown.headers["content-disposition"] == "inline"
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment")
    assert saved.headers["x-content-type-options"] == "nosniff"
