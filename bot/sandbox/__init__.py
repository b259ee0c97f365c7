"""Telegram on your own machine: a strict local Bot API server with a chat page. Imports nothing of the product."""

from bot.sandbox.guard import SANDBOX_TOKEN, Unsafe
from bot.sandbox.people import Phone
from bot.sandbox.records import Button, Message, Person
from bot.sandbox.server import Sandbox, create_app, serve
from bot.sandbox.world import World

__all__ = ["SANDBOX_TOKEN", "Button", "Message", "Person", "Phone", "Sandbox", "Unsafe", "World", "create_app", "serve"]
