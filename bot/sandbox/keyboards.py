"""Keyboards under messages and under the composer, checked as Telegram checks them. Knows no chat."""

from typing import Any
from urllib.parse import urlsplit

import orjson

from bot.sandbox.errors import bad_request

Button = dict[str, Any]
Rows = list[list[Button]]
ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "pay",
)


def read_markup(raw: Any) -> dict[str, Any] | None:
    """The `reply_markup` argument (JSON text or object) as a checked object; None when absent or empty."""
    if raw is None or raw == "":
        return None
    markup = _object(raw)
    if not markup:
        return None
    if "inline_keyboard" in markup:
        return {"inline_keyboard": [[_inline(button) for button in row] for row in _rows(markup, "inline_keyboard")]}
    if "keyboard" in markup:
        rows = [[_reply(button) for button in row] for row in _rows(markup, "keyboard")]
        if not any(rows):
            raise bad_request("reply keyboard must contain at least one button")
        return {**markup, "keyboard": rows}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    raise bad_request("object expected as reply markup")


def _object(raw: Any) -> dict[str, Any]:
    if isinstance(raw, str | bytes):
        try:
            raw = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise bad_request("can't parse reply keyboard markup JSON object") from None
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    return raw


def _rows(markup: dict[str, Any], field: str) -> list[list[Any]]:
    rows = markup[field]
    if not isinstance(rows, list):
        raise bad_request(f'Field "{field}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'Field "{field}" must be an Array of Arrays')
    if sum(map(len, rows)) > 100:
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def _inline(button: Any) -> Button:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    if button.get("url"):
        _check_address(button["url"])
    if not any(button.get(action) not in (None, "", False) for action in ACTIONS):
        raise bad_request("Text buttons are not allowed in the inline keyboard")
    return button


def _check_data(data: Any) -> None:
    """Callback data is 1 to 64 bytes of UTF-8."""
    if not isinstance(data, str) or not 1 <= len(data.encode("utf-8", "surrogatepass")) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https", "tg") or not parts.netloc:
        raise bad_request(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")


def _reply(button: Any) -> Button:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not button["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    return button
