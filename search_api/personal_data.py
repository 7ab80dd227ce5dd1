"""Does a question look as if it told of a person? When in doubt it does: what is lost is one line of a log."""

from __future__ import annotations

import re

from search_api.folding import fold
from search_api.text_analysis import cut_morphemes

# In folded text. Numbers of people and of their papers are long; a year (2024), a phrase such as 24時間365日, or 1,300件 is none.
_DIGIT = r"[\d〇零一二三四五六七八九]"
_SIGNS = (
    re.compile("@|〒"),
    re.compile(rf"{_DIGIT}{{5,}}"),  # postal codes, telephone, case and insurance numbers, 個人番号 (12 digits)
    re.compile(rf"(?:{_DIGIT}[-() .・/+の]{{0,2}}){{7,}}"),  # the same with separators: 03-1234-5678, 123-4567
    re.compile(r"\d{1,4}[年/.-]\d{1,2}[月/.-]\d{1,2}|\d+月\d+日"),  # a day, as of birth or of a letter
    re.compile(rf"{_DIGIT}+(?:丁目|番地|番\d|-{_DIGIT}+-{_DIGIT}+)|{_DIGIT}+号室"),  # addresses
    re.compile(
        "氏名|名前|住所|電話番号|生年月日|マイナンバー(?:は|が|:)|(?:私|わたし|僕|うち|父|母|夫|妻|息子|娘|祖父|祖母)(?:は|が|の|を)"
    ),
    re.compile("(?<!たく)(?<!皆)(?<!みな)(?:さん|ちゃん|くん)(?!か|ぎょう|せい|しょ)|殿(?!堂)|(?<![a-z])(?:mr|mrs|ms)(?![a-z])"),
    # 様 is also a part of other words, 氏 only of 氏名 and 各氏.
    re.compile("(?<![仕同多模一異有両皆客者民親業])様(?![々式子相態])|氏"),
)


def looks_personal(question: str) -> bool:
    """Whether ``question`` has an address, a number, a name or a title of a person, or speaks of somebody's own affairs.

    Names are those that the dictionary knows. What it does not know, and names in Latin letters, pass.
    """
    text = fold(question).text
    if any(sign.search(text) for sign in _SIGNS):
        return True
    return any("人名" in m.parts_of_speech and {"姓", "名"} & set(m.parts_of_speech) for m in cut_morphemes(text))
