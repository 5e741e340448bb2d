"""Reading the periods that officials write: "3 (tiga) tahun", "Terbatas sampai ditetapkannya ...".

`read` never raises and never makes up a date. The readers stand in the order in which they are
asked; the first that understands the words answers. What nobody understands is `UNSTATED`, and
whatever an officer should look at again is not `sure`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from domain.period import Kind, Period, Unit

LENGTH_MAX = 2_000  # characters; a longer text is no period
YEARS_MAX = 100  # a longer length is more likely a slip than a period


def read(words: str) -> Period:
    """The period that *words* speak of, with the words kept as they are."""
    tidied = _tidied(words)
    if len(tidied) > LENGTH_MAX or _CUT_OFF.search(tidied):
        return Period(kind=Kind.UNSTATED, words=words, sure=False)
    if _NOTHING.fullmatch(tidied):
        return Period(kind=Kind.UNSTATED, words=words)
    plain = _without_brackets(tidied)
    text, reservation = _bare(plain.text), plain.reservation
    if not text:  # "Terbatas (5 tahun)": the brackets are all there is
        text, reservation = _bare(reservation), ""
    period = _read(text)
    return replace(
        period,
        words=words,
        condition="; ".join(part for part in (period.condition, reservation) if part),
        sure=period.sure and plain.agree and not _TRAILS_OFF.search(tidied),
    )


def _read(text: str) -> Period:
    for reader in _READERS:
        if period := reader(text):
            return period
    return _period(Kind.UNSTATED, sure=False)


_Reader: TypeAlias = Callable[[str], Period | None]


def _period(
    kind: Kind,
    *,
    number: int | None = None,
    unit: Unit | None = None,
    start: str = "",
    event: str = "",
    condition: str = "",
    until: date | None = None,
    sure: bool = True,
) -> Period:
    """A period whose words are still to be filled in."""
    return Period(
        kind=kind,
        words="",
        number=number,
        unit=unit,
        start=start,
        event=event,
        condition=condition,
        until=until,
        sure=sure,
    )


# Preparing the words

_CUT_OFF = re.compile(r"\[[^\]]*(?:terpotong|tidak terbaca|hilang)", re.I)
_TRAILS_OFF = re.compile(r"(?:\.\.+|…)\W*$")
_NOTHING = re.compile(
    r"\W*(?:(?:n\s?/\s?a|nihil|kosong|tidak ada|tertentu|terbatas|"
    r"(?:belum|tidak) (?:di(?:tentukan|tetapkan|isi|sebut(?:kan)?))|tbd)\W*)?",
    re.I,
)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]?")
_INTRODUCTION = re.compile(
    r"(?:(?:jangka|batas)\s+waktu(?:\s+pengecualian)?(?!\s+(?:tertentu|yang|tidak|tak))|"
    r"masa\s+berlaku|berlaku|terbatas|rahasia|dirahasiakan|ditutup|tertutup|dikecualikan|"
    r"adalah|yaitu|yakni|untuk|pada)\b[\s:,;./-]*",
    re.I,
)


def _tidied(words: str) -> str:
    plain = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cf", "Cs") else letter for letter in words
    )
    return " ".join(re.sub(r"[‐‑‒–—−]", "-", unicodedata.normalize("NFKC", plain)).split())


@dataclass(frozen=True, slots=True)
class _Unbracketed:
    text: str
    reservation: str  # what stood in brackets and is no number
    agree: bool  # False: "3 (lima) tahun"


def _without_brackets(text: str) -> _Unbracketed:
    """Take "(tiga)" out of "3 (tiga) tahun"; any other bracket is a reservation."""
    kept, reservations, agree, at = [], [], True, 0
    for met in _BRACKETS.finditer(text):
        before, inside = text[at : met.start()], met[1].strip()
        kept.append(before)
        at = met.end()
        said = _LAST_NUMBER.search(before.rstrip())
        spelled = _number(inside)
        if said and spelled is not None:
            agree = agree and _number(said[0]) == spelled
        elif _LENGTH.fullmatch(inside) and _LENGTH.search(before):  # "3 tahun (tiga tahun)"
            agree = agree and _length(inside) == _length(before.strip())
        elif inside:
            reservations.append(inside)
    kept.append(text[at:])
    return _Unbracketed(" ".join("".join(kept).split()), "; ".join(reservations), agree)


def _bare(text: str) -> str:
    """*text* without what only announces a period, and without the full stop behind it."""
    text = text.strip(" \t.,;:…'\"“”*-")
    while (met := _INTRODUCTION.match(text)) and met.end():
        text = text[met.end() :]
    return text


# Numbers

# fmt: off
_DIGITS = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4,
    "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
}
# fmt: on
_FIXED = {"sepuluh": 10, "sebelas": 11, "seratus": 100}
_WORD = "|".join([*_DIGITS, *_FIXED, "belas", "puluh", "ratus"])
_NUMBER = rf"(?:\d{{1,6}}|(?:{_WORD})(?:\s+(?:{_WORD}))*)"
_LAST_NUMBER = re.compile(rf"(?<![\w.,/-]){_NUMBER}$", re.I)


def _number(words: str) -> int | None:
    """ "12", "dua belas" -> 12; None where it is no number."""
    words = words.strip().lower()
    if re.fullmatch(r"[0-9]{1,6}", words):
        return int(words)
    if not re.fullmatch(_NUMBER, words):
        return None
    total, digit = 0, None
    for word in words.split():
        if word in _DIGITS and digit is None:
            digit = _DIGITS[word]
        elif word in _FIXED and digit is None:
            total += _FIXED[word]
        elif word in ("belas", "puluh", "ratus") and digit:
            total += {"belas": 10 + digit, "puluh": 10 * digit, "ratus": 100 * digit}[word]
            digit = None
        else:
            return None
    return total + (digit or 0)


# Dates: day, month and four-digit year must all be there

# fmt: off
_MONTHS = {
    "januari": 1, "jan": 1, "februari": 2, "pebruari": 2, "feb": 2, "maret": 3, "mar": 3,
    "april": 4, "apr": 4, "mei": 5, "juni": 6, "jun": 6, "juli": 7, "jul": 7,
    "agustus": 8, "agu": 8, "ags": 8, "agt": 8, "september": 9, "sept": 9, "sep": 9,
    "oktober": 10, "okt": 10, "november": 11, "nopember": 11, "nov": 11, "nop": 11,
    "desember": 12, "des": 12,
}
# fmt: on
_DATE = (
    r"(?:\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{4})"
    r"(?![\d/-])"
)
_TO = r"(?:s\s?[./]\s?d\.?|sd\.?|sampai(?:\s+dengan)?|hingga|-)"
_UNTIL_DATE = re.compile(
    rf"(?:(?:mulai|dari|sejak)?\s*(?:tanggal|tgl\.?)?\s*(?P<start>{_DATE})\s*)?"
    rf"(?P<to>(?:{_TO}|berakhir)(?:\s+pada)?)?\s*(?:tanggal|tgl\.?)?\s*(?P<end>{_DATE})",
    re.I,
)
_LOOKS_DATED = re.compile(
    rf"(?:{_TO}|berakhir|tahun|pada|tanggal|tgl\.?|akhir|awal|\s)*"
    r"(?:\d{1,4}\s?[-/.]\s?\d{1,4}(?:\s?[-/.]\s?\d{1,4})?|\d{4}|"
    rf"(?:\d{{1,2}}\s+)?(?:{'|'.join(_MONTHS)})\.?\s+'?\d{{2,4}})\s*",
    re.I,
)


def _date(words: str) -> date | None:
    """The one date *words* can mean; None where there is none, or where 5/6 could be 6/5."""
    words = words.lower().replace(" .", ".")
    if met := re.fullmatch(r"(\d{1,2})\s+([a-z]+)\.?\s+(\d{4})", words):
        day, month, year = int(met[1]), _MONTHS.get(met[2], 0), int(met[3])
    elif met := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", words):
        year, month, day = int(met[1]), int(met[2]), int(met[3])
    elif met := re.fullmatch(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})", words):
        day, month, year = int(met[1]), int(met[2]), int(met[3])
        if day <= 12 and day != month:
            return None
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _until_date(text: str) -> Period | None:
    """ "s.d. 31 Desember 2027"; a date without "sampai" may be something else, so not sure."""
    if not (met := _UNTIL_DATE.fullmatch(text)):
        return None
    end, start = _date(met["end"]), _date(met["start"]) if met["start"] else None
    if end is None or (met["start"] and (start is None or start > end)):
        return _period(Kind.UNSTATED, sure=False)
    return _period(
        Kind.FIXED_UNTIL, until=end, start=(met["start"] or "").strip(), sure=bool(met["to"])
    )


def _half_a_date(text: str) -> Period | None:
    """A bare year, a month, a two-digit year: no day is made up for it."""
    return _period(Kind.UNSTATED, sure=False) if _LOOKS_DATED.fullmatch(text) else None


# Lengths

_UNITS = {
    "tahun": (Unit.YEARS, 1),
    "thn": (Unit.YEARS, 1),
    "th": (Unit.YEARS, 1),
    "bulan": (Unit.MONTHS, 1),
    "bln": (Unit.MONTHS, 1),
    "minggu": (Unit.DAYS, 7),
    "pekan": (Unit.DAYS, 7),
    "hari": (Unit.DAYS, 1),
}
_UNIT = (
    r"(?:hari\s+(?P<working>kerja)|hari(?:\s+kalender)?|(?:tahun|thn\.?|th\.?|bulan|bln\.?|minggu|"
    r"pekan))(?!\w)"
)
_LENGTH = re.compile(
    rf"(?:(?P<number>{_NUMBER})\s*|(?P<one>se)\s?)(?P<unit>{_UNIT})"
    rf"(?:\s+(?P<months>{_NUMBER})\s*(?:bulan|bln\.?)(?!\w))?",
    re.I,
)
_VAGUE = re.compile(
    r"(?:(?:selama|dalam)\s+)?(?P<vague>(?:maksimal|maks\.?|paling\s+(?:lama|lambat|sedikit|singkat)|"
    r"kurang\s+lebih|sekitar|minimal|sekurang-kurangnya|±)\s+)?(?:jangka\s+waktu\s+)?",
    re.I,
)
_COUNTED_FROM = re.compile(
    r"(?P<word>(?:terhitung\s+)?(?:sejak|mulai|semenjak|dari)|setelah|sesudah|pasca|usai|selesai)"
    r"\s+(?P<what>\S.*)",
    re.I,
)
_DETERMINATION = re.compile(
    r"(?:(?:tanggal|saat|hari)\s+)*(?:di)?(?:penetapan|tetapkan(?:nya)?)"
    r"(?:\s+(?:ini|informasi\s+(?:ini|yang\s+dikecualikan)|(?:surat\s+)?keputusan(?:\s+ini)?|sk))*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Length:
    number: int
    unit: Unit


def _length(text: str) -> _Length | None:
    """The one length *text* begins with, "1 tahun 6 bulan" included."""
    met = _LENGTH.match(text)
    if not met:
        return None
    number = 1 if met["one"] else _number(met["number"])
    if number is None:
        return None
    if met["working"]:
        unit, times = Unit.WORKING_DAYS, 1
    else:
        unit, times = _UNITS[met["unit"].lower().rstrip(".").split()[0]]
    if met["months"] and unit is Unit.YEARS:
        if (months := _number(met["months"])) is None:
            return None
        return _Length(number * 12 + months, Unit.MONTHS)
    return _Length(number * times, unit)


def _lasts(text: str) -> Period | None:
    """A length: from the determination, or after the event that the words name."""
    opening = _VAGUE.match(text)
    at = opening.end() if opening else 0
    met, length = _LENGTH.match(text, at), _length(text[at:])
    if not met or not length:
        return None
    per_year = {Unit.YEARS: 1, Unit.MONTHS: 12, Unit.DAYS: 366, Unit.WORKING_DAYS: 260}
    if not 0 < length.number <= YEARS_MAX * per_year[length.unit]:
        return _period(Kind.UNSTATED, sure=False)
    rest = text[met.end() :].strip(" .,;:…")
    sure = not (opening and opening["vague"])
    if not rest:
        return _period(Kind.YEARS, number=length.number, unit=length.unit, sure=sure)
    if counted := _COUNTED_FROM.fullmatch(rest):
        what = counted["what"].strip(" .,;…")
        if _DETERMINATION.fullmatch(what):
            return _period(
                Kind.YEARS, number=length.number, unit=length.unit, start=what, sure=sure
            )
        return _period(
            Kind.AFTER_EVENT,
            number=length.number,
            unit=length.unit,
            event=what,
            sure=sure and not _LOOKS_DATED.fullmatch(what),
        )
    if _LENGTH.search(rest):  # "2 tahun aktif, 3 tahun inaktif": which of them, is not said
        return _period(Kind.UNSTATED, condition=text, sure=False)
    reserved = re.match(r"(?:sesuai|kecuali|berdasarkan|menurut)\b", rest, re.I)
    return _period(
        Kind.YEARS,
        number=length.number,
        unit=length.unit,
        condition=rest.lstrip("/ "),
        sure=sure and bool(reserved),
    )


# Without a length

_UNLIMITED = re.compile(
    r"(?:selama\s+)?(?:(?:(?:jangka|batas)\s+)?waktu\s+(?:yang\s+)?)?"
    r"(?:(?:tidak|tak|tanpa)\s+(?:ada\s+)?(?:ter|di)?batas(?:i|an)?(?:\s+waktu)?(?:nya)?|permanen|"
    r"(?:untuk\s+)?selama\s?-?\s?lamanya|(?:untuk\s+)?selamanya|(?:dan\s+)?seterusnya|abadi)(?!\w)"
    r"(?P<rest>.*)",
    re.I,
)
_AS_NEEDED = re.compile(
    r"(?:selama|sepanjang|sampai(?:\s+dengan)?\s+tidak)?\s*(?:masih\s+)?(?:jangka\s+)?(?:waktu\s+)?"
    r"(?:yang\s+)?(?:masih\s+)?(?:di(?:butuh|perlu)kan|sesuai\s+(?:dengan\s+)?kebutuhan)(?!\w)"
    r"(?:\s+lagi)?(?P<rest>.*)",
    re.I,
)
_EMPTY_PHRASE = re.compile(
    r"(?:(?:selama|dalam|untuk|sampai(?:\s+dengan)?|hingga)\s+)*(?:pada\s+)?"
    r"(?:(?:jangka|batas|kurun)\s+)?waktu\s+(?:yang\s+)?"
    r"(?:tertentu|(?:akan|belum|tidak)\s+(?:dapat\s+)?di(?:tentukan|tetapkan)|ditentukan)",
    re.I,
)
_OPENED_WHEN = re.compile(
    r"(?:(?:dapat|hanya|baru|akan|boleh)\s+)*(?:di|ter)buka\s+(?:kembali\s+)?"
    r"(?:setelah|sesudah|apabila|jika|bila(?:mana)?|ketika|pada\s+saat|saat|atas|dengan)\s+(?P<event>.+)",
    re.I,
)
_UNTIL = re.compile(
    rf"(?:{_TO.replace('|-', '')}|sebelum|menunggu)(?!\w)\s*(?:dengan\s+)?(?P<event>.+)", re.I
)
_WHILE = re.compile(r"(?:selama|sepanjang)\s+(?P<condition>.+)", re.I)
_THEN_UNTIL = re.compile(
    rf"(?P<condition>.+?)\s+{_TO.replace('|-', '')}(?!\w)\s*(?P<event>.+)", re.I
)
_NOT_YET = re.compile(
    r"(?:.*?\b)?(?P<no>belum|tidak)\s+(?P<event>(?:ada(?:nya)?\s+|men?dapat(?:kan)?\s+|memperoleh\s+)?"
    r"(?P<consent>(?:persetujuan|izin|ijin)\b)?.+)",
    re.I,
)
_REFERENCE = re.compile(
    r"(?:sesuai|menurut|mengikuti|berdasarkan|mengacu)\s+.+|(?:jra|masa\s+retensi|retensi)\b.*",
    re.I,
)


def _unlimited(text: str) -> Period | None:
    if not (met := _UNLIMITED.fullmatch(text)):
        return None
    rest = met["rest"].strip(" .,;:/-…")
    reserved = not rest or rest.lower().startswith(("kecuali", "hanya"))
    return _period(Kind.UNLIMITED, condition=rest, sure=reserved)


def _as_needed(text: str) -> Period | None:
    if not (met := _AS_NEEDED.fullmatch(text)):
        return None
    return _period(Kind.AS_NEEDED, condition=met["rest"].strip(" .,;:/-…"))


def _empty_phrase(text: str) -> Period | None:
    """ "Selama jangka waktu tertentu" has words and says nothing."""
    return _period(Kind.UNSTATED) if _EMPTY_PHRASE.fullmatch(text) else None


def _opened_when(text: str) -> Period | None:
    if not (met := _OPENED_WHEN.fullmatch(text)):
        return None
    return _only_a_length(met["event"]) or _period(Kind.UNTIL_EVENT, event=met["event"])


def _only_a_length(text: str) -> Period | None:
    """ "Setelah 10 tahun": ten years, but counted from what, is not said."""
    lasts = _lasts(text) if _LENGTH.match(text) else None
    return replace(lasts, sure=False) if lasts else None


def _until_event(text: str) -> Period | None:
    if not (met := _UNTIL.fullmatch(text)):
        return None
    event = met["event"].strip(" .,;:…")
    if not event or _half_a_date(event):
        return _period(Kind.UNSTATED, sure=False)
    if inner := (_unlimited(event) or _empty_phrase(event) or _as_needed(event)):
        return inner
    doubtful = re.search(r"\d{4}", event) or _LENGTH.search(event)
    return _period(Kind.UNTIL_EVENT, event=event, sure=not doubtful)


def _while(text: str) -> Period | None:
    """A condition; one that waits for something ("selama belum ...") is an event."""
    if not (met := _WHILE.fullmatch(text)):
        return None
    condition = met["condition"].strip(" .,;:…")
    if not condition:
        return None
    if ended := _THEN_UNTIL.fullmatch(condition):
        opening = text[: met.start("condition")] + ended["condition"]
        return _period(Kind.UNTIL_EVENT, event=ended["event"], condition=opening)
    waits = _NOT_YET.fullmatch(condition)
    if waits and (waits["no"].lower() == "belum" or waits["consent"]):
        return _period(Kind.UNTIL_EVENT, event=re.sub(r"^ada\s+", "", waits["event"], flags=re.I))
    return _period(Kind.WHILE_CONDITION, condition=condition, sure=not _LENGTH.search(condition))


def _after(text: str) -> Period | None:
    """ "Setelah X": presumably open after X, but it does not say so."""
    if not (met := re.fullmatch(r"(?:setelah|sesudah|pasca)\s+(?P<event>.+)", text, re.I)):
        return None
    event = met["event"]
    return _only_a_length(event) or _period(Kind.UNTIL_EVENT, event=event, sure=False)


def _for_life(text: str) -> Period | None:
    met = re.fullmatch(r"(?:selama|se)\s?umur\s+hidup.*", text, re.I)
    return _period(Kind.WHILE_CONDITION, condition=text, sure=False) if met else None


def _by_reference(text: str) -> Period | None:
    """ "Sesuai JRA": a schedule somewhere knows how long, these words do not."""
    met = _REFERENCE.fullmatch(text)
    return _period(Kind.UNSTATED, condition=text, sure=False) if met else None


_READERS: tuple[_Reader, ...] = (
    _until_date,
    _half_a_date,
    _unlimited,
    _as_needed,
    _empty_phrase,
    _lasts,
    _opened_when,
    _for_life,
    _while,
    _until_event,
    _after,
    _by_reference,
)
