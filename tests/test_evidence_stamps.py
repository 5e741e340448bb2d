"""Time stamps: what a token proves, to whom, and what is no token."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha1, sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given as for_all
from hypothesis import strategies as st

from adapters.evidence.stamps import Authority, StampTrouble, check, read_roots
from tests.evidence_vectors_notes import NOTE
from tests.tsa import NOW, SHA1, Certified, Tsa, answering, certify, parts

ROOT = certify("Akar Uji")
SIGNER = certify("Otoritas Waktu Uji", ROOT)
DATA = NOTE.encode()


def stamped(tsa: Tsa, data: bytes = DATA, root: Certified = ROOT) -> bytes:
    with answering(tsa.answer) as url:
        return Authority(url, [root.certificate]).stamp(data).token


def test_a_token_says_when_a_checkpoint_existed() -> None:
    tsa = Tsa(SIGNER)
    with answering(tsa.answer) as url:
        authority = Authority(url, [ROOT.certificate])
        first, second = authority.stamp(DATA), authority.stamp(DATA)
        authority.close()

    assert (first.at, first.serial, second.serial) == (NOW, 1, 2)
    assert check(first.token, DATA, [ROOT.certificate]) == first
    assert len(set(tsa.questions)) == 2, "each question has a number of its own"
    assert sha256(DATA).digest() in tsa.questions[0]
    assert DATA not in tsa.questions[0]


def test_a_token_is_of_one_text_only() -> None:
    token = stamped(Tsa(SIGNER))

    for changed in (DATA.replace(b"3009", b"3010"), DATA + b"\n", b""):
        with pytest.raises(StampTrouble, match="tidak sah"):
            check(token, changed, [ROOT.certificate])


def test_who_is_believed_is_given_and_never_the_system() -> None:
    """Not even another root of the very same name."""
    token = stamped(Tsa(SIGNER))

    for roots in ([certify("Akar Uji").certificate], [certify("Akar Lain").certificate]):
        with pytest.raises(StampTrouble, match="tidak sah"):
            check(token, DATA, roots)
    with pytest.raises(StampTrouble, match="Tanpa sertifikat akar"):
        check(token, DATA, [])
    with pytest.raises(StampTrouble, match="belum disebut"):
        Authority("http://127.0.0.1:9", [])
    assert check(token, DATA, [certify("Lain").certificate, ROOT.certificate]).at == NOW


FOREIGN = certify("Otoritas Palsu", certify("Akar Uji"))
NO_AUTHORITY = certify("Bukan Otoritas Waktu", ROOT, stamping=False)
EXPIRED = certify("Sudah Berakhir", ROOT, until=NOW - timedelta(days=1))
TOO_EARLY = certify("Belum Berlaku", ROOT, since=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("dishonest", "words"),
    [
        (Tsa(SIGNER, nonce=12345), "bukan atas pertanyaan ini"),
        (Tsa(SIGNER, with_nonce=False), "bukan atas pertanyaan ini"),
        (Tsa(SIGNER, imprint=sha256(b"lain").digest()), "bukan atas checkpoint ini"),
        (Tsa(SIGNER, imprint=sha1(DATA).digest(), algorithm=SHA1), "tidak diterima"),
        (Tsa(SIGNER, status=2), "tidak memberikannya"),
        (Tsa(FOREIGN), "akar yang dipercaya"),
        (Tsa(NO_AUTHORITY), "sertifikatnya"),
        (Tsa(EXPIRED), "tidak berlaku pada waktu itu"),
        (Tsa(TOO_EARLY), "tidak berlaku pada waktu itu"),
    ],
)
def test_an_answer_to_another_question_or_by_another_is_refused(dishonest: Tsa, words: str) -> None:
    with pytest.raises(StampTrouble, match=words) as trouble:
        stamped(dishonest)
    assert len(str(trouble.value)) < 200


def test_a_token_outlives_the_certificate_it_was_made_with() -> None:
    until = NOW - timedelta(days=30)
    retired = certify("Otoritas Lama", ROOT, until=until)

    token = stamped(Tsa(retired, at=until - timedelta(days=1)))

    assert check(token, DATA, [ROOT.certificate]).at == until - timedelta(days=1)


def test_threat_22_an_authority_that_lies_about_time_is_contradicted_only_by_another() -> None:
    """Its token is as good as an honest one: nothing in it shows the lie. So ask two, or a witness
    too; over one checkpoint their times lie close together, or one of them lies."""
    other, earlier = certify("Akar Kedua"), NOW - timedelta(days=90)
    liar = Tsa(certify("Otoritas yang Berbohong", other), at=earlier)

    told = check(stamped(liar, root=other), DATA, [other.certificate])
    honest = check(stamped(Tsa(SIGNER)), DATA, [ROOT.certificate])

    assert told.at == earlier, "alone, it is believed"
    assert honest.at - told.at > timedelta(days=1), "beside another, it is not"


def test_no_single_change_of_a_token_goes_unseen() -> None:
    """Wherever it is: refused, or what was proved is the same."""
    token = stamped(Tsa(SIGNER))
    found = check(token, DATA, [ROOT.certificate])
    for place in range(len(token)):
        changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        try:
            again = check(changed, DATA, [ROOT.certificate])
        except StampTrouble:
            continue
        assert (again.at, again.serial) == (found.at, found.serial), place


@for_all(st.binary(max_size=300))
def test_whatever_is_no_token_is_refused_without_ado(anything: bytes) -> None:
    with pytest.raises(StampTrouble):
        check(anything, DATA, [ROOT.certificate])


def test_a_token_cut_short_is_refused() -> None:
    token = stamped(Tsa(SIGNER))
    for length in range(0, len(token), 7):
        with pytest.raises(StampTrouble):
            check(token[:length], DATA, [ROOT.certificate])


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (lambda query: b"", 200, "tidak sah"),
        (lambda query: b"<html>masuk dahulu</html>", 200, "tidak sah"),
        (lambda query: query, 200, "tidak sah"),
        (lambda query: b"0" * 100_000, 200, "tidak menyelesaikan"),
        (lambda query: b"", 500, r"menolak \(500\)"),
        (lambda query: b"", 302, r"menolak \(302\)"),
    ],
)
def test_what_an_authority_may_answer_instead(
    answer: Callable[[bytes], bytes], status: int, words: str
) -> None:
    with answering(answer, status) as url, pytest.raises(StampTrouble, match=words):
        Authority(url, [ROOT.certificate]).stamp(DATA)


def test_an_authority_that_is_not_there_is_no_disaster() -> None:
    with pytest.raises(StampTrouble, match="tidak terjangkau"):
        Authority("http://127.0.0.1:9/tsr", [ROOT.certificate]).stamp(DATA)


def test_roots_are_read_from_a_file(tmp_path: Path) -> None:
    two = tmp_path / "akar.pem"
    two.write_bytes(ROOT.pem + certify("Lain").pem)
    (tmp_path / "bukan.pem").write_bytes(b"bukan sertifikat")

    assert read_roots(two)[0] == ROOT.certificate
    assert len(read_roots(two)) == 2
    with pytest.raises(StampTrouble, match="bukan sertifikat PEM"):
        read_roots(tmp_path / "bukan.pem")
    with pytest.raises(StampTrouble, match="tidak dapat dibaca"):
        read_roots(tmp_path / "tiada.pem")


# By another hand


def openssl(at: Path, *words: str) -> str:
    ran = subprocess.run(
        ["openssl", *words], cwd=at, capture_output=True, text=True, check=False, timeout=30
    )
    return ran.stdout + ran.stderr


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    (tmp_path / "akar.pem").write_bytes(ROOT.pem)
    (tmp_path / "tsa.pem").write_bytes(SIGNER.pem)
    (tmp_path / "note").write_bytes(DATA)
    return tmp_path


def test_openssl_reads_what_we_keep(bench: Path) -> None:
    (bench / "answer.tsr").write_bytes(stamped(Tsa(SIGNER)))

    said = openssl(
        bench, "ts", "-verify", "-data", "note", "-in", "answer.tsr", "-CAfile", "akar.pem"
    )

    assert "Verification: OK" in said


def test_we_read_what_openssl_answers(bench: Path) -> None:
    (bench / "tsa.key").write_bytes(
        SIGNER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (bench / "serial").write_text("01\n")
    (bench / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa = t\n[t]\nserial = serial\nsigner_cert = tsa.pem\n"
        "signer_key = tsa.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\n"
        "digests = sha256\naccuracy = secs:1\nordering = yes\ntsa_name = yes\n"
        "ess_cert_id_alg = sha256\n"
    )

    def answer(query: bytes) -> bytes:
        (bench / "query.tsq").write_bytes(query)
        words = ("-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "answer.tsr")
        said = openssl(bench, "ts", "-reply", *words)
        assert (bench / "answer.tsr").exists(), said
        return (bench / "answer.tsr").read_bytes()

    with answering(answer) as url:
        stamp = Authority(url, [ROOT.certificate]).stamp(DATA)

    assert abs(stamp.at - NOW) < timedelta(hours=1)
    assert parts(stamp.token)[0][0] == 0x30
