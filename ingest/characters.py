"""One form of Japanese text for parsers and index.

PDF fonts, Word and hand-made dumps print the same word in many codes: 住⺠ (CJK radical) and 住民, ＩＣＴ and ICT, ～ and 〜. ``normalise`` folds
what means the same and keeps what carries structure: ① would become 1 by NFKC and glue to the number behind it, ㎡ would become m2, … three
full stops. Printed typos are kept. Of Cyrillic and Greek letters only exact look-alikes inside a Latin word are mended (ІCТ → ICT); others
(デバйд) are left for ``find_foreign_letters`` to report and for fuzzy matching, because they are no look-alikes one to one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# CJK radicals → the kanji that Japanese text means. Sources: Unicode EquivalentUnifiedIdeograph.txt for the supplement (NFKC knows only two of
# its 115 characters); where that names a component outside JIS X 0213, the kanji itself (⺮ → 竹). Chinese simplified forms are left alone.
_RADICALS_SUPPLEMENT = (
    "⺁厂⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尢⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目"
    "⺬示⺭礻⺮竹⺯糸⺱罓⺲罒⺳网⺴冗⺵网⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻆角⻇角⻊足⻌辶⻍辶⻎辶⻏邑⻑長⻒镸⻕阜⻖阝⻗雨⻘青⻝食⻞食⻟飠"
    "⻡首⻣骨⻤鬼⻨麦⻩黄⻫斉⻭歯⻯竜⻱龜⻲亀"
)
# Kangxi radicals that NFKC maps to a form no Japanese text is written with (⼾ → 戶), and strokes that fonts share with a kanji.
_KANGXI_AND_STROKES = "⼾戸⾭青⿈黄⿊黒㇐一㇑丨㇒丿㇓丿㇔丶㇚亅㇠乙"
_DINGBATS = "➀①➁②➂③➃④➄⑤➅⑥➆⑦➇⑧➈⑨➉⑩"
# Hyphens and minus signs are one sign. The long dashes — and ― stay (they stand alone for "no value" and inside titles) but become one.
# ー is not folded from dashes: セブン－イレブン and サ－ビス cannot be told apart by code.
_DASHES_AND_WAVES = "‐-‑-‒-–-−-﹣-―—～〜∼〜〰〜⦅｟⦆｠"
# Chromium and LibreOffice write the middle dot of Japanese as one of these.
_DOTS = "·・‧・∙・⋅・"
_PAIRS = _RADICALS_SUPPLEMENT + _KANGXI_AND_STROKES + _DINGBATS + _DASHES_AND_WAVES + _DOTS

# Invisible format characters: zero-width blanks and joiners, soft hyphen, byte order mark, direction marks, variation selectors.
_INVISIBLE = [0xAD, 0x34F, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
_INVISIBLE += [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
_CONTROLS = [c for c in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029) if c not in (0x09, 0x0A)]

_FOLD = str.maketrans(
    dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)) | dict.fromkeys(map(chr, _INVISIBLE), "") | dict.fromkeys(map(chr, _CONTROLS), " ")
)

# Runs that NFKC must not see: enclosed and superior numbers, fractions, Roman numerals, №, ㎡, …, spacing accents, ｟｠.
_KEPT = re.compile(
    "[\xa8\xaa\xaf\xb2-\xb5\xb8-\xba\xbc-\xbe\u02d8-\u02dd\u2017\u2024-\u2026\u203e\u2057\u2070-\u209f\u2100-\u214f\u2150-\u218f\u2460-\u24ff"
    "\u2776-\u2793\u309b\u309c\u3192-\u319f\u3200-\u32fe\u3358-\u337a\u3380-\u33ff\ufe19\ufe30\uff5f\uff60\uffe3"
    "\U0001f100-\U0001f1ff\U0001f200-\U0001f2ff]+"
)
# What is folded already, most of a document: ASCII but the tilde, marks, kana and kanji. Nothing here is folded, composed or mended.
_FOLDED = re.compile("[\t\n -}、-〛ぁ-ゖァ-ー一-鿿]*")
_KEPT_LINES = 1 << 14  # each line is folded for the search of titles, for the parsers and for the frameworks
# A tilde is a wave dash unless it belongs to an address or a Latin word (/~name).
_TILDE = re.compile(r"(?<![/=A-Za-z0-9_.])~(?![/A-Za-z_])|(?<=\d)~(?=\d)")

# Letters whose capital (and the few small ones) look exactly like a Latin letter in every font.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЅЈаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXISJaeopcyxisjABEZHIKMNOPTYXo")
_MIXED_WORD = re.compile(r"[A-Za-zͰ-ӿ]+")
_FOREIGN = re.compile(r"[Ͱ-ϿЀ-ӿ]+")
_MENDABLE = re.compile(r"[A-Za-zАВЕКМНОРСТУХІЅЈаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο]+")


def normalise(text: str) -> str:
    """One printed line → the form that parsers and index see.

    Blanks keep their number and place (runs of them encode empty table cells, a trailing one the end of a paragraph); tab and line feed stay,
    other control characters become a blank. Idempotent; the sequence of decimal digits is kept.
    """
    return text if _FOLDED.fullmatch(text) else _fold(text)


@lru_cache(_KEPT_LINES)
def _fold(text: str) -> str:
    text = text.translate(_FOLD)
    if not text.isascii():
        text = _compose(text).translate(_FOLD)
        text = _TILDE.sub("〜", text)
        text = _MIXED_WORD.sub(_mend_look_alikes, text)
    return text


def _compose(text: str) -> str:
    """NFKC of everything but the kept runs; a second pass catches what the first one composed across (rare, ends at once)."""
    pieces: list[str] = []
    end = 0
    for kept in _KEPT.finditer(text):
        pieces += (unicodedata.normalize("NFKC", text[end : kept.start()]), kept[0])
        end = kept.end()
    pieces.append(unicodedata.normalize("NFKC", text[end:]))
    return "".join(pieces)


def _mend_look_alikes(match: re.Match[str]) -> str:
    word = match[0]
    if word.isascii() or not _MENDABLE.fullmatch(word) or not re.search(r"[A-Za-z]", word):
        return word
    return word.translate(_LOOK_ALIKES)


def find_foreign_letters(text: str) -> list[str]:
    """Runs of Cyrillic or Greek letters that stand next to Japanese letters: a sign of a broken font map (デバйд対策 → ["йд"]).

    A lone Greek letter is left out, it is used on purpose (α波, β版, Ω).
    """
    found = []
    for run in _FOREIGN.finditer(text):
        neighbours = text[max(0, run.start() - 1) : run.start()] + text[run.end() : run.end() + 1]
        greek_letter = len(run[0]) == 1 and run[0] < "\u0400"
        if not greek_letter and any(is_japanese(c) for c in neighbours):
            found.append(run[0])
    return found


def is_japanese(character: str) -> bool:
    """True for kana, kanji and the marks that belong to them (ー 々 〇)."""
    return "\u3041" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or character in "々〇〆" or character > "\U0001ffff"


# What stands beside a blank that separates words: ASCII, Latin, Greek and Cyrillic letters, × and curly quotes. All else is set without blanks.
_WESTERN_CLASS = r"!-~\u00a1-\u052f\u2018-\u201d"
_BLANKS = r"[ \t\n\u3000]+"
_SPARE_BLANK = re.compile(rf"(?<=[^{_WESTERN_CLASS}\s]){_BLANKS}|{_BLANKS}(?=[^{_WESTERN_CLASS}\s])")
_BLANK_RUN = re.compile(_BLANKS)
_SPACED_CAPITALS = re.compile(r"(?<![A-Za-z0-9])[A-Z](?: [A-Z])+(?![A-Za-z0-9])")
_ADDRESS_END = re.compile(r"https?://\S*$")


def join_lines(parts: Iterable[str]) -> str:
    """Join the wrapped lines of one paragraph or cell and set its blanks as Japanese does. Only blanks are taken away or put in.

    >>> join_lines(["子", "ども施設課"]), join_lines(["Activity Based", "Working"]), join_lines(["・ 電 子 申 請", "DX 推進"])
    ('子ども施設課', 'Activity Based Working', '・電子申請DX推進')
    """
    text = ""
    for part in parts:
        piece = part.strip(" \t\n\u3000")
        if text and piece:
            text += "" if _continues_word(text, piece) else " "
        text += piece
    text = _SPARE_BLANK.sub("", text)
    text = _BLANK_RUN.sub(" ", text)
    return _SPACED_CAPITALS.sub(lambda match: match[0].replace(" ", ""), text)


def _continues_word(left: str, right: str) -> bool:
    """True where a line end cuts a Latin word, number or address: Wi-/Fi, 1,/300, https://www.city./example.lg.jp."""
    if left.endswith(("-", "/", "_", "(")) or right.startswith((")", "/", ",")):
        return True
    cut_number = len(left) > 1 and left[-1] in ",." and left[-2].isdigit() and right[0].isdigit()
    return cut_number or bool(_ADDRESS_END.search(left[-200:]) and right[0].isascii())
