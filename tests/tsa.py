"""An authority of time (RFC 3161) of our own, honest or not, for tests on the loopback.

DER is written by hand, for its dozen lines: an authority made by the library that checks it
would share its mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC).replace(microsecond=0)

Key = ec.EllipticCurvePrivateKey


# DER


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8 or 1, "big")
    short = len(content) < 0x80
    return bytes([tag]) + (length if short else bytes([0x80 | len(length)]) + length) + content


def sequence(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    return der(0x31, *sorted(parts))


def integer(number: int) -> bytes:
    return der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def octets(data: bytes) -> bytes:
    return der(0x04, data)


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    written = bytearray([first * 40 + second])
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.insert(0, arc & 0x7F | 0x80)
        written += bytes(groups)
    return der(0x06, bytes(written))


def time(at: datetime) -> bytes:
    return der(0x18, f"{at:%Y%m%d%H%M%SZ}".encode())


def parts(data: bytes) -> list[tuple[int, bytes]]:
    """What stands side by side in *data*, by tag and content."""
    found = []
    while data:
        tag, length, data = data[0], data[1], data[2:]
        if length & 0x80:
            many = length & 0x7F
            length, data = int.from_bytes(data[:many], "big"), data[many:]
        found.append((tag, data[:length]))
        data = data[length:]
    return found


SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
SHA1 = sequence(oid("1.3.14.3.2.26"))
ECDSA = sequence(oid("1.2.840.10045.4.3.2"))
TST_INFO = oid("1.2.840.113549.1.9.16.1.4")


# Certificates


@dataclass(frozen=True)
class Certified:
    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def certify(
    name: str,
    by: Certified | None = None,
    *,
    stamping: bool = True,
    since: datetime = NOW - timedelta(days=400),
    until: datetime = NOW + timedelta(days=4000),
) -> Certified:
    """A root, or what a root has certified."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = by.certificate.subject if by else subject
    usage = x509.KeyUsage(
        bool(by), bool(by), False, False, False, not by, not by, False, False
    )  # fmt: skip
    building = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=not by, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    if by and stamping:
        stamps = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        building = building.add_extension(stamps, critical=True)
    return Certified(building.sign(by.key if by else key, hashes.SHA256()), key)


# The authority


@dataclass
class Tsa:
    """It answers truly, but for what a test sets otherwise."""

    signer: Certified
    at: datetime = NOW
    status: int = 0
    serial: int = 1
    imprint: bytes | None = None
    algorithm: bytes = SHA256
    nonce: int | None = None
    with_nonce: bool = True
    questions: list[bytes] = field(default_factory=list)

    def answer(self, query: bytes) -> bytes:
        self.questions.append(query)
        ((_, content),) = parts(query)
        (_, _), (_, asked), *more = parts(content)
        imprint = self.imprint or parts(asked)[1][1]
        nonce = self.nonce or next(int.from_bytes(data, "big") for tag, data in more if tag == 2)
        info = sequence(
            integer(1),
            oid("1.2.3.4.1"),
            sequence(self.algorithm, octets(imprint)),
            integer(self.serial),
            time(self.at),
            integer(nonce) if self.with_nonce else b"",
        )
        self.serial += 1
        return sequence(sequence(integer(self.status)), self._signed(info))

    def _signed(self, info: bytes) -> bytes:
        certificate = self.signer.certificate
        attributes = [
            _attribute("1.2.840.113549.1.9.3", TST_INFO),
            _attribute("1.2.840.113549.1.9.4", octets(sha256(info).digest())),
            _attribute(
                "1.2.840.113549.1.9.16.2.47",
                sequence(sequence(sequence(octets(sha256(self.signer.der).digest())))),
            ),
        ]
        signature = self.signer.key.sign(set_of(*attributes), ec.ECDSA(hashes.SHA256()))
        serial = integer(certificate.serial_number)
        signed_by = sequence(
            integer(1),
            sequence(certificate.issuer.public_bytes(), serial),
            SHA256,
            der(0xA0, *sorted(attributes)),
            ECDSA,
            octets(signature),
        )
        return sequence(
            oid("1.2.840.113549.1.7.2"),
            der(
                0xA0,
                sequence(
                    integer(3),
                    set_of(SHA256),
                    sequence(TST_INFO, der(0xA0, octets(info))),
                    der(0xA0, self.signer.der),
                    set_of(signed_by),
                ),
            ),
        )


def _attribute(kind: str, value: bytes) -> bytes:
    return sequence(oid(kind), set_of(value))


@contextmanager
def answering(answer: Callable[[bytes], bytes], status: int = 200) -> Iterator[str]:
    """Where it can be asked, for as long as this lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            content = answer(query)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
