"""Passkeys (WebAuthn): challenges are made here, signed by the officer's own device, checked here.

What the browser signs travels in an ordinary form, so that nothing typed beside it is lost. A key
is made for the host by which SIDIK is reached; an address of digits has none.
"""

from __future__ import annotations

import json
from ipaddress import ip_address

import webauthn
from flask import request, session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from web.office import now, world
from web.register import Passkey

CHALLENGES_KEPT = 5  # several pages may be open at once
JSON_LENGTH_MAX = 20_000
VERIFIED = UserVerificationRequirement.REQUIRED
"""The device asks its holder for a finger, a face or a PIN: the key and he are two factors."""


def host() -> str:
    """What passkeys are made for here; empty where the address is one of digits."""
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return name
    return ""


def to_sign(login: str = "") -> str:
    """What a key of *login*, or of whoever holds one, is asked to sign; empty where none can."""
    if not host():
        return ""
    known = world().accounts.factors(login).passkeys if login else ()
    options = webauthn.generate_authentication_options(
        rp_id=host(),
        allow_credentials=[PublicKeyCredentialDescriptor(id=key.id) for key in known],
        user_verification=VERIFIED,
    )
    _remember(options.challenge)
    return options_to_json(options)


def checked(signed: str, login: str = "") -> Passkey | None:
    """The key that has signed our challenge, once; of *login* where one is named."""
    accounts = world().accounts
    try:
        sent = json.loads(signed[:JSON_LENGTH_MAX])
        key = accounts.passkey(base64url_to_bytes(sent["id"]))
        challenge = _ours(sent)
        if key is None or challenge is None or (login and key.login != login):
            return None
        handle = sent["response"].get("userHandle")
        if handle and base64url_to_bytes(handle) != accounts.handle(key.login):
            return None
        verified = webauthn.verify_authentication_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=key.rp_id,
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key if accounts.passkey_used(key, verified.new_sign_count, now()) else None


def to_make(login: str, name: str) -> str:
    """What a device is asked for when a key is added; empty where none can be."""
    if not host():
        return ""
    accounts = world().accounts
    options = webauthn.generate_registration_options(
        rp_id=host(),
        rp_name="SIDIK",
        user_name=login,
        user_display_name=name,
        user_id=accounts.handle(login),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=key.id) for key in accounts.factors(login).passkeys
        ],
    )
    _remember(options.challenge)
    return options_to_json(options)


def made(sent: str, login: str, label: str) -> bool:
    """Keep a new key, once its device has answered our challenge."""
    try:
        answer = json.loads(sent[:JSON_LENGTH_MAX])
        challenge = _ours(answer)
        if challenge is None:
            return False
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        return False
    world().accounts.add_passkey(
        login,
        verified.credential_id,
        rp_id=host(),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        label=label,
        at=now(),
    )
    return True


def _origin() -> str:
    return request.host_url.rstrip("/")


def _remember(challenge: bytes) -> None:
    kept = [*session.get("challenges", []), bytes_to_base64url(challenge)]
    session["challenges"] = kept[-CHALLENGES_KEPT:]


def _ours(sent: dict[str, dict[str, str]]) -> bytes | None:
    """The challenge that was answered, if it is one of ours; it will not be taken again."""
    said = json.loads(base64url_to_bytes(sent["response"]["clientDataJSON"]))["challenge"]
    kept = list(session.get("challenges", []))
    if said not in kept:
        return None
    kept.remove(said)
    session["challenges"] = kept
    return base64url_to_bytes(said)
