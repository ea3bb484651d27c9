"""Training: tokens, batches, blend without PyTorch; one whole tiny run where it is."""

from __future__ import annotations

import random
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tokenizers import Tokenizer

from nlp.calibration import Blend, expected_calibration_error, measure_surest, softmax
from nlp.encoder import Encoder
from nlp.errors import TrainingError
from nlp.training.batches import TokenTable, pad_batch, plan_batches, split_tokens
from nlp.training.blend import fit_blend
from nlp.training.config import LinearSettings, TrainingConfig, read_config
from nlp.training.corpora import Example, read_labelled, read_pretraining_texts
from nlp.training.linear import fit_linear
from nlp.training.run import train_encoder
from nlp.training.tokenizer import build_tokenizer, list_characters
from nlp.training.vectors import build_token_vectors

THINGS = ("裤子", "面膜", "手机", "充电宝", "口红", "帐篷", "咖啡机", "猫粮", "耳机", "洗发水")
PHRASES = {
    "positive": ("质量很好", "非常满意", "做工精细", "味道很香", "物流很快", "性价比高", "值得回购"),
    "negative": ("质量太差", "非常失望", "不好用", "味道难闻", "物流太慢", "态度恶劣", "用了两天就坏了"),
    "neutral": ("昨天下单的", "还没拆开", "在哪里买的", "多少钱一个", "是什么牌子", "有没有黑色的"),
}
TINY = """
seed: 5
splits: {validation_share: 0.15, test_share: 0.15}
tokenizer: {vocabulary_size: 400, alphabet_size: 350, min_emote_count: 2}
shape: {layers: 1, width: 32, attention_heads: 2, max_tokens: 32}
pretraining: {steps: 20, tokens_per_batch: 512, warmup_steps: 5, max_tokens: 32,
  rival_tokens: 60, checkpoint_minutes: 0}
finetuning: {epochs: 2, tokens_per_batch: 512, max_tokens: 32, average_decay: 0.9, learning_rate: 0.001,
  consistency: 0.5, checkpoint_minutes: 0}
linear: {orders: [1, 2], bits: 12}
"""


STOPS = (10, 30)
"""Steps of pre-training and of fine-tuning at which the run is broken off."""


def _write_reviews(rng: random.Random, label: str) -> dict[str, str]:
    phrase, other = rng.choice(PHRASES[label]), rng.choice(PHRASES[label])
    end = rng.choice(["", "！", "[doge]", "😂"])
    return {"text": f"{rng.choice(THINGS)}{phrase}，{other}{end}{rng.randrange(99)}", "label": label}


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled sets in the true layout, with texts made from phrases."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "sentiment").mkdir()
    (folder / "pretrain").mkdir()
    rng = random.Random(3)
    reviews = [
        {**_write_reviews(rng, rng.choice(["positive", "negative"])), "category": "衣服"} for _ in range(300)
    ]
    comments = [_write_reviews(rng, rng.choice(list(PHRASES))) for _ in range(700)]
    pq.write_table(pa.Table.from_pylist(reviews), folder / "sentiment" / "shopping_reviews.parquet")
    pq.write_table(pa.Table.from_pylist(comments), folder / "sentiment" / "douyin_comments_silver.parquet")
    titles = [{"text": row["text"], "source": "titles"} for row in comments] + [
        {"text": f"今日热搜{number}号话题", "source": "titles"} for number in range(50)
    ]
    pq.write_table(pa.Table.from_pylist(titles), folder / "pretrain" / "texts.parquet")
    (folder / "topics").mkdir()
    headlines = [
        {"text": f"{rng.choice(THINGS)}{rng.choice(words)}{rng.randrange(99)}", "label": label}
        for label, words in {"tech": ("发布", "跑分"), "fashion": ("穿搭", "走秀")}.items()
        for _ in range(60)
    ]
    pq.write_table(pa.Table.from_pylist(headlines), folder / "topics" / "headlines_18.parquet")
    return folder


def _read(folder: Path) -> list[Example]:
    return read_labelled(folder, seed=5, validation_share=0.15, test_share=0.15)


def test_no_text_kept_for_validation_or_test_is_pretrained_on(data_folder: Path) -> None:
    examples = _read(data_folder)
    kept = {example.text for example in examples if example.split != "train"}
    texts = read_pretraining_texts(data_folder, examples, {"other": 1.0}, seed=5)
    assert kept
    assert not kept & set(texts)
    assert any("热搜" in text for text in texts)
    doubled = read_pretraining_texts(data_folder, examples, {"other": 1.0, "titles": 2.0}, seed=5)
    assert doubled.count("今日热搜1号话题") == 2


def test_two_readings_of_a_text_are_as_far_apart_as_their_scores_over_the_heads_it_is_labelled_for() -> None:
    torch = pytest.importorskip("torch")
    from nlp.training.finetune import measure_distance

    same = torch.tensor([[2.0, 0.0], [1.0, 3.0]]).repeat(2, 1)
    other = torch.tensor([[0.0, 0.0], [5.0, 5.0], [0.0, 9.0], [9.0, 0.0]])
    known, unknown = torch.zeros(4, 2, dtype=torch.long), torch.full((4, 2), -1)
    assert measure_distance([same, same], known).item() == 0
    assert measure_distance([same, other], torch.stack((known[:, 0], unknown[:, 0]), dim=1)).item() == 0
    first = torch.stack((known[:, 0], torch.tensor([0, -1, 0, -1])), dim=1)
    expected = (
        0.5 * (torch.tensor([0.5, 0.5]) - other[2].softmax(0)) @ (-other[2].log_softmax(0) - np.log(2)) / 2
    )
    assert measure_distance([same, other], first).item() == pytest.approx(expected.item(), rel=1e-4)


def test_hidden_tokens_are_told_from_themselves_and_a_draw_that_stands_for_the_rest() -> None:
    torch = pytest.importorskip("torch")
    from nlp.training.pretrain import choose_rivals

    hidden = np.array([7, 900, 7, 12])
    rivals = choose_rivals(hidden, 1000, 100, (1, 4))
    assert rivals.tokens[:3].tolist() == [7, 12, 900]
    assert len(set(rivals.tokens.tolist())) == 103
    assert np.exp(rivals.weights).sum() == pytest.approx(1000, rel=1e-5)
    scores = torch.from_numpy(np.random.default_rng(2).normal(size=1000).astype(np.float32))
    everything = scores.logsumexp(0).item()
    drawn = (choose_rivals(hidden, 1000, 100, (1, step)) for step in range(400))
    sums = [(scores[one.tokens] + one.weights).exp().sum().item() for one in drawn]
    assert np.log(np.mean(sums)) == pytest.approx(everything, abs=0.02)
    whole = choose_rivals(hidden, 1000, 5000, (1, 4))
    assert len(whole.tokens) == 1000
    assert not whole.weights.any()


def test_frequent_words_emoji_and_emotes_are_tokens() -> None:
    texts = ["质量很好[doge]😂", "质量太差[捂脸]😂", "质量一般[doge]"] * 40
    tokenizer = build_tokenizer(texts, vocabulary_size=300, alphabet_size=100, min_emote_count=30)
    assert tokenizer.encode("质量很好[doge]😂", add_special_tokens=False).tokens[-2:] == ["[doge]", "😂"]
    assert "质量" in tokenizer.get_vocab()
    assert tokenizer.encode("好").tokens[0] == "[CLS]"


def test_the_same_texts_make_the_same_tokenizer_where_rare_characters_are_equally_rare() -> None:
    rare = "铚屮颢冖沤亅衽摈虢痢蹼"
    texts = ["今天买的拼豆很好看", "这个面膜补水效果好"] * 40 + [
        f"{character}好看的" for character in rare
    ] * 3
    made = {
        build_tokenizer(texts, vocabulary_size=300, alphabet_size=22, min_emote_count=2).to_str()
        for _ in range(6)
    }
    assert len(made) == 1
    known = Tokenizer.from_str(made.pop()).get_vocab()
    assert [character for character in sorted(rare) if character in known] == sorted(rare)[:5]


def test_split_words_are_read_character_by_character_by_the_seed() -> None:
    texts = ["质量很好", "质量太差"] * 40
    tokenizer = build_tokenizer(texts, vocabulary_size=300, alphabet_size=100, min_emote_count=30)
    words = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts[:2]]
    table = TokenTable.from_lists([*words, []])
    whole = split_tokens(table, list_characters(tokenizer), 1.0, (1, 2))
    assert whole.lengths.tolist() == [4, 4, 0]
    assert [tokenizer.id_to_token(int(number)) for number in whole.ids] == list("质量很好质量太差")
    assert np.array_equal(split_tokens(table, list_characters(tokenizer), 0.0, (1, 2)).ids, table.ids)


def test_batches_hold_every_text_once_within_the_budget() -> None:
    lengths = np.random.default_rng(2).integers(1, 60, 500)
    batches = plan_batches(lengths, tokens_per_batch=512, seed=4, epoch=1)
    assert sorted(np.concatenate(batches).tolist()) == list(range(500))
    assert max((lengths[rows].max() + 2) * len(rows) for rows in batches) <= 512
    again = plan_batches(lengths, tokens_per_batch=512, seed=4, epoch=1)
    assert all(np.array_equal(left, right) for left, right in zip(batches, again, strict=True))


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    table = TokenTable.from_lists([list(range(10, 30)), [10]])
    ids, mask = pad_batch(table, np.array([0, 1]), 6, first=2, last=3, pad=0)
    assert ids.tolist() == [[2, 10, 11, 28, 29, 3], [2, 10, 3, 0, 0, 0]]
    assert mask.sum(axis=1).tolist() == [6, 3]


def test_vectors_of_words_used_alike_are_close() -> None:
    rng = np.random.default_rng(1)
    sentences = [[10 + int(rng.integers(2)), 20, 21] for _ in range(300)]
    sentences += [[12, 30, 31] for _ in range(300)]
    table = TokenTable.from_lists(sentences)
    vectors = build_token_vectors(table, vocabulary_size=40, width=8, window=2, seed=1)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert unit[10] @ unit[11] > unit[10] @ unit[12] + 0.3


def test_the_linear_model_and_the_blend_learn_from_phrases(data_folder: Path) -> None:
    examples = _read(data_folder)
    model = fit_linear(
        [example for example in examples if example.split == "train"],
        LinearSettings(orders=(1, 2), bits=14),
        seed=1,
    )
    kept = [example for example in examples if example.split != "train"]
    margins = model.score([example.text for example in kept])
    blend = fit_blend(np.zeros((len(kept), 3)), margins, kept)
    probabilities = softmax(blend.combine(np.zeros((len(kept), 3)), margins))
    labels = np.array([("negative", "neutral", "positive").index(example.label) for example in kept])
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.95
    assert Blend.from_mapping(blend.to_mapping()) == blend


def test_scores_that_say_nothing_become_no_number() -> None:
    rows = softmax(np.array([[0.0, 0.0, 0.0], [np.nan, 1, 2], [np.inf, 0, 0], [1.0, 2.0, 3.0]]))
    assert np.isnan(rows[:3]).all()
    assert rows[3].sum() == pytest.approx(1)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    probabilities = np.array([[0.8, 0.2]] * 10)
    labels = np.array([0] * 6 + [1] * 4)
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.2)


def test_calibration_error_is_of_the_class_that_is_said_where_it_is_not_the_likeliest() -> None:
    probabilities = np.array([[0.6, 0.4]] * 10)
    labels, said = np.array([1] * 4 + [0] * 6), np.array([1] * 10)
    assert expected_calibration_error(probabilities, labels, said) == pytest.approx(0.0)
    assert expected_calibration_error(probabilities, labels[::-1], 1 - said) == pytest.approx(0.0)


def test_the_surest_texts_alone_are_judged_where_the_model_abstains_on_the_others() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.55, 0.45], [0.6, 0.4]])
    labels = np.array([0, 0, 0, 1, 0])
    assert measure_surest(probabilities, labels, 1.0) == pytest.approx(0.6)
    assert measure_surest(probabilities, labels, 0.8) == pytest.approx(0.75)
    assert measure_surest(probabilities, labels, 0.4) == 1.0


def test_the_shipped_config_is_read_and_a_wrong_one_named(tmp_path: Path) -> None:
    assert isinstance(read_config(), TrainingConfig)
    path = tmp_path / "c.yaml"
    path.write_text("shape: {layers: none}", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"shape\.layers"):
        read_config(path)
    path.write_text("layers: 3", encoding="utf-8")
    with pytest.raises(TrainingError, match="layers"):
        read_config(path)
    with pytest.raises(TrainingError, match="cannot be read"):
        read_config(tmp_path / "none.yaml")


@pytest.mark.skipif(find_spec("torch") is not None, reason="says what to do where PyTorch is absent")
def test_training_without_pytorch_says_what_to_install(data_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="extra"):
        train_encoder(None, data_folder, tmp_path / "out")


def test_an_interrupted_run_ends_in_the_same_bytes_as_an_unbroken_one(
    data_folder: Path, tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    config = tmp_path / "tiny.yaml"
    config.write_text(TINY, encoding="utf-8")

    class Interrupted(Exception):
        pass

    def stop_at(step: int) -> None:
        def stop(done: int, total: int) -> None:
            if done >= step:
                raise Interrupted

        with pytest.raises(Interrupted):
            train_encoder(config, data_folder, tmp_path / "broken", on_progress=stop)

    unbroken = train_encoder(config, data_folder, tmp_path / "unbroken")
    for step in STOPS:
        stop_at(step)
    resumed = train_encoder(config, data_folder, tmp_path / "broken")
    assert (resumed / "manifest.json").read_bytes() == (unbroken / "manifest.json").read_bytes()
    assert Encoder.load(resumed).heads == ("sentiment",)
    (row,) = Encoder.load(resumed).classify(["裤子质量很好，非常满意"])
    assert row.argmax() == 2
    examples = _read(data_folder)
    learnt = [row.text for row in examples if row.split == "train"]
    kept = [row.text for row in examples if row.split != "train"]
    assert Encoder.load(resumed).recall_texts(learnt).all()
    assert not Encoder.load(resumed).recall_texts(kept).any()
    with pytest.raises(TrainingError, match="another config"):
        config.write_text(TINY.replace("seed: 5", "seed: 6"), encoding="utf-8")
        train_encoder(config, data_folder, tmp_path / "broken")
