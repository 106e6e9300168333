"""Makes the tiny ONNX model that the tests of the local embedder run: a table of word vectors in the shape of a
BERT export, a few kilobytes long. Its vocabulary is the words of the tests. Needs numpy and onnx 1.23:

    python make.py
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
DIMENSIONS = 16
TOKENS_MAX = 8
WORDS = "[PAD] [UNK] [CLS] [SEP] euler solved bridges turing broke enigma query passage : the a of".split()


def write_json(name: str, value: object) -> None:
    (HERE / name).parent.mkdir(exist_ok=True)
    (HERE / name).write_text(json.dumps(value, indent=2) + "\n")


def write_weights() -> None:
    table = np.random.default_rng(7).normal(size=(len(WORDS), DIMENSIONS)).astype(np.float32)
    ids = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    states = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", DIMENSIONS]
    )
    gather = helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    graph = helper.make_graph([gather], "tiny", ids, [states], [numpy_helper.from_array(table, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    (HERE / "onnx").mkdir(exist_ok=True)
    onnx.save(model, HERE / "onnx" / "model.onnx")


def special(word: str) -> dict:
    flags = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
    return {"id": WORDS.index(word), "content": word, **flags}


write_weights()
write_json(
    "tokenizer.json",
    {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [special(word) for word in WORDS[:4]],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {word: at for at, word in enumerate(WORDS)},
        },
    },
)
write_json(
    "tokenizer_config.json",
    {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512},
)
write_json(
    "config.json",
    {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "hidden_size": DIMENSIONS,
        "num_hidden_layers": 0,
        "num_attention_heads": 1,
        "vocab_size": len(WORDS),
        "max_position_embeddings": 512,
        "pad_token_id": 0,
    },
)
write_json("sentence_bert_config.json", {"max_seq_length": TOKENS_MAX, "do_lower_case": False})
write_json("1_Pooling/config.json", {"word_embedding_dimension": DIMENSIONS, "pooling_mode_mean_tokens": True})
