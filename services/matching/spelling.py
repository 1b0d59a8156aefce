"""Words that a misspelt or shortened word may stand for, found in the gazetteer's own vocabulary."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import OSA

from services.matching.abbreviations import CANONICAL
from services.matching.normalise import house_style

Meaning = tuple[int, float]
_MOST = 6


class Spelling:
    """Finds vocabulary words one slip away, of the same sound, or of which the written word is a short form.

    Works over the vocabulary, never over the rows, so its cost does not grow with the gazetteer.
    """

    def __init__(self, vocabulary: Mapping[str, int], counts: Sequence[int], places: frozenset[int]) -> None:
        self._vocabulary = vocabulary
        self._counts = counts
        self._places = places
        self._slips: dict[int, list[int]] = defaultdict(list)
        self._sounds: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[str, list[str]] = defaultdict(list)
        self._spelt: dict[int, str] = {}
        self._forms: list[tuple[str, int]] = []
        self._answers: dict[str, tuple[Meaning, ...]] = {}
        for word, known in vocabulary.items():
            if word[0] in "#@" or len(word) < 3 or word.isdigit():
                continue
            self._spelt[known] = word
            for shorter in _shorter(word):
                self._slips[hash(shorter)].append(known)
            self._sounds[sound_of(word)].append(known)
            self._starts[word[:3]].append(word)
        for written, said in CANONICAL.items():
            if len(written) >= 5 and said in vocabulary:
                for shorter in _shorter(written):
                    self._slips[hash(shorter)].append(-1 - len(self._forms))
                self._forms.append((written, vocabulary[said]))

    def meanings(self, word: str) -> tuple[Meaning, ...]:
        """Return (word id, likeness) of what a word may stand for, best first; likeness 1 is the word itself."""
        answer = self._answers.get(word)
        if answer is None:
            answer = self._find(word)
            if len(self._answers) > 50_000:
                self._answers.clear()
            self._answers[word] = answer
        return answer

    def _find(self, word: str) -> tuple[Meaning, ...]:
        if "*" in word:
            return self._shortened(word)
        known = self._vocabulary.get(word)
        found: dict[int, float] = {} if known is None else {known: 1.0}
        rare = known is None or self._counts[known] <= 2
        if rare and len(word) >= 3 and not word.isdigit():
            for one, likeness in self._near(word):
                found.setdefault(one, likeness if known is None else likeness * 0.8)
        if known is None and not found and len(word) >= 5:
            found = dict(self._alike(word))
        if rare and len(word) >= 3:
            for one, likeness in self._longer(word):
                found.setdefault(one, likeness)
        ordered = sorted(found.items(), key=lambda pair: (-pair[1], -self._counts[pair[0]]))
        return tuple(ordered[:_MOST])

    def _near(self, word: str) -> list[Meaning]:
        seen: set[int] = set()
        for shorter in _shorter(word):
            seen.update(self._slips.get(hash(shorter), ()))
        near = []
        for one in seen:
            spelt, one = (self._spelt[one], one) if one >= 0 else self._forms[-1 - one]
            if spelt != word and OSA.distance(word, spelt, score_cutoff=1) == 1:
                length = max(len(word), len(spelt))
                near.append((one, 0.93 if length >= 6 else 0.88 if length >= 5 else 0.8 if length == 4 else 0.6))
        return near

    def _alike(self, word: str) -> list[Meaning]:
        alike = []
        for one in self._sounds.get(sound_of(word), ())[:60]:
            spelt = self._spelt[one]
            slips = OSA.distance(word, spelt, score_cutoff=2)
            if slips <= 2 and len(spelt) >= 5:
                alike.append((one, 0.8))
        if not alike and len(word) >= 7:
            for spelt in self._starts.get(word[:3], ())[:400]:
                if abs(len(spelt) - len(word)) <= 2 and OSA.distance(word, spelt, score_cutoff=2) <= 2:
                    alike.append((self._vocabulary[spelt], 0.75))
        return alike

    def _longer(self, word: str) -> list[Meaning]:
        """A beginning stands for a place of the gazetteer ("roch", "seve") or a common word."""
        longer = []
        for spelt in self._starts.get(word[:3], ()):
            one = self._vocabulary[spelt]
            if len(spelt) >= len(word) + 2 and spelt.startswith(word):
                if one in self._places and self._counts[one] >= 5:
                    longer.append((one, 0.75))
                elif len(word) >= 5 or self._counts[one] >= 10:
                    longer.append((one, 0.6))
        longer.sort(key=lambda pair: (-pair[1], -self._counts[pair[0]]))
        return longer[:3]

    def _shortened(self, word: str) -> tuple[Meaning, ...]:
        head, _, tail = word.partition("*")
        end = tail.rstrip("s")
        fits = [(one, 0.9) for one in self._places if _fits(self._spelt.get(one, ""), head, end)]
        fits.sort(key=lambda pair: -self._counts[pair[0]])
        return tuple(fits[:3]) or self._find(head + tail)

    def mend(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words with stray breaks closed ("stree t") and run-together words opened ("highstreet")."""
        mended: list[str] = []
        at = 0
        while at < len(words):
            word = words[at]
            follower = words[at + 1] if at + 1 < len(words) else ""
            joined = house_style(word + follower)[0] if follower and "*" not in word + follower else ""
            if joined and joined in self._vocabulary and self._breaks(word, follower, joined):
                mended.append(joined)
                at += 2
                continue
            mended.extend(self._opened(word))
            at += 1
        return tuple(mended)

    def _breaks(self, word: str, follower: str, joined: str) -> bool:
        strange = word not in self._vocabulary or follower not in self._vocabulary
        return strange and self._counts[self._vocabulary[joined]] >= 1 and len(joined) >= 2

    def _opened(self, word: str) -> tuple[str, ...]:
        if word in self._vocabulary or len(word) < 7 or "*" in word or self._near(word):
            return (word,)
        best: tuple[int, tuple[str, ...]] = (0, (word,))
        for at in range(3, len(word) - 2):
            head, tail = house_style(word[:at])[0], house_style(word[at:])[0]
            if head in self._vocabulary and tail in self._vocabulary:
                common = min(self._counts[self._vocabulary[head]], self._counts[self._vocabulary[tail]])
                best = max(best, (common, (head, tail)))
        return best[1] if best[0] >= 2 else (word,)


def _fits(spelt: str, head: str, end: str) -> bool:
    """Return whether a word begins and ends so, with at least a letter between."""
    return len(spelt) > len(head) + len(end) and spelt.startswith(head) and spelt.endswith(end)


def _shorter(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def sound_of(word: str) -> str:
    """Return a rough key of how a word sounds: its first letter and its consonants, doubled ones once."""
    said = word.replace("ph", "f").replace("ck", "k").replace("gh", "g").replace("wh", "w").replace("kn", "n")
    said = said.replace("c", "k").replace("q", "k").replace("z", "s").replace("x", "ks").replace("v", "f")
    key = [said[0]]
    for letter in said[1:]:
        if letter not in "aeiouyhw" and letter != key[-1]:
            key.append(letter)
    return "".join(key)
