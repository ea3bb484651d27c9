"""Texts and the aspect lexicon in -> which aspects each clause speaks of, how it judges them, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nlp.automaton import compile_phrases
from nlp.lexicon import SHIPPED, LexiconError, read_yaml

SHIPPED_ASPECTS = SHIPPED / "aspects.yaml"
ASPECTS = (
    "efficacy", "quality", "material", "look", "fit", "taste", "price", "packaging", "delivery", "service",
    "authenticity", "ease", "durability",
)  # fmt: skip
"""The aspects of METRICS 5.7, in its order."""
POLARITIES = ("negative", "neutral", "positive")

_LISTS = ("good", "bad", "flat", "negations", "affirmed", "contrasts", "ironies", "unreal", "unmeant")
_STOPS = r"[,，.。!！?？;；~～…\n]+|\s{2,}|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])"
_REACH = 4
"""Characters before an opinion within which a negation reaches it."""
_ASKS_NOTHING = re.compile(r"[这那什怎多要]么|[要需追]求|多少(?=有|会|还是)")
"""Words that hold a word of asking and do not ask: 这么好看, 没什么效果, 要求不高, 多少有点贵."""
_COMPARING = re.compile("不如|比不上")
_WORSE_THAN = re.compile(
    r"(?:没有?[^没有,，。]{1,8}|(?:不如|比不上)[^,，。]{1,8})(?=好|强|香|大|快|舒服|好看|好用|好吃|实惠|稳|精致|划算)"
)
_BETTER_THAN = re.compile(
    r"没有?(?![^,，。]*过)(?:[^没还都却就也,，。]{0,7}那[么幺]的?"
    r"|[^没有,，。]{0,6}(?:店|柜|超市|商场|别家|别人|别的|其[他它]|想[象像]|预想|网上|外面|传说|[说述论]的|上次|以前|之前|[老旧]款|上一)[^没有,，。]{0,4})$"
)
"""Before a fault: that it is less than elsewhere (没有实体店贵); 没见过这么差的 says the contrary."""
_FEARED = re.compile(
    r"(?:(?:(?<![特分个区级性类识辨告差])别|勿|不要|莫)再?(?:买到?|发|给我|收到|来|是|有|太|[那这]么)"
    r"|(?<![可恐哪不])怕[^,，。]{0,4}|(?<!不)(?<!不用)(?<!不必)担心[^,，。]{0,4}|以免|免得|谨防|以防|(?<!不)小心)$"
)
"""Before a fault: that it might be, not that it is."""
_DENIED = re.compile(
    r"(?:啥的|什么的|之类的?)?(?:一点儿?|丝毫|半点)?(?:[都也]|几乎|完全|基本)?(?:没有?|木有)[了的啊呀哦呢哈]*$"
    r"|[也并还都倒]?(?:不(?:太|算|是很|怎么)?(?:大|明显|严重|重|强|浓|(?<!差不)多)(?![气方好行要视对合新稳像清])|[很挺极]?(?:非常|比较|特别)?(?:小|少|轻微|淡|轻)的?[啊呀哦呢哈]*$)"
)
"""Behind a fault: that there is none, or little of it (一点异味都没有, 色差不大)."""


class Opinion(NamedTuple):
    """One clause's judgement of one aspect."""

    aspect: str
    polarity: str
    """negative, neutral or positive."""
    start: int
    """First character of what says it."""
    end: int
    is_said: bool
    """True where a word of the clause judges; False where it only names the aspect."""
    is_plain: bool = False
    """True where one phrase both names and judges the aspect (物流快)."""
    is_turned: bool = False
    """True where what stands around a fault says it is none (没有实体店贵) or only feared (别买到假货)."""


class _Judged(NamedTuple):
    """What one phrase says where it stands."""

    sign: int
    start: int
    end: int
    is_turned: bool


@dataclass(frozen=True)
class AspectLexicon:
    """Which phrases name an aspect and which judge one."""

    names: Mapping[str, str]
    """Aspect -> its Chinese name."""
    aspects_by_cue: Mapping[str, tuple[tuple[str, int], ...]]
    """Phrase -> aspects it names, each with the sign it judges it by (0 for none)."""
    signs: Mapping[str, int]
    """Phrase that judges any aspect -> its sign."""
    negations: tuple[str, ...]
    affirmed: re.Pattern[str]
    """Words that hold a negation and deny nothing behind them: 特别, 不仅; 不错 and 没用, which judge."""
    clauses: re.Pattern[str]
    """What parts clauses: marks and words of contrast."""
    find: re.Pattern[str]
    ironies: re.Pattern[str]
    unreal: re.Pattern[str]
    version: str

    def find_opinions(self, text: str) -> list[Opinion]:
        """Opinions of a normalised text in lower case, clause by clause, one for an aspect and clause."""
        opinions: list[Opinion] = []
        is_ironic = self.ironies.search(text) is not None
        for start, end in self.split_clauses(text):
            opinions += self._read_clause(text, start, end, is_ironic)
        return opinions

    def split_clauses(self, text: str) -> Iterator[tuple[int, int]]:
        """First and past-the-last character of each clause."""
        begin = 0
        for stop in self.clauses.finditer(text):
            # A question mark belongs to the clause it closes.
            end = stop.end() if stop[0][0] in "?？" else stop.start()
            if end > begin:
                yield begin, end
            begin = stop.end()
        if begin < len(text):
            yield begin, len(text)

    def _read_clause(self, text: str, start: int, end: int, is_ironic: bool) -> list[Opinion]:
        hits = list(self.find.finditer(text, start, end))
        if not hits:
            return []
        clause = self.affirmed.sub(_blank, text[start:end])
        named: dict[str, _Judged] = {}
        general: _Judged | None = None
        for hit in hits:
            for aspect, sign in self.aspects_by_cue.get(hit[0], ()):
                if aspect not in named or (sign and not named[aspect].sign):
                    named[aspect] = self._judge(clause, start, hit, sign)
            if hit[0] in self.signs and (general is None or not general.sign):
                general = self._judge(clause, start, hit, self.signs[hit[0]])
        is_unreal = self._is_unreal(text, start, end)
        opinions = []
        for aspect, (sign, begin, past, is_turned) in named.items():
            is_said = is_plain = sign != 0
            if not sign and general is not None:
                sign, is_said, is_turned = general.sign, True, is_turned or general.is_turned
                begin, past = min(begin, general.start), max(past, general.end)
            if is_unreal:
                sign = 0
            elif is_ironic and sign > 0:
                sign = -1
            opinions.append(Opinion(aspect, POLARITIES[sign + 1], begin, past, is_said, is_plain, is_turned))
        return opinions

    def _is_unreal(self, text: str, start: int, end: int) -> bool:
        """Whether a clause asks or wishes."""
        found = self.unreal.search(text, start, end)
        while found is not None:
            stated = _ASKS_NOTHING.finditer(text, max(start, found.start() - 1), end)
            if not any(each.start() <= found.start() < each.end() for each in stated):
                return True
            found = self.unreal.search(text, found.end(), end)
        return False

    def _judge(self, clause: str, begin: int, hit: re.Match[str], sign: int) -> _Judged:
        """An opinion after negation, fear and comparison; `clause`, from `begin`, has no affirmed words."""
        start, end = hit.start() - begin, hit.end() - begin
        if not sign:
            return _Judged(0, *hit.span(), False)
        if sign < 0 and _FEARED.search(clause[:start]):
            return _Judged(0, *hit.span(), True)
        before = clause[max(0, start - _REACH) : start]
        count, place = 0, 0
        while place < len(before):
            found = next((word for word in self.negations if before.startswith(word, place)), None)
            count += found is not None
            place += len(found) if found else 1
        if count:
            return _Judged(-sign if count % 2 else sign, *hit.span(), False)
        if sign > 0:
            return _Judged(-1 if _WORSE_THAN.search(clause, 0, end + 1) else 1, *hit.span(), False)
        is_turned = (_BETTER_THAN.search(clause, 0, start) or _DENIED.match(clause, end)) is not None
        return _Judged(1 if is_turned else -1, *hit.span(), is_turned)


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match[0])


def read_aspects(path: Path = SHIPPED_ASPECTS) -> AspectLexicon:
    """The lexicon of a file; LexiconError when an aspect or a list is missing."""
    content, version = read_yaml(path)
    if not isinstance(content, dict) or set(content) != {"aspects", *_LISTS}:
        raise LexiconError(f"{path}: expected exactly the fields aspects, {', '.join(_LISTS)}.")
    aspects = content["aspects"]
    if not isinstance(aspects, dict) or sorted(aspects) != sorted(ASPECTS):
        raise LexiconError(f"{path}: expected exactly the aspects {', '.join(ASPECTS)}.")
    cues: dict[str, dict[str, int]] = {}
    for aspect, entry in aspects.items():
        for key, sign in (("cues", 0), ("good", 1), ("bad", -1)):
            for phrase in _read_phrases(entry, key, path):
                cues.setdefault(phrase, {})[aspect] = sign
    signs = {
        phrase: sign
        for key, sign in (("flat", 0), ("good", 1), ("bad", -1))
        for phrase in _read_phrases(content, key, path)
    }
    negations = sorted(_read_phrases(content, "negations", path), key=len, reverse=True)
    judged = [phrase for phrase, found in cues.items() if any(found.values())] + list(signs)
    denials = [
        phrase
        for phrase in judged
        if any(word in phrase for word in negations) and not _COMPARING.search(phrase)
    ]
    contrasts = sorted(map(re.escape, _read_phrases(content, "contrasts", path)), key=len, reverse=True)
    return AspectLexicon(
        names={aspect: str(entry["zh"]) for aspect, entry in aspects.items()},
        aspects_by_cue={phrase: tuple(found.items()) for phrase, found in cues.items()},
        signs=signs,
        negations=tuple(negations),
        affirmed=compile_phrases([*_read_phrases(content, "affirmed", path), *denials]),
        clauses=re.compile(f"{_STOPS}|{'|'.join(contrasts)}"),
        find=compile_phrases([*cues, *signs, *_read_phrases(content, "unmeant", path)]),
        ironies=compile_phrases(_read_phrases(content, "ironies", path)),
        unreal=compile_phrases(_read_phrases(content, "unreal", path)),
        version=version,
    )


def _read_phrases(entry: Mapping[str, object], key: str, path: Path) -> Sequence[str]:
    phrases = entry.get(key)
    if not isinstance(phrases, list) or not phrases:
        raise LexiconError(f"{path}: `{key}` must be a list of phrases.")
    return [str(phrase).lower() for phrase in phrases]
