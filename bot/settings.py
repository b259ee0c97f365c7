"""Settings from the environment or `.env`, typed and checked; secrets never print themselves."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{3,}")


class Settings(BaseSettings):
    """What an operator decides."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    bot_token: SecretStr
    bot_api_url: str = "https://api.telegram.org"
    database_url: str = "sqlite:///var/bot.sqlite"
    bot_mode: Literal["polling", "webhook", "worker"] = "polling"
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    webhook_port: int = Field(default=8081, ge=1, le=65535)
    metrics_port: int = Field(default=0, ge=0, le=65535)
    clock_url: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("does not look like a bot token (digits, a colon, letters); ask @BotFather for one")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("bot_api_url", "webhook_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// (or http:// on this machine)")
        return value

    @model_validator(mode="after")
    def _webhook(self) -> Settings:
        if self.bot_mode == "webhook":
            if not self.webhook_url:
                raise ValueError("BOT_MODE=webhook needs WEBHOOK_URL, the public address Telegram will call")
            if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", self.webhook_secret.get_secret_value()):
                raise ValueError("BOT_MODE=webhook needs WEBHOOK_SECRET: 16 to 256 letters, digits, _ or -")
            if self.metrics_port == self.webhook_port:
                raise ValueError("METRICS_PORT and WEBHOOK_PORT must differ")
        if self.bot_mode == "worker" and self.database_url.startswith("sqlite"):
            raise ValueError("BOT_MODE=worker shares a PostgreSQL database with others; with SQLite use polling")
        return self


def load() -> Settings:
    """The settings; SystemExit with a sentence for each that is missing or wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for one in error.errors():
            name = "_".join(str(part) for part in one["loc"]).upper()
            why = "is missing" if one["type"] == "missing" else one["msg"].removeprefix("Value error, ")
            lines.append(f"{name} {why}".strip())
        raise SystemExit("Settings (environment or .env): " + "; ".join(lines) + ". See .env.example.") from None


class _DatabaseOnly(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")
    database_url: str = "sqlite:///var/bot.sqlite"


def database_url() -> str:
    """The database's address alone, for commands that need no token."""
    return _DatabaseOnly().database_url
