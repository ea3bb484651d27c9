"""Clusters of posts: found without a number being asked for, with names, and the same tomorrow."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from nlp.topic_day import Document
from nlp.topic_mixture import cluster_documents, measure_joint_gain, score_documents
from nlp.topic_state import TopicState, read_state, tabulate_state
from nlp.topic_tracking import FADE_DAYS
from nlp.topic_words import INTEREST, tabulate_words
from tests.topic_world import FINDER, FIRST_DAY, THEMES, measure_background, run_days, write_posts

FIVE = ("露营", "咖啡", "猫咪", "跑步", "烘焙")


def make_window(days: range, themes: tuple[str, ...] = FIVE, each: int = 8) -> list[Document]:
    return [
        post
        for number in days
        for theme in themes
        for post in write_posts(theme, each, FIRST_DAY + timedelta(days=number), 1)
    ]


def theme_of(document: Document) -> str:
    return document.subject_id.partition("-")[0]


def name_themes(window: list[Document]) -> dict[str, Counter[str]]:
    """Themes of the posts of each cluster."""
    found: dict[str, Counter[str]] = {}
    for document in window:
        if document.cluster_id:
            found.setdefault(document.cluster_id, Counter())[theme_of(document)] += 1
    return found


def test_the_mixture_finds_the_themes_and_their_number() -> None:
    window = make_window(range(10))
    random.Random(1).shuffle(window)
    places = {word: at for at, word in enumerate(sorted({w for d in window for w in d.words}))}
    table = tabulate_words([d.words for d in window], places, {w: FINDER.weigh(w) for w in places})
    background = measure_background(table)
    labels = cluster_documents(table, 40, background)
    themes = {
        int(label): {theme_of(window[at]) for at in np.flatnonzero(labels == label)} for label in set(labels)
    }
    assert sorted(len(found) for found in themes.values()) == [1] * len(themes)
    assert len(themes) == 5
    assert np.array_equal(labels, cluster_documents(table, 40, background))


@pytest.mark.filterwarnings("error")
def test_texts_of_the_same_words_are_one_cluster_without_a_warning() -> None:
    words = ["露营", "帐篷", "天幕", "溪边"]
    places = {word: at for at, word in enumerate(words)}
    table = tabulate_words([words] * 40, places, dict.fromkeys(words, 1))
    assert set(cluster_documents(table, 10, measure_background(table))) == {0}


def test_a_document_is_no_evidence_for_itself() -> None:
    background = measure_background(tabulate_words([["甲"], ["乙"]], {"甲": 0, "乙": 1}, {"甲": 1, "乙": 1}))
    counts = np.asarray([[5.0, 0.0]])
    table = tabulate_words([["甲"], ["乙"], []], {"甲": 0, "乙": 1}, {"甲": 1, "乙": 1})
    scores = score_documents(table, counts, background)[:, 0]
    assert scores[0] > 0 > scores[1]
    assert scores[2] == 0


def test_the_same_words_are_one_cluster_and_others_two() -> None:
    background = measure_background(
        tabulate_words([["甲", "乙"]] * 50, {"甲": 0, "乙": 1}, {"甲": 1, "乙": 1})
    )
    one, other = np.asarray([400.0, 0.0]), np.asarray([0.0, 400.0])
    assert measure_joint_gain(one, one, background) > 0 > measure_joint_gain(one, other, background)


def test_clusters_are_born_with_names_and_posts_that_speak_for_them() -> None:
    window = make_window(range(4))
    state, events = run_days(TopicState(), window, 3, 3)
    assert [event.event for event in events] == ["birth"] * 5
    assert {len(themes) for themes in name_themes(window).values()} == {1}
    for key, cluster in state.clusters.items():
        (theme,) = name_themes(window)[key]
        assert all(word in "".join(THEMES[theme]) for word in cluster.label.split("·"))
        assert {exemplar.partition("-")[0] for exemplar in cluster.exemplars} == {theme}
        assert len(cluster.exemplars) == 3


def test_posts_keep_their_cluster_over_thirty_days() -> None:
    window = make_window(range(34))
    state, _ = run_days(TopicState(), window, 3, 3)
    first = {d.subject_id: d.cluster_id for d in window if d.cluster_id}
    state, events = run_days(state, window, 4, 33)
    assert len(first) >= 90
    assert all(d.cluster_id == first[d.subject_id] for d in window if d.subject_id in first)
    assert [len(themes) for themes in name_themes(window).values()] == [1] * 5
    assert not {event.event for event in events} & {"merge", "split"}
    assert sum(cluster.n_posts for cluster in state.clusters.values()) == sum(
        bool(d.cluster_id) for d in window
    )


def test_the_same_days_give_the_same_ids_whatever_the_order_of_posts() -> None:
    window = make_window(range(6))
    one, events = run_days(TopicState(), window, 3, 5)
    again = make_window(range(6))
    random.Random(3).shuffle(again)
    other, same = run_days(TopicState(), again, 3, 5)
    assert set(one.clusters) == set(other.clusters)
    assert sorted(events) == sorted(same)
    assert {d.subject_id: d.cluster_id for d in window} == {d.subject_id: d.cluster_id for d in again}


def test_a_new_theme_is_a_birth_and_a_silent_one_fades_and_comes_back() -> None:
    window = make_window(range(40), FIVE[1:]) + make_window(range(4), ("露营",))
    window += make_window(range(20, 24), ("吉他",)) + make_window(range(30, 32), ("露营",))
    state, _ = run_days(TopicState(), window, 3, 3)
    camping = next(d.cluster_id for d in window if theme_of(d) == "露营" and d.cluster_id)
    state, events = run_days(state, window, 4, 31)
    by_kind = {(event.event, event.cluster_id): (event.day - FIRST_DAY).days for event in events}
    assert by_kind["fade", camping] == 3 + FADE_DAYS + 1
    assert by_kind["revival", camping] == 30
    (born,) = [key for kind, key in by_kind if kind == "birth"]
    assert set(name_themes(window)[str(born)]) == {"吉他"}
    assert by_kind["birth", born] == 20 or by_kind["birth", born] == 21
    assert state.clusters[str(camping)].fate == "live"


def test_a_post_about_an_interest_is_tried_again_when_clusters_have_grown() -> None:
    window = make_window(range(5))
    state, _ = run_days(TopicState(), window, 3, 4)
    camping = next(d.cluster_id for d in window if theme_of(d) == "露营" and d.cluster_id)
    words, day = ("星空", "银河"), FIRST_DAY + timedelta(days=5)
    waiting = Document("星空-一", day, (*words, INTEREST + "09"), "拍到了星空和银河")
    without = Document("星空-二", day, words, "拍到了星空和银河")
    window += [waiting, without]
    state, _ = run_days(state, window, 5, 5)
    assert (waiting.cluster_id, without.cluster_id) == (None, None)
    for post in make_window(range(6, 9), ("露营",)):
        post.words += waiting.words
        window.append(post)
    state, _ = run_days(state, window, 6, 8)
    assert (waiting.cluster_id, without.cluster_id) == (camping, None)


def test_clusters_that_became_one_merge_and_their_posts_go_with_them() -> None:
    window = make_window(range(4), each=12) + make_window(range(4, 23), FIVE[2:])
    state, _ = run_days(TopicState(), window, 3, 3)
    assert len(state.clusters) == 5
    mixed = [
        Document(
            f"{one.subject_id}+", one.day + timedelta(days=3), one.words + other.words, one.text + other.text
        )
        for one, other in zip(
            make_window(range(1, 20), ("露营",), 30), make_window(range(1, 20), ("咖啡",), 30), strict=True
        )
    ]
    state, events = run_days(state, window + mixed, 4, 22)
    merges = [event for event in events if event.event == "merge"]
    assert len(merges) == 1
    assert state.clusters[merges[0].cluster_id].successor == merges[0].other_id
    both = {d.cluster_id for d in window + mixed if theme_of(d) in FIVE[:2] and d.cluster_id}
    assert both == {merges[0].other_id}


def test_a_copy_joins_the_cluster_of_its_words_but_makes_none() -> None:
    window = make_window(range(4), FIVE[:2] + FIVE[3:])
    copies = [
        Document(f"copy-{number}", post.day, post.words, post.text, is_primary=False)
        for number, post in enumerate(write_posts("猫咪", 1, FIRST_DAY, 1) * 40)
    ]
    copies += [
        Document(f"again-{at}", post.day, post.words, post.text, False) for at, post in enumerate(window)
    ]
    state, _ = run_days(TopicState(), window + copies, 3, 3)
    assert [len(themes) for themes in name_themes(window).values()] == [1] * 4
    joined = {d.subject_id.partition("-")[0] for d in copies if d.cluster_id}
    assert joined == {"again"}
    counted = sum(cluster.n_posts for cluster in state.clusters.values())
    assert counted == sum(bool(document.cluster_id) for document in window)


def test_the_state_outlives_the_process() -> None:
    window = make_window(range(8))
    state, _ = run_days(TopicState(), window, 3, 4)
    kept = read_state(*tabulate_state(state), state.newest_day)
    assert kept.clusters == state.clusters
    assert kept.documents == state.documents
    assert {key: dict(words) for key, words in kept.words.items()} == {
        k: dict(w) for k, w in state.words.items()
    }
    assert kept.everything == state.everything


def test_a_day_without_posts_changes_nothing_but_the_day() -> None:
    state, events = run_days(TopicState(), [], 0, 2)
    assert (state.clusters, events) == ({}, [])
    assert state.newest_day == FIRST_DAY + timedelta(days=2)
