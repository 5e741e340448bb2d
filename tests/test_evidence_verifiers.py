"""The Python verifier: what it finds in which bundle, and that it never says more than it knows."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from adapters.evidence import verifikasi as verifier
from domain.evidence.proof import Proof
from tests.evidence_bundles import CASES, ITEM, POLICY, SEALED, Sample, honest
from tests.tsa import Tsa, certify

VERIFIER = Path(verifier.__file__)
VECTORS = json.loads((Path(__file__).parents[1] / "docs/evidence/vectors.json").read_text("utf-8"))
HOWTO = Path(__file__).parents[1] / "docs/howto/verify.md"
EXITS = {"match": 0, "mismatch": 1, "refused": 2, "qualified": 3}


class Expected(NamedTuple):
    """What must be found, all of it: every line that does not match, or that is a reservation."""

    conclusion: str
    found: tuple[str, ...]  # code, subject, reason
    answer: str | None  # why the question is answered as it is; None: not at all


def match(*, answer: str | None = "seen-before") -> Expected:
    return Expected("match", (), answer)


def qualified(*found: str, answer: str | None = "recorded-before") -> Expected:
    return Expected("qualified", found, answer)


def mismatch(*found: str, answer: str | None = "not-proven") -> Expected:
    return Expected("mismatch", found, answer)


def refused(reason: str) -> Expected:
    return Expected("refused", (reason,), None)


CHAIN = "item.chain item chain"

EXPECTED = {
    "honest_bag": match(),
    "honest_json": match(),
    "honest_pdf": match(),
    "copy_for_the_public": match(),
    "field_not_opened": match(),
    "old_checkpoint_not_included": match(),
    "held_checkpoint_is_in_it": match(),
    "held_receipt_is_connected": match(),
    "held_receipt_is_a_proof": match(),
    "held_receipt_has_no_checkpoint": mismatch("held 0 note.form"),
    "held_checkpoint_is_newer": qualified("held 0 held.newer", answer="seen-before"),
    "held_checkpoint_cannot_be_connected": qualified("held 0 held.no-path", answer="seen-before"),
    "held_text_went_through_windows": match(),
    "item_without_facts": match(answer="none-recorded"),
    "unknown_member": match(),
    "unknown_members_come_in_one_order": match(),
    "policy_from_the_bundle": qualified("keys.source"),
    "policy_without_witnesses": qualified("witness.quorum 46"),
    "key_destroyed_on_record": match(),
    "log_continued": match(),
    "key_rotated": match(),
    "key_rotated_unknown_to_reader": match(),
    "time_stamp": match(),
    "anchored_before_the_test": match(answer="may-be-missing"),
    "anchor_of_true_records": match(answer="may-be-missing"),
    "anchor_of_whatever": match(answer="may-be-missing"),
    "key_of_no_name": match(answer="may-be-missing"),
    "title_that_looks_like_a_hole": match(answer="may-be-missing"),
    "contents_without_a_day": match(answer="may-be-missing"),
    "refused_before_the_test": match(answer="all-after"),
    "refused_on_the_day_of_the_test": match(answer="same-day"),
    "refused_before_any_witness": match(answer="recorded-before"),
    "refused_without_a_day": match(answer="no-day-given"),
    "refused_on_no_day_there_is": refused("date"),
    "tested_after_the_refusal": match(answer="all-after"),
    "tested_after_the_refusal_but_dated_before": match(answer="entered-later"),
    "never_tested": match(answer="none-recorded"),
    "described_anew_after_the_test": match(answer="reworded"),
    "first_fact_left_out": mismatch(CHAIN),
    "middle_fact_left_out": mismatch(CHAIN),
    "last_fact_left_out": mismatch("item.complete item item.missing"),
    "last_fact_left_out_with_the_map": qualified(
        "item.complete item heads.none", answer="may-be-missing"
    ),
    "last_fact_left_out_with_its_proof": qualified(
        "item.complete item heads.no-proof", answer="may-be-missing"
    ),
    "last_fact_left_out_behind_an_old_map": match(answer="may-be-missing"),
    "every_fact_left_out": mismatch("item.complete item item.missing", "item.none"),
    "nothing_in_it": qualified("item.none", answer=None),
    "said_to_have_no_facts": mismatch("item.complete item heads.proof"),
    "consistency_left_out": mismatch("consistency 0 consistency"),
    "witness_lines_left_out": mismatch("witness.quorum 46 quorum"),
    "document_left_out": mismatch("document 22 /fact/document document.missing"),
    "key_destroyed_off_the_record": mismatch(f"field 14 {SEALED} field.key"),
    "contents_exchanged": mismatch("entry 9 body", CHAIN),
    "contents_and_salt_exchanged": mismatch("entry 9 body", CHAIN),
    "salt_is_short": mismatch("entry 9 body", CHAIN),
    "record_redated": mismatch("entry 34 inclusion", CHAIN),
    "record_made_anew": mismatch("entry 9 inclusion", CHAIN),
    "record_on_no_day_there_is": mismatch("entry 34 record.form", CHAIN),
    "record_with_another_end_of_line": mismatch("entry 34 record.form", CHAIN),
    "index_changed": mismatch("entry 35 record.place", CHAIN),
    "facts_reordered": mismatch(
        "entry 34 record.place", "entry 14 record.place", CHAIN, f"field 14 {SEALED} field.entry"
    ),
    "proof_bit_flipped": mismatch("entry 14 inclusion", CHAIN, f"field 14 {SEALED} field.entry"),
    "fact_comes_twice": mismatch("entry 14 entry.duplicate"),
    "fact_comes_twice_and_once_broken": mismatch("entry 14 inclusion"),
    "size_edited": mismatch("checkpoint.signature 2 note.bad", answer=None),
    "consistency_exchanged": mismatch("consistency 0 consistency"),
    "heads_name_another_version": mismatch("item.complete item heads.proof"),
    "heads_named_by_another_fact": mismatch(
        "heads.fact 34 heads.fact", "item.complete item heads.none"
    ),
    "heads_fact_withheld": mismatch("heads.fact 45 heads.fact", "item.complete item heads.none"),
    "document_exchanged": mismatch("document 22 /fact/document document"),
    "field_text_changed": mismatch(f"field 14 {SEALED} field.text"),
    "field_salt_changed": mismatch(f"field 14 {SEALED} field.text"),
    "field_of_another_fact": mismatch(f"field 9 {SEALED} field.pointer"),
    "origin_is_another": mismatch("origin origin"),
    "time_stamp_over_something_else": mismatch("timestamp.imprint 46 stamp.imprint"),
    "time_stamp_is_garbage": mismatch("timestamp.imprint 46 stamp.form"),
    "signed_by_a_key_nobody_published": mismatch(
        "checkpoint.signature 0 note.unknown",
        "checkpoint.signature 1 note.unknown",
        "checkpoint.signature 2 note.unknown",
        answer=None,
    ),
    "cosignature_of_another_checkpoint": mismatch("checkpoint.signature 2 note.bad", answer=None),
    "body_of_another_place": mismatch(
        "checkpoint.signature 0 note.unknown",
        "checkpoint.signature 1 note.unknown",
        "checkpoint.signature 2 note.unknown",
        answer=None,
    ),
    "other_history_without_witnesses": mismatch("witness.quorum 46 quorum"),
    "other_history_and_nobody_asked": qualified("witness.quorum 46"),
    "other_history_and_a_checkpoint_held": mismatch("witness.quorum 46", "held 0 fork"),
    "other_history_and_an_unconnected_one_held": qualified(
        "witness.quorum 46", "held 0 held.no-path"
    ),
    "forged_with_its_own_policy": qualified("keys.source"),
    "forged_with_its_own_policy_and_a_checkpoint_held": mismatch(
        "keys.source", "held 0 note.unknown"
    ),
    "forged_against_the_true_policy": mismatch("checkpoint.signature 0 note.unknown", answer=None),
    "key_rotated_long_ago": mismatch("checkpoint.signature 4 note.unknown", answer=None),
    "earlier_name_unknown_to_reader": match(answer="recorded-before"),
    "ended_key_signs_on": mismatch("checkpoint.key 4 key.ended"),
    "continued_without_saying_so": mismatch(
        "entry 9 entry.log",
        "entry 14 entry.log",
        "entry 22 entry.log",
        "entry 34 entry.log",
        "entry 41 entry.log",
        "checkpoint.origin 0 origin.undeclared",
        "checkpoint.origin 1 origin.undeclared",
        "checkpoint.origin 2 origin.undeclared",
        CHAIN,
    ),
    "continued_from_another_log": mismatch(
        "predecessor 46 continued.fact",
        "entry 9 entry.log",
        "entry 14 entry.log",
        "entry 22 entry.log",
        "entry 34 entry.log",
        "entry 41 entry.log",
        "checkpoint.origin 0 origin.undeclared",
        "checkpoint.origin 1 origin.undeclared",
        "checkpoint.origin 2 origin.undeclared",
        CHAIN,
    ),
    "continued_from_less_than_was_signed": mismatch(
        "checkpoint.origin 1 origin.beyond", "checkpoint.origin 2 origin.beyond"
    ),
    "continued_and_more_is_held": mismatch("held 0 origin.beyond"),
    "policy_is_garbage": refused("policy"),
    "policy_without_quorum": refused("policy"),
    "policy_counts_a_witness_twice": refused("policy"),
    "back_dated": mismatch("time.window 12 time.early"),
    "back_dated_behind_an_anchor": mismatch("time.order 21 time.back", "time.window 21 time.early"),
    "pre_dated": mismatch("time.window 3 time.late", "time.window 4 time.late"),
    "clock_set_back": mismatch("time.order 1 time.back"),
    "file_not_in_the_manifest": mismatch("bag.manifest manifest.extra"),
    "file_changed_after_the_manifest": mismatch(
        "bag.manifest manifest.hash", "document 22 /fact/document document"
    ),
    "file_lost_after_the_manifest": mismatch(
        "bag.manifest manifest.missing", "document 22 /fact/document document.missing"
    ),
    "manifest_is_garbage": mismatch("bag.manifest manifest.form", "bag.tags manifest.hash"),
    "tag_file_changed": mismatch("bag.tags manifest.hash"),
    "half_downloaded": refused("zip.damaged"),
    "last_byte_missing": refused("zip.damaged"),
    "something_behind_the_zip": refused("zip.damaged"),
    "something_before_the_zip": refused("zip.damaged"),
    "zip_byte_flipped": refused("zip.damaged"),
    "zip_name_twice": refused("zip.duplicate"),
    "zip_name_twice_but_for_its_case": refused("zip.duplicate"),
    "zip_climbs_out": refused("zip.name"),
    "zip_with_a_root": refused("zip.name"),
    "zip_bomb": refused("zip.bomb"),
    "zip_bomb_that_lies": refused("zip.bomb"),
    "zip_encrypted": refused("zip.unsupported"),
    "zip_with_two_names_for_a_file": refused("zip.damaged"),
    "zip_with_a_wrong_sum": refused("zip.damaged"),
    "zip_cut_inside_a_file": refused("zip.damaged"),
    "zip_without_bukti": refused("missing"),
    "zip_is_empty": refused("missing"),
    "file_is_empty": refused("json.syntax"),
    "pdf_without_bukti": refused("pdf.none"),
    "pdf_with_two": refused("pdf.many"),
    "pdf_with_a_broken_one_beside": refused("pdf.many"),
    "pdf_with_a_short_one_of_a_wrong_sum": refused("pdf.many"),
    "pdf_cut_off": refused("pdf.none"),
    "json_cut_off": refused("json.syntax"),
    "json_name_twice": refused("json.duplicate"),
    "json_giant_number": refused("json.number"),
    "json_number_past_counting": refused("json.number"),
    "json_fraction": refused("json.number"),
    "json_exponent": refused("json.number"),
    "json_negative_number": refused("schema"),
    "json_not_a_number": refused("json.syntax"),
    "json_true_for_a_number": refused("schema"),
    "json_nested_deep": refused("json.depth"),
    "json_nested_very_deep": refused("json.depth"),
    "json_broken_and_then_nested_deep": refused("json.depth"),
    "json_of_millions_of_lists": refused("size"),
    "json_of_quotes_that_never_end": refused("json.syntax"),
    "json_half_a_character": refused("json.text"),
    "json_half_a_name": refused("json.text"),
    "json_raw_half_a_character": refused("text"),
    "json_nul": refused("json.text"),
    "json_raw_control_character": refused("json.syntax"),
    "json_with_byte_order_mark": refused("json.syntax"),
    "json_something_behind": refused("json.syntax"),
    "json_comma_at_the_end": refused("json.syntax"),
    "json_of_another_format": refused("format"),
    "json_is_a_list": refused("format"),
    "json_not_utf8": refused("text"),
    "base64_not_canonical": refused("base64"),
    "base64_with_a_line_end": refused("base64"),
    "member_of_another_type": refused("schema"),
    "stream_in_capitals": refused("schema"),
    "salt_without_contents": refused("schema"),
    "too_many_checkpoints": refused("schema"),
}


def run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As a panel would, where nothing but Python is installed."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(path), *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        env={"PYTHONUTF8": "1"},
    )


def laid_out(sample: Sample, folder: Path) -> tuple[Path, list[str]]:
    """The bundle and what its reader has, as files; and the arguments that name them."""
    ending, data = sample.file()
    path, arguments = folder / f"bundel{ending}", []
    path.write_bytes(data)
    if sample.policy is not None:
        (folder / "kebijakan.txt").write_text(sample.policy, "utf-8", newline="")
        arguments += ["--kebijakan", str(folder / "kebijakan.txt")]
    for number, note in enumerate(sample.held):
        held = folder / f"checkpoint-{number}.txt"
        held.write_text(note, "utf-8", newline="")
        arguments += ["--cp", str(held)]
    return path, arguments + (["--ditolak", sample.refused_on] if sample.refused_on else [])


def found_in(said: Any) -> Expected:
    """An answer of the verifier in the words of the table."""
    if said["conclusion"] == "refused":
        return refused(said["reason"])
    found = tuple(
        " ".join(
            filter(None, (line["code"], line["subject"].replace(ITEM, "item"), line["reason"]))
        )
        for line in said["checks"]
        if line["outcome"] == "TIDAK" or line["reserved"]
    )
    return Expected(said["conclusion"], found, said["answer"] and said["answer"]["reason"])


def test_every_bundle_is_in_the_table() -> None:
    assert EXPECTED.keys() == CASES.keys()
    assert len(CASES) > 100


@pytest.mark.parametrize("name", CASES)
def test_a_bundle_shows_what_it_is(name: str, tmp_path: Path) -> None:
    path, arguments = laid_out(CASES[name](), tmp_path)

    ran = run(path, *arguments, "--json")
    said = json.loads(ran.stdout)

    assert found_in(said) == EXPECTED[name]
    assert ran.returncode == said["exit"] == EXITS[said["conclusion"]]
    assert ran.stderr == ""


@pytest.mark.parametrize(
    "name", [name for name, expected in EXPECTED.items() if expected.conclusion == "match"]
)
def test_only_the_readers_own_keys_can_make_all_match(name: str) -> None:
    """Whatever else is in order."""
    sample = CASES[name]()
    found = verifier.verify(verifier.read_bytes(sample.file()[1]), None)

    assert found.conclusion != "match"
    assert found.lines[-1].values.get("answer") != "ya"


# What it is made of


NAMES_OF_3_7 = {
    *("argparse.ArgumentParser", "argparse.RawDescriptionHelpFormatter", "base64.b64decode"),
    *("bisect.bisect_left", "os.O_WRONLY", "os.devnull", "os.dup2", "os.open"),
    *("base64.b64encode", "binascii.Error", "dataclasses.dataclass", "datetime.date"),
    *("datetime.datetime", "datetime.timedelta", "hashlib.sha256", "hashlib.sha512"),
    *("json.dumps", "json.loads", "os.lstat", "os.path", "os.sep", "os.walk", "re.DOTALL"),
    *(
        "re.compile",
        "re.finditer",
        "re.fullmatch",
        "re.search",
        "re.split",
        "re.sub",
        "stat.S_ISREG",
    ),
    *("struct.unpack_from", "sys.argv", "sys.exit", "sys.stderr", "sys.stdout", "typing.Any"),
    *("typing.Iterator", "typing.NamedTuple", "typing.NoReturn", "typing.Sequence"),
    *("zlib.crc32", "zlib.decompressobj", "zlib.error", "__future__.annotations"),
}
"""Looked up in the documentation of Python 3.7. One that is missing here: look it up, too."""
METHODS_OF_3_7 = {
    *("add", "append", "count", "decode", "encode", "endswith", "find", "from_bytes", "fromhex"),
    *("get", "hex", "index", "isprintable", "items", "join", "keys", "lower", "lstrip"),
    *(
        "partition",
        "pop",
        "replace",
        "rpartition",
        "setdefault",
        "sort",
        "split",
        "startswith",
        "to_bytes",
    ),
    *("values",),
}
OF_BUILTINS = set().union(*map(dir, (str, bytes, int, float, dict, list, tuple, set)))


def test_it_needs_nothing_but_an_old_python() -> None:
    tree = ast.parse(VERIFIER.read_text("utf-8"), feature_version=(3, 7))
    nodes = list(ast.walk(tree))
    imports = [one for node in nodes if isinstance(node, ast.Import) for one in node.names]
    modules = {one.name for one in imports}
    named = {
        f"{node.module}.{one.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    named |= {
        f"{node.value.id}.{node.attr}"
        for node in attributes
        if isinstance(node.value, ast.Name) and node.value.id in modules
    }
    called = {node.attr for node in attributes if not node.attr.startswith("__")} & OF_BUILTINS

    assert {one.name for one in imports} <= {name.partition(".")[0] for name in NAMES_OF_3_7}
    assert not any(one.asname for one in imports)
    assert named <= NAMES_OF_3_7  # none of which reaches the network, or runs what is handed in
    assert called <= METHODS_OF_3_7
    assert verifier.OLDEST == "3.7"
    assert "**With Python** 3.7 or later" in HOWTO.read_text("utf-8")


def starting(*names: str) -> list[str]:
    """Those of these programs that are found and start: a shim without its Python does not."""
    found = [path for path in map(shutil.which, names) if path is not None]
    return [path for path in found if not subprocess.call([path, "-c", ""], stderr=-3)]


IN_ONE_PROCESS = """
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
import verifikasi
answers = {}
for name, arguments in json.load(sys.stdin).items():
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = verifikasi.main([*arguments, "--json"])
    answers[name] = [code, json.loads(said.getvalue())]
print(json.dumps(answers))
"""


def test_every_python_that_is_found_says_the_same(tmp_path: Path) -> None:
    pythons = [sys.executable, *starting(*(f"python3.{minor}" for minor in range(7, 30)))]
    asked = {}
    for name, made in CASES.items():
        (tmp_path / name).mkdir()
        path, arguments = laid_out(made(), tmp_path / name)
        asked[name] = [str(path), *arguments]

    for python in pythons:
        command = [python, "-B", "-I", "-S", "-c", IN_ONE_PROCESS, str(VERIFIER.parent)]
        ran = subprocess.run(
            command, input=json.dumps(asked), capture_output=True, text=True, check=True
        )
        for name, (code, said) in json.loads(ran.stdout).items():
            assert found_in(said) == EXPECTED[name], (python, name)
            assert code == said["exit"], (python, name)


def test_a_python_too_old_is_told_what_is_needed() -> None:
    """It cannot read the file, and prints the line at which it stops."""
    first, second = re.findall(r"^(.*)#.*Python 3.7 or later", VERIFIER.read_text("utf-8"), re.M)
    assert first.strip() == "from __future__ import annotations"  # none before 3.7 knows it
    assert second.strip() == 'OLDEST: str = "3.7"'  # none before 3.0 can read it

    for python in starting("python2", "python2.7", "python3.5", "python3.6"):
        ran = subprocess.run([python, str(VERIFIER)], capture_output=True, text=True, check=False)
        assert ran.returncode != 0
        assert "PERLU PYTHON 3.7 ATAU LEBIH BARU" in ran.stderr


def test_it_has_words_for_everything_it_finds() -> None:
    speakers = verifier.Speaker(0), verifier.Speaker(1)
    for name, expected in EXPECTED.items():
        sample = CASES[name]()
        if expected.conclusion == "refused":
            assert all(speaker.word(f"refused {expected.found[0]}") for speaker in speakers)
            continue
        files = verifier.read_bytes(sample.file()[1])
        found = verifier.verify(files, own(sample.policy), list(map(own, sample.held)))
        for line in found.lines:
            for said in (speaker.line(line) for speaker in speakers):
                assert said
                is_hostile = name in ("title_that_looks_like_a_hole", "anchor_of_whatever")
                assert is_hostile or not re.search(r"[{}]|\bNone\b", said), (name, line)
            reason = line.reason if line.code != "question" else ""
            assert f"why {reason}" in verifier.MESSAGES or not reason, (name, line)


def own(text: str | None) -> str:
    """As the verifier reads the reader's own files."""
    text = (text or POLICY).removeprefix("\ufeff").replace("\r\n", "\n")
    return text if text.endswith("\n") else text + "\n"


def test_it_never_says_that_something_is_true() -> None:
    for name, (indonesian, english) in verifier.MESSAGES.items():
        assert bool(indonesian) == bool(english)
        is_limit = name == "not proven"
        assert is_limit == bool(re.search(r"\bbenar\b", indonesian)), name


# What a person sees


def test_a_person_reads_it_in_indonesian(tmp_path: Path) -> None:
    path, arguments = laid_out(honest(), tmp_path)

    said = run(path, *arguments).stdout

    assert "SEMUA YANG DIPERIKSA COCOK. Yang ditunjukkan bundel ini tidak diubah sejak" in said
    assert "Yang tidak dibuktikan: bahwa isi catatan itu benar" in said
    assert "? YA: saksi luar sudah melihat uji itu tercatat" in said
    assert "Catatan nomor 15 ada dalam log: uji konsekuensi, dicatat 2026-03-03 01:00:04" in said
    assert "Rencana pengamanan sistem" in said
    assert "LENGKAP" in said


def test_and_in_english(tmp_path: Path) -> None:
    path, arguments = laid_out(honest(), tmp_path)

    said = run(path, *arguments, "--en", "--ditolak", "2026-03-01").stdout

    assert "EVERYTHING CHECKED MATCHES" in said
    assert "the day is yours" in said
    assert "? NO: every test in the complete history was made after" in said


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("policy_from_the_bundle", "BELUM DAPAT DISIMPULKAN", 3),
        ("policy_from_the_bundle", "KUNCI PUBLIK BERASAL DARI BUNDEL INI SENDIRI", 3),
        ("last_fact_left_out", "ADA PERISTIWA YANG TIDAK DISERTAKAN", 1),
        ("other_history_and_a_checkpoint_held", "CABANG LAIN", 1),
        ("back_dated", "TANGGAL MUNDUR", 1),
        ("half_downloaded", "zip rusak atau terpotong; unduh kembali", 2),
        ("body_of_another_place", "bundel badan lain", 1),
        ("key_destroyed_on_record", "tidak dapat dibuka: kuncinya dimusnahkan", 0),
        ("key_destroyed_on_record", "UU 27/2022 Ps 44(1)", 0),
        ("time_stamp", "openssl ts -verify", 0),
        ("last_fact_left_out_behind_an_old_map", "ada 10 catatan lain dalam log", 0),
        ("item_without_facts", "tidak mempunyai satu peristiwa pun", 0),
    ],
)
def test_what_is_wrong_is_said_in_words(name: str, words: str, code: int, tmp_path: Path) -> None:
    path, arguments = laid_out(CASES[name](), tmp_path)

    ran = run(path, *arguments)

    assert words in ran.stdout
    assert ran.returncode == code
    assert ("SEMUA YANG DIPERIKSA COCOK" in ran.stdout) == (code == 0)


def test_a_hostile_title_moves_no_cursor() -> None:
    said = verifier.Speaker(0).word("item.none") + verifier.printable("\x1b[2J\u202eA\nB")

    assert said.endswith("\u00b7[2J\u00b7A\u00b7B")


# Where it is given


def test_a_folder_is_read_as_the_zip_is(tmp_path: Path) -> None:
    path, arguments = laid_out(honest(), tmp_path)
    with ZipFile(path) as archive:
        archive.extractall(tmp_path / "tas")

    assert run(tmp_path / "tas/bundel", *arguments).returncode == 0


def test_a_folder_that_leads_out_of_itself_is_refused(tmp_path: Path) -> None:
    path, arguments = laid_out(honest(), tmp_path)
    with ZipFile(path) as archive:
        archive.extractall(tmp_path / "tas")
    bag = tmp_path / "tas/bundel"
    (bag / "data/lain").symlink_to(tmp_path)
    through_a_folder = run(bag, *arguments, "--json")
    (bag / "data/lain").unlink()
    (bag / "data/lain.txt").symlink_to(path)
    through_a_file = run(bag, *arguments, "--json")
    (bag / "data/lain.txt").unlink()
    os.mkfifo(bag / "data/pipa")
    pipe = run(bag, *arguments, "--json")

    for ran in (through_a_folder, through_a_file, pipe):
        assert json.loads(ran.stdout)["reason"] == "path"


@pytest.mark.parametrize("place", ["", "tidak-ada.zip"])
def test_what_is_not_there_is_refused(place: str, tmp_path: Path) -> None:
    ran = run(tmp_path / place, "--json")

    assert (ran.returncode, json.loads(ran.stdout)["reason"]) == (2, "missing")


def test_its_own_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path, _ = laid_out(honest(), tmp_path)
    (tmp_path / "biner").write_bytes(b"\xff\xfe\x00")

    for arguments in (
        ["--kebijakan", str(tmp_path / "tidak-ada")],
        ["--kebijakan", str(tmp_path / "biner")],
        ["--cp", str(tmp_path / "tidak-ada")],
    ):
        ran = run(path, *arguments, "--json")
        assert ran.returncode == 2
        assert arguments[1] in json.loads(ran.stdout)["detail"]


def test_a_real_time_stamp_is_read() -> None:
    """From an authority as they are, certificates and all."""
    data = b"a checkpoint"
    asked = Tsa(certify("Otoritas Waktu Uji", certify("Akar Uji")))
    stamp = verifier.stamp_from(real_token(asked, data))

    assert stamp.imprint == sha256(data).digest()
    assert stamp.time.startswith("20")


def real_token(tsa: Tsa, data: bytes) -> bytes:
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    return tsa.answer(request.as_bytes())


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed here")
@pytest.mark.parametrize("is_forged", [False, True])
def test_one_fact_can_be_checked_by_hand(is_forged: bool, tmp_path: Path) -> None:
    """As docs/howto/verify.md says, with the tools of any Linux."""
    sample = honest()
    entry = sample.entry(sample.story.tested)
    fact = tmp_path / f"data/catatan/{entry['index'] + 1:010d}"
    fact.parent.mkdir(parents=True)
    text = entry["record"]
    fact.with_suffix(".txt").write_text(text.replace("item.", "butir.") if is_forged else text)
    path = tuple(map(plain, entry["path"]))
    fact.with_suffix(".tlog-proof").write_text(
        str(Proof(entry["index"], path, sample.bukti["checkpoints"][2])), "utf-8"
    )
    (tmp_path / "data/bukti.json").write_bytes(sample.json())
    first, second = re.findall(r"```bash\n(.*?)```", HOWTO.read_text("utf-8"), re.DOTALL)
    vkey = sample.bukti["policy"].split("\n")[1].split(" ")[1]
    given = f"fact={fact.relative_to(tmp_path)}\nvkey='{vkey}'\n"
    script = given + first + (second if shutil.which("jq") else "")

    ran = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert "Signature Verified Successfully" in ran.stdout, ran.stderr
    assert ("in the log" in ran.stdout) is not is_forged
    assert not shutil.which("jq") or "contents as recorded" in ran.stdout


# Published vectors, as anybody's verifier has to take them


def vectors(*path: str) -> list[Any]:
    found: Any = VECTORS
    for name in path:
        found = found[name]
    return list(found)


def takes(work: Any, *arguments: Any) -> bool:
    try:
        return work(*arguments) not in (None, False)
    except (verifier.Wrong, verifier.Refused):
        return False


def plain(text: str) -> bytes:
    data = verifier.from_base64(text)
    assert data is not None
    return data


def test_vectors_of_trees() -> None:
    tree = VECTORS["tree"]
    roots = {one["size"]: plain(one["root"]) for one in tree["roots"]}

    def included(one: Any) -> bool:
        path = list(map(plain, one["path"]))
        root = plain(one["root"]) if "root" in one else roots[one["size"]]
        return verifier.is_included(plain(one["leaf_hash"]), one["index"], one["size"], path, root)

    def consistent(one: Any) -> bool:
        old = plain(one["old_root"]) if "old_root" in one else roots[one["old"]]
        new = plain(one["new_root"]) if "new_root" in one else roots[one["new"]]
        path = list(map(plain, one["path"]))
        return verifier.is_beginning(one["old"], one["new"], path, old, new)

    assert all(map(included, tree["inclusion"]))
    assert not any(map(included, tree["refused_inclusion"]))
    assert all(map(consistent, tree["consistency"]))
    assert not any(map(consistent, tree["refused_consistency"]))


def test_vectors_of_heads() -> None:
    for one in vectors("heads", "maps"):
        root = plain(one["root"])
        for claim in one["presence"]:
            assert verifier.is_head(root, head_of(claim))
            assert not verifier.is_head(root, {**head_of(claim), "version": claim["version"] + 1})
        for claim in one["absence"]:
            assert verifier.is_head(root, head_of(claim))


def head_of(claim: Any) -> Any:
    other = claim.get("other")
    return {
        "stream": claim["stream"],
        "version": claim.get("version", 0),
        "leaf": plain(claim["leaf"]) if "leaf" in claim else None,
        "siblings": list(map(plain, claim["siblings"])),
        "other": other and {name: plain(value) for name, value in other.items()},
    }


def test_vectors_of_keys_notes_and_policies() -> None:
    for one in vectors("notes", "keys"):
        assert verifier.key_from(one["vkey"]).key_id.hex() == one["key_id"]
    for one in vectors("notes", "refused_keys"):
        assert not takes(verifier.key_from, one["vkey"]), one["why"]
    for one in vectors("notes", "notes"):
        assert takes(verifier.checkpoint_from, one["note"], trusting(one["keys"])), one["why"]
    for one in vectors("notes", "refused_notes"):
        assert not takes(verifier.checkpoint_from, one["note"], trusting(one["keys"])), one["why"]
    for one in vectors("notes", "refused_policies"):
        assert not takes(verifier.Policy, one["policy"]), one["why"]
    for one in vectors("notes", "policies"):
        policy = verifier.Policy(one["policy"])
        for quorum in one["quorums"]:
            assert policy.met(quorum["cosigned"]) == quorum["met"]


def trusting(vkeys: list[str]) -> verifier.Policy:
    """A policy of these keys; the format itself asks for at least one log."""
    policy = verifier.Policy(POLICY)
    keys = [verifier.key_from(vkey) for vkey in vkeys]
    policy.logs = [key for key in keys if key.kind == verifier.SIGNS]
    policy.witnesses = {key.name: key for key in keys if key.kind == verifier.COSIGNS}
    return policy


def test_vectors_of_records_and_commitments() -> None:
    for one in vectors("records", "read"):
        assert verifier.RECORD.fullmatch(one["text"])
        assert verifier.leaf_hash(one["text"].encode()) == plain(one["leaf_hash"])
    for one in vectors("commitments", "body"):
        made = verifier.commitment("body", plain(one["salt"]), plain(one["state"]))
        assert made == plain(one["commitment"])


# Whatever comes


BUKTI = honest().json()
CHECKED = json.loads(BUKTI)


def conclude(data: bytes) -> tuple[str, Any]:
    """The conclusion, and what was looked at; the verifier itself never fails."""
    try:
        files = verifier.read_bytes(data)
        return verifier.verify(files, POLICY).conclusion, files
    except verifier.Refused as refusal:
        return ("failed" if refusal.reason == "internal" else "refused"), refusal.__cause__


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes changed, put in, taken away or doubled, in a few places."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["change", "flip", "insert", "cut", "double", "end"])):
            case "change":
                data[at] = draw(st.sampled_from(b'0123456789abcXYZ+/="{}[],:-.eE \n\\u\x00\xff'))
            case "flip":
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "insert":
                data[at:at] = draw(st.binary(min_size=1, max_size=4))
            case "cut":
                del data[max(at, 1) : at + draw(st.integers(1, 40))]
            case "double":
                data[at:at] = data[at : at + draw(st.integers(1, 60))]
            case "end":
                del data[max(at, 1) :]
    return bytes(data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@for_all(data=damaged(BUKTI))
def test_damage_is_found_wherever_something_is_checked(data: bytes) -> None:
    conclusion, files = conclude(data)

    assert conclusion != "failed", repr(files)
    if conclusion == "match":
        is_same = list(claims(json.loads(files.content["data/bukti.json"]))) == list(
            claims(CHECKED)
        )
        assert is_same


def claims(bukti: Any) -> Iterator[Any]:
    """All that a conclusion rests on; what is merely not shown any more makes no claim.

    Nor does a witness whose line is no longer known to be his, while there is a quorum.
    """
    texts = [note.rpartition("\n\n")[0] for note in bukti["checkpoints"]]
    yield bukti["origin"], texts, bukti["consistency"], bukti["heads"]
    for entry in bukti["entries"]:
        yield {name: entry.get(name) for name in ("index", "record", "path")}
        if entry.get("body") is not None:
            yield entry["salt"], entry["body"]
    for one in bukti.get("fields") or []:
        yield one["salt"], one["plain"]


ZIP = honest().file()[1]
UNZIPPED = verifier.read_bytes(ZIP).content


@settings(max_examples=100, deadline=None)
@for_all(data=damaged(ZIP))
def test_a_damaged_zip_is_refused_or_still_the_same(data: bytes) -> None:
    conclusion, files = conclude(data)

    assert conclusion in ("refused", "mismatch") or files.content == UNZIPPED


@settings(max_examples=100, deadline=None)
@for_all(data=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
def test_any_file_at_all_is_refused(data: bytes) -> None:
    assert conclude(data)[0] == "refused"
    assert conclude(b"PK" + data)[0] == "refused"
    assert conclude(b"%PDF-" + data)[0] == "refused"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@for_all(
    member=st.sampled_from([name for name in CHECKED if name not in ("format", "policy")]),
    value=JSON,
)
def test_a_member_of_any_shape_is_no_trouble(member: str, value: Any) -> None:
    conclusion, _ = conclude(json.dumps({**CHECKED, member: value}).encode())

    optional = ("question", "predecessors", "fields", "documents", "timestamps")
    assert conclusion != "failed"
    assert conclusion != "match" or member in optional


@settings(max_examples=30, deadline=None)
@for_all(text=st.text(max_size=200))
def test_a_policy_or_a_checkpoint_of_any_text_is_no_trouble(text: str) -> None:
    files = verifier.read_bytes(BUKTI)

    assert verifier.verify(files, POLICY, [text]).conclusion == "mismatch"
    with pytest.raises(verifier.Refused, match="policy"):
        verifier.verify(files, text)
