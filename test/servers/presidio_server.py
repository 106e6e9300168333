"""The `/analyze` of Presidio's analyzer over its own engine, with a small spaCy model: what its image serves.

Needs presidio-analyzer, spacy and a package with the model en_core_web_sm, whose import name SPACY_MODEL gives.
Prints its address once it serves, and ends when its standard input does.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from presidio_analyzer import AnalyzerEngine, AnalyzerRequest, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

MODEL = os.environ.get("SPACY_MODEL", "en_core_web_sm")
CONFIGURATION = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": MODEL}]}
ENGINE = AnalyzerEngine(
    nlp_engine=NlpEngineProvider(nlp_configuration=CONFIGURATION).create_engine(), supported_languages=["en"]
)
BATCHES = BatchAnalyzerEngine(ENGINE)


class Analyze(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = AnalyzerRequest(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        several = isinstance(asked.text, list)
        texts = asked.text if several else [asked.text]
        try:
            found = list(BATCHES.analyze_iterator(texts, language=asked.language, batch_size=len(texts)))
            listed = [[self.row(one) for one in ofText] for ofText in found]
            self.answer(200, listed if several else listed[0])
        except Exception as error:
            self.answer(500, {"error": str(error)})

    @staticmethod
    def row(found):
        return {
            "entity_type": found.entity_type,
            "start": found.start,
            "end": found.end,
            "score": found.score,
            "analysis_explanation": None,
        }

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Analyze)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()
