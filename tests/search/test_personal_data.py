"""What looks as if it told of a person, and what does not."""

from __future__ import annotations

import pytest

from search_api.personal_data import looks_personal

PERSONAL = [
    "hanako@example.jp に返事がない",
    "０３−１２３４−５６７８",  # telephone, any width and dash
    "(03)1234-5678 から電話",
    "〇九〇一二三四五六七八",
    "1234 5678 9012",  # 個人番号
    "マイナンバーは123456789012です",
    "〒123",
    "123-4567 の学区",  # postal code
    "受付番号 20250012",
    "昭和50年1月2日生まれ",
    "1975/01/02",
    "青葉1丁目の側溝",
    "若葉2-3-4",
    "山田太郎",
    "山田太郎の住民票",
    "佐藤さんの税金",
    "たなか はなこ",
    "花ちゃんの学校",
    "森様の件",
    "氏名 変更",
    "私の保険料が高い",
    "うちの子が学校に行けない",
    "母の介護",
]
IMPERSONAL = [
    "キャッシュレス",
    "はんこをやめたい",
    "窓口の様々な様式の電子化",
    "仕様の統一",
    "お客様の声",
    "子どもの参加",
    "皆さんの声",
    "たくさんの書類",
    "2024年度の目標",
    "令和6年度と令和7年度",
    "1,300件の電話",
    "24時間365日の受付",
    "第2次計画",
    "上下水道の耐震化",
    "マイナンバーカード",
    "プログラミング教育",
    "DX人材の育成",
    "一人暮らしの高齢者",
    "三世代同居",
]


@pytest.mark.parametrize("question", PERSONAL)
def test_what_tells_of_a_person_is_withheld(question: str) -> None:
    assert looks_personal(question)


@pytest.mark.parametrize("question", IMPERSONAL)
def test_questions_about_the_town_are_not(question: str) -> None:
    assert not looks_personal(question)
