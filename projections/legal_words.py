"""What an officer means by the words he types: forms of a word, other names, articles.

PostgreSQL's Indonesian stemmer breaks the very words of our trade ("pengecualian" becomes
"ecuali", "dikecualikan" "kecuali"), and no stemmer knows that a BAP is a berita acara
pemeriksaan. So a question is widened before it is asked; what is stored stays plain text, and
better words need no rebuild. Read on: the words, the question, how it is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

WORDS_MAX = 24
WORD_LENGTH_MAX = 100
PREFIX_LENGTH_MIN = 3
ANGKA_MAX = 20

FAMILIES = """
adu aduan pengaduan pengadu diadukan mengadukan
aju ajuan pengajuan diajukan mengajukan ajukan
akta
aman keamanan pengamanan diamankan mengamankan
anggar anggaran penganggaran dianggarkan menganggarkan
arsip kearsipan pengarsipan diarsipkan mengarsipkan arsiparis
audit auditor auditi diaudit mengaudit
awas pengawasan pengawas diawasi mengawasi
bayar pembayaran dibayar membayar dibayarkan
buka terbuka dibuka membuka pembukaan keterbukaan bukakan
cabut pencabutan dicabut mencabut
daftar pendaftaran terdaftar didaftarkan mendaftarkan pendaftar
didik pendidikan pendidik terdidik
disiplin pendisiplinan indisipliner kedisiplinan
dukung dukungan pendukung didukung mendukung
gaji penggajian digaji
gugat gugatan penggugat tergugat menggugat digugat
hukum hukuman dihukum menghukum penghukuman terhukum
intelijen intel
izin perizinan diizinkan mengizinkan ijin perijinan
jabat jabatan pejabat menjabat penjabat
janji perjanjian dijanjikan
jatuh penjatuhan dijatuhkan menjatuhkan dijatuhi
kasus perkara
kaya kekayaan
kecuali dikecualikan pengecualian mengecualikan terkecuali kekecualian
keberatan berkeberatan
kembang pengembangan dikembangkan mengembangkan perkembangan
kontrak dikontrak kontraktual
langgar pelanggaran dilanggar melanggar pelanggar
lapor laporan pelaporan dilaporkan melaporkan pelapor terlapor
lelang pelelangan dilelang melelang pelelang
lindung perlindungan dilindungi melindungi pelindung terlindung
mohon permohonan pemohon memohon dimohon dimohonkan termohon
mediasi mediator dimediasi
minta permintaan diminta meminta peminta
musnah pemusnahan dimusnahkan memusnahkan
nilai penilaian dinilai menilai penilai
ajudikasi nonlitigasi
pajak perpajakan
palsu pemalsuan dipalsukan memalsukan
pegawai kepegawaian
pengadaan diadakan mengadakan
periksa pemeriksaan diperiksa memeriksa pemeriksa terperiksa
pidana terpidana dipidana pemidanaan
pribadi kepribadian
putus putusan diputus memutus
keputusan diputuskan memutuskan putuskan
rahasia kerahasiaan dirahasiakan merahasiakan
rencana perencanaan direncanakan merencanakan
saing persaingan bersaing saingan
saksi kesaksian bersaksi menyaksikan disaksikan
sandi persandian bersandi
sanksi disanksi
sehat kesehatan
selidik penyelidikan penyelidik diselidiki menyelidiki
sengketa bersengketa persengketaan disengketakan
sidang persidangan disidangkan menyidangkan
sidik penyidikan penyidik disidik menyidik
simpan penyimpanan disimpan menyimpan tersimpan
surat persuratan bersurat
susun penyusunan disusun menyusun penyusun susunan
tahan penahanan ditahan menahan tahanan
tambang pertambangan penambangan
tanah pertanahan
tanggap tanggapan ditanggapi menanggapi
tawar penawaran ditawarkan menawarkan penawar menawar
tender ditenderkan
terbit penerbitan diterbitkan menerbitkan
tetap penetapan ditetapkan menetapkan tetapkan ketetapan
tinjau peninjauan ditinjau meninjau tinjauan
tolak penolakan ditolak menolak
tugas penugasan ditugaskan petugas menugaskan
tuntut penuntutan penuntut dituntut menuntut tuntutan
tutup tertutup ditutup menutup penutupan
ubah perubahan diubah mengubah berubah
uji pengujian diuji menguji teruji penguji
umumkan pengumuman diumumkan mengumumkan
usaha perusahaan pengusaha
wenang wewenang kewenangan berwenang
"""
"""One word of the law a line, in the forms officers write."""

NAMES = """
apbd = anggaran pendapatan dan belanja daerah
apip = aparat pengawasan intern pemerintah
asn = pns = pegawai = aparatur sipil negara = pegawai negeri sipil
bap = berita acara pemeriksaan
baperjakat = badan pertimbangan jabatan dan kepangkatan
bpk = badan pemeriksa keuangan
bpkp = badan pengawasan keuangan dan pembangunan
cctv = kamera pengawas
dik = daftar informasi yang dikecualikan = daftar informasi dikecualikan
dip = daftar informasi publik
dpa = dokumen pelaksanaan anggaran
hps = harga perkiraan sendiri = owner estimate
hukdis = hukuman disiplin
ip = internet protocol
kak = kerangka acuan kerja
kartu keluarga = kk
kata sandi = password
kepgub = keputusan gubernur
ki = komisi informasi
kip = keterbukaan informasi publik
kontrak = perjanjian
ktp = nik = kartu tanda penduduk = nomor induk kependudukan
lelang = tender
lha = laporan hasil audit
lhkpn = laporan harta kekayaan penyelenggara negara
lhp = laporan hasil pemeriksaan
lpj = laporan pertanggungjawaban
mou = nota kesepahaman = nota kesepakatan
npwp = nomor pokok wajib pajak
pbj = pengadaan barang dan jasa = pengadaan barang jasa
perda = peraturan daerah
pergub = peraturan gubernur
perki = peraturan komisi informasi
permendagri = peraturan menteri dalam negeri
perpres = peraturan presiden
pp = peraturan pemerintah
ppid = pejabat pengelola informasi dan dokumentasi
pppk = p3k = pegawai pemerintah dengan perjanjian kerja
rab = rencana anggaran biaya
rahasia = dikecualikan = tertutup
rekam medis = rekam medik
rka = rencana kerja dan anggaran
sk = surat keputusan = keputusan
skp = sasaran kinerja pegawai
sop = standar operasional prosedur
sp2d = surat perintah pencairan dana
spbe = sistem pemerintahan berbasis elektronik
spj = surat pertanggungjawaban
spk = surat perintah kerja
tlhp = tindak lanjut hasil pemeriksaan
uu = undang undang
wbs = pelapor pelanggaran = whistleblowing system
"""
"""What has several names. Whoever types one of them means them all."""

LITTLE = frozenset(
    ("dan", "yang", "di", "ke", "dari", "untuk", "pada", "dengan", "dalam", "oleh", "tentang")
)
"""Said without meaning anything to be found."""

OR = frozenset({"or", "atau"})
SUFFIXES = ("nya", "lah", "kah", "pun")

TOKEN = re.compile(r"[^\W_]+")
PART = re.compile(r'(-?)"([^"]*)"?|(\S+)')

OF_THE_LAW = r"(?:(?:uu|undang-undang)\.?\s*(?:kip|(?:no\.?|nomor)?\s*14\s*(?:/|tahun)\s*2008))"
ARTICLE = re.compile(
    rf"""(?<![\w"-])
    (?:{OF_THE_LAW}\s*,?\s*)?
    (?:
        (?:pasal|psl|ps)?\.?\s*17 [\s.,/]* (?:(?:huruf|hrf)\.?\s*)? ([a-j])
            (?:[\s.,/]* (?:angka\s*)? (\d{{1,2}}))?
      | (?:huruf|hrf)\.?\s+ ([a-j]) (?:[\s.,/]* (?:angka\s*)? (\d{{1,2}}))?
      | (?:pasal|psl|ps)\.?\s*17
    )
    (?![\w"])
    (?:\s*{OF_THE_LAW})?""",
    re.VERBOSE | re.IGNORECASE,
)

Phrase = tuple[str, ...]


# The question


@dataclass(frozen=True)
class Term:
    """One thing that must (or, with *minus*, must not) be said, in any of its *ways*.

    Words of a way in `apart` may stand anywhere, the others follow one another.
    """

    ways: tuple[Phrase, ...]
    apart: tuple[tuple[Phrase, ...], ...] = ()
    minus: bool = False
    begun: bool = False  # the last word may go on


@dataclass(frozen=True)
class Sought:
    """A question understood: every one of `terms`, and one of `grounds` where any is named."""

    terms: tuple[tuple[Term, ...], ...] = ()  # all of them; of each, one
    grounds: tuple[str, ...] = ()
    any_ground: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.grounds or self.any_ground)

    @cached_property
    def as_typed(self) -> str:
        """A tsquery (`simple`) for the very words in the title; "" where nothing was typed so."""
        groups = [[t for t in group if not t.minus] for group in self.terms]
        said = [
            " | ".join(_followed(term.ways[0], weight=":A") for term in group)
            for group in groups
            if group
        ]
        return " & ".join(f"({one})" for one in said)


def simple(term: Term) -> str:
    """A tsquery of *term* for the configuration `simple`."""
    ways = [_followed(way) for way in term.ways]
    ways += [" & ".join(_any(word) for word in way) for way in term.apart]
    if term.begun:
        ways.append(_followed(term.ways[0], last=":*"))
    return " | ".join(f"({way})" for way in ways)


def stemmed(term: Term) -> str:
    """The same for `indonesian`, where words stand by their stems only."""
    ways = [_followed(way) for way in term.ways]
    ways += [" & ".join(_any(word) for word in way) for way in term.apart]
    return " | ".join(f"({way})" for way in ways)


def _followed(way: Phrase, *, weight: str = "", last: str = "") -> str:
    *before, end = way
    return " <-> ".join([*(f"'{word}'{weight}" for word in before), f"'{end}'{weight}{last}"])


def _any(words: Iterable[str]) -> str:
    return "(" + " | ".join(f"'{word}'" for word in words) + ")"


# How it is understood


def understood(query: str) -> Sought:
    """What *query* asks for. Whatever is typed means something or nothing, never an error."""
    grounds: list[str] = []
    any_ground = False
    rest = query

    def take(found: re.Match[str]) -> str:
        nonlocal any_ground
        huruf, angka, other, other_angka = (part or "" for part in found.groups())
        grounds.extend(_grounds((huruf or other).lower(), angka or other_angka))
        any_ground |= not (huruf or other)
        return " "

    if '"' not in query:
        rest = ARTICLE.sub(take, query)
    return Sought(tuple(_terms(rest)), tuple(dict.fromkeys(grounds)), any_ground)


def _grounds(huruf: str, angka: str) -> Iterator[str]:
    """As the list writes them: "h.3"; a huruf alone means all it has."""
    if huruf and angka:
        yield f"{huruf}.{int(angka)}"
    elif huruf:
        yield huruf
        yield from (f"{huruf}.{number}" for number in range(1, ANGKA_MAX + 1))


def _terms(text: str) -> Iterator[tuple[Term, ...]]:
    parts = list(_parts(text))[:WORDS_MAX]
    plain = [words for words, quoted, minus in parts if not (quoted or minus)]
    keeps_little = all(len(words) == 1 and words[0] in LITTLE for words in plain)
    parts = [
        part
        for part in parts
        if keeps_little or part[1] or part[2] or not (len(part[0]) == 1 and part[0][0] in LITTLE)
    ]
    group: list[Term] = []
    is_or = False
    at = 0
    while at < len(parts):
        words, quoted, minus = parts[at]
        if words[0] in OR and len(words) == 1 and group and at + 1 < len(parts):
            is_or, at = True, at + 1
            continue
        name = None if quoted or minus else _longest_name(parts[at:])
        if name:
            term = _named(name)
            at += len(name)
        else:
            begun = at == len(parts) - 1 and not (quoted or minus)
            term = _of_words(words, quoted=quoted, minus=minus, begun=begun)
            at += 1
        if group and not is_or:
            yield tuple(group)
            group = []
        group.append(term)
        is_or = False
    if group:
        yield tuple(group)


def _parts(text: str) -> Iterator[tuple[Phrase, bool, bool]]:
    """What stands between blanks or quotes: its words, whether quoted, whether unwanted."""
    for minus, quoted, plain in PART.findall(text):
        words = _tokens(quoted or plain)
        if words:
            unwanted = bool(minus) or (plain.startswith("-") and plain[1:2].isalnum())
            yield words, not plain, unwanted


def _tokens(text: str) -> Phrase:
    return tuple(word[:WORD_LENGTH_MAX] for word in TOKEN.findall(text.lower()))


def _longest_name(parts: Sequence[tuple[Phrase, bool, bool]]) -> Phrase:
    """The words at the beginning of *parts* that are together the name of something."""
    found: Phrase = ()
    words: Phrase = ()
    for typed, quoted, minus in parts[:NAME_LENGTH_MAX]:
        if quoted or minus or len(typed) != 1:
            break
        words += typed
        if words in MEANT and len(words) > 1:
            found = words
    return found


def _named(name: Phrase) -> Term:
    others = tuple(way for way in MEANT[name] if way != name)
    ways = (name, *others)
    return Term(ways, apart=(tuple(_forms(word) for word in name),))


def _of_words(words: Phrase, *, quoted: bool, minus: bool, begun: bool) -> Term:
    if quoted or len(words) > 1:
        return Term((words,), minus=minus)
    (word,) = words
    forms = [(form,) for form in _forms(word)]
    names = () if minus else MEANT.get(words) or MEANT.get((_bare(word),), ())
    meant = [other for name in names for other in _widened(name)]
    begun = begun and len(word) >= PREFIX_LENGTH_MIN and word.isalpha()
    return Term(tuple(dict.fromkeys([words, *forms, *meant])), minus=minus, begun=begun)


def _widened(name: Phrase) -> list[Phrase]:
    return [(form,) for form in _forms(name[0])] if len(name) == 1 else [name]


def _bare(word: str) -> str:
    for suffix in SUFFIXES:
        if word.endswith(suffix) and word.removesuffix(suffix) in FORMS:
            return word.removesuffix(suffix)
    return word


def _forms(word: str) -> Phrase:
    """*word* first, then its other forms."""
    return tuple(dict.fromkeys([word, *FORMS.get(_bare(word), ())]))


FORMS: dict[str, Phrase] = {
    form: tuple(line.split()) for line in FAMILIES.strip().splitlines() for form in line.split()
}

MEANT: dict[Phrase, tuple[Phrase, ...]] = {}
for _line in NAMES.strip().splitlines():
    _names = tuple(tuple(name.split()) for name in _line.split("="))
    for _name in _names:
        for _form in _widened(_name):
            MEANT.setdefault(_form, _names)

NAME_LENGTH_MAX = max(map(len, MEANT))
