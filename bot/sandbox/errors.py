"""Telegram's refusals in Telegram's own words. Knows no chat, no file, no transport."""

from typing import Any


class ApiError(Exception):
    """A Bot API answer with `ok` false: an HTTP code, the exact description and optional parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON body Telegram would send."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> ApiError:
    """400 with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """403 with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    """429: the caller must be silent for `retry_after` seconds."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def group_migrated(new_chat: int) -> ApiError:
    """400: the chat lives on under another id."""
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, text, migrate_to_chat_id=new_chat)


def unauthorized() -> ApiError:
    """401: not a token of this sandbox."""
    return ApiError(401, "Unauthorized")


def unknown_method() -> ApiError:
    """404: this server does not know the method."""
    return ApiError(404, "Not Found: method not found")


def conflict(reason: str) -> ApiError:
    """409 with Telegram's prefix."""
    return ApiError(409, f"Conflict: {reason}")


ONLY_ONE_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_IS_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
