"""Time stamps by RFC 3161: somebody else's clock says that a checkpoint existed.

Whom to believe is given, as certificates; the roots of the system are for websites and are never
asked. Whether a certificate was revoked is not looked up here. A token outlives its authority's
certificate: it is judged as of the time it bears.

What is kept is the authority's whole answer, as ``openssl ts -verify -in`` reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from adapters.evidence.asking import Unanswered, post

QUERY = "application/timestamp-query"
SHA256 = "2.16.840.1.101.3.4.2.1"


class StampTrouble(Exception):
    """Why there is no time stamp, or why it proves nothing: one sentence, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """An answer that has been checked: at this time, by this authority."""

    token: bytes
    at: datetime
    serial: int


class Authority:
    """Of time stamps: where it is asked, and the roots by which its answers are believed."""

    def __init__(self, url: str, roots: Sequence[Certificate]) -> None:
        if not roots:
            raise StampTrouble(f"Sertifikat akar untuk {url} belum disebut.")
        self.url, self.roots = url, tuple(roots)
        self._session = requests.Session()

    def stamp(self, data: bytes) -> Stamp:
        """Have the SHA-256 of *data* stamped; an answer to another question is refused."""
        request = (
            TimestampRequestBuilder()
            .data(data)
            .hash_algorithm(HashAlgorithm.SHA256)
            .nonce(nonce=True)
            .cert_request(cert_request=True)
            .build()
        )
        try:
            reply = post(self._session, self.url, request.as_bytes(), QUERY)
        except Unanswered as why:
            raise StampTrouble(f"Otoritas waktu {self.url} {why}.") from None
        if reply.status != 200:
            raise StampTrouble(f"Otoritas waktu {self.url} menolak ({reply.status}).")
        return check(reply.content, data, self.roots, request)

    def close(self) -> None:
        self._session.close()


def check(
    token: bytes,
    data: bytes,
    roots: Sequence[Certificate],
    request: TimeStampRequest | None = None,
) -> Stamp:
    """What a token proves of *data*, to whoever believes the *roots*."""
    if not roots:
        raise StampTrouble("Tanpa sertifikat akar, cap waktu tidak dapat diperiksa.")
    builder = VerifierBuilder.from_request(request) if request else VerifierBuilder()
    for root in dict.fromkeys(roots):
        builder = builder.add_root_certificate(root)
    try:
        response = decode_timestamp_response(token)
        builder.build().verify_message(response, data)
        info = response.tst_info
        algorithm = info.message_imprint.hash_algorithm.dotted_string
    except (VerificationError, ValueError) as trouble:
        raise StampTrouble(f"Cap waktu tidak sah: {_reason(trouble)}.") from None
    if algorithm != SHA256:
        raise StampTrouble(f"Cap waktu memakai hash lain daripada SHA-256 ({algorithm}).")
    return Stamp(token, info.gen_time.astimezone(UTC), info.serial_number)


_REASONS = {
    "Nonce": "jawaban itu bukan atas pertanyaan ini",
    "Mismatch between messages": "cap itu bukan atas checkpoint ini",
    "PKIStatus": "otoritas tidak memberikannya",
    "Error while verifying": "tanda tangannya rusak, atau sertifikatnya tidak berasal dari akar "
    "yang dipercaya atau tidak berlaku pada waktu itu",
    "Unsupported hash": "nilai hash-nya dari jenis yang tidak diterima",
    "EKU": "sertifikatnya bukan untuk cap waktu",
}


def _reason(trouble: Exception) -> str:
    """What the library says, to people; of its own words, most are about itself."""
    said = str(trouble)
    return next((words for start, words in _REASONS.items() if start in said), "tidak terbaca")


def read_roots(path: Path) -> tuple[Certificate, ...]:
    """One or more certificates, in a PEM file."""
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise StampTrouble(f"Berkas akar {path} tidak dapat dibaca ({error.strerror}).") from None
    except ValueError:
        raise StampTrouble(f"Berkas akar {path} bukan sertifikat PEM.") from None
