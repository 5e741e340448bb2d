"""Asking somebody outside, who may be slow, gone or hostile: bounded in time and in length."""

from __future__ import annotations

import time
from dataclasses import dataclass

import requests

CONNECT_SECONDS_MAX, ANSWER_SECONDS_MAX = 5.0, 20.0
ANSWER_BYTES_MAX = 64 * 1024


class Unanswered(Exception):
    """Why there is no answer, in Indonesian, to follow the name of who was asked."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    kind: str
    content: bytes


def post(session: requests.Session, url: str, body: bytes, kind: str) -> Reply:
    until = time.monotonic() + ANSWER_SECONDS_MAX
    content = bytearray()
    try:
        with session.post(
            url,
            data=body,
            headers={"Content-Type": kind},
            timeout=(CONNECT_SECONDS_MAX, ANSWER_SECONDS_MAX),
            allow_redirects=False,  # who is asked is a setting; nobody else may change it
            stream=True,
        ) as response:
            for piece in response.iter_content(1):  # of more, it would wait for all
                content += piece
                if len(content) > ANSWER_BYTES_MAX or time.monotonic() > until:
                    raise Unanswered("tidak menyelesaikan jawabannya")
            found = response.headers.get("Content-Type", "")
            return Reply(response.status_code, found, bytes(content))
    except requests.RequestException as error:
        raise Unanswered(f"tidak terjangkau ({type(error).__name__})") from None
