/** The worker thread of the local embedder: tokenising and inference would block the event loop for long. */

import { availableParallelism } from 'node:os';
import { basename, dirname } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { PreTrainedModel, PreTrainedTokenizer } from '@huggingface/transformers';
import { invariant, Problem } from '../../platform/errors.ts';
import { serveWorker } from '../../platform/worker-call.ts';
import { type OnnxModel, readOnnxModel } from './onnx-model.ts';
import { poolTokens } from './pool-tokens.ts';

const folder = String(workerData);
/** Half the machine: the rest of Trellis runs beside it, and inference slows down where its threads must wait. */
const THREADS = Math.max(1, Math.floor(availableParallelism() / 2));

interface Loaded {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  readonly pooling: OnnxModel['pooling'];
  readonly tokensMax: number;
}

let loaded: Loaded | null = null;

/** Nothing more is begun: what waits is told so. */
let stopping = false;

const onnxWorker = {
  stop: () => {
    stopping = true;
  },
  open: async () => {
    const description = await readOnnxModel(folder);
    loaded = await load(description);
    return description.digest;
  },
  embed: async (texts: readonly string[]): Promise<readonly Float32Array[]> => {
    invariant(loaded, 'the model is loaded before it is used');
    const vectors: Float32Array[] = [];
    // One by one: a quantised model gives a text another vector in other company, and padding costs more than
    // company saves. It also lets a question in between two passages.
    for (const text of texts) {
      if (stopping) throw new Problem('UNAVAILABLE', 'The local embedder is closing.');
      vectors.push(await embedOne(loaded, text));
    }
    return vectors;
  },
};

export type OnnxWorker = typeof onnxWorker;

serveWorker(onnxWorker);

async function load({ dtype, subfolder, pooling, tokensMax }: OnnxModel): Promise<Loaded> {
  const { AutoModel, AutoTokenizer, env } = await importTransformers();
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const local = { local_files_only: true } as const;
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(basename(folder), local);
    const model = await AutoModel.from_pretrained(basename(folder), {
      ...local,
      dtype,
      subfolder,
      device: 'cpu',
      session_options: { intraOpNumThreads: THREADS, interOpNumThreads: 1 },
    });
    return { model, tokenizer, pooling, tokensMax: Math.min(tokensMax, tokenizer.model_max_length) };
  } catch (cause) {
    throw new Problem('UNAVAILABLE', `The model in ${folder} cannot be loaded: ${String(cause)}`, { cause });
  }
}

/** The library is optional: hundreds of megabytes that only this embedder needs. */
async function importTransformers() {
  try {
    return await import('@huggingface/transformers');
  } catch (cause) {
    throw new Problem(
      'UNAVAILABLE',
      'TRELLIS_EMBEDDER=onnx needs the package @huggingface/transformers. Run `npm install --include=optional`, or set another embedder.',
      { cause },
    );
  }
}

async function embedOne(
  { model, tokenizer, pooling, tokensMax }: Loaded,
  text: string,
): Promise<Float32Array> {
  const tokens = tokenizer(text, { truncation: true, max_length: tokensMax });
  const output = await model(tokens);
  const tensor = output.last_hidden_state ?? output.token_embeddings;
  invariant(tensor?.data instanceof Float32Array, 'the model gives a vector for every token');
  const vector = poolTokens(tensor.data, tensor.dims.at(-1), pooling);
  tensor.dispose();
  return vector;
}
