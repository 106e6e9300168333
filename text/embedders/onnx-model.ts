/** A sentence embedding model in a folder, as exported for ONNX: which files it is made of and how it is to be run. */

import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput, type Problem } from '../../platform/errors.ts';

export interface OnnxModel {
  /** Where the weights lie inside the folder: `onnx`, or empty for the folder itself. */
  readonly subfolder: string;
  /** Their precision, which names their file. */
  readonly dtype: 'fp32' | 'fp16' | 'q8';
  /** How the vectors of tokens become the vector of a text. */
  readonly pooling: 'mean' | 'cls' | 'last_token';
  /** A text is cut after this many tokens, or earlier where the tokenizer says so. */
  readonly tokensMax: number;
  /** SHA-256 over all that decides a text's vector, the first 32 hex digits. */
  readonly digest: string;
}

/** The most exact weights first. */
const WEIGHTS = [
  { dtype: 'fp32', name: 'model.onnx' },
  { dtype: 'fp16', name: 'model_fp16.onnx' },
  { dtype: 'q8', name: 'model_quantized.onnx' },
] as const;

const POOLING = z.object({
  pooling_mode_cls_token: z.boolean().default(false),
  pooling_mode_mean_tokens: z.boolean().default(false),
  pooling_mode_lasttoken: z.boolean().default(false),
});
/** No text sent here has more. */
const TOKENS_MAX = 8_192;
const CONFIG = z.object({ max_position_embeddings: z.int().positive().nullish() });
const SENTENCES = z.object({ max_seq_length: z.int().positive().nullish() });

/** Throws BAD_INPUT, naming what is missing, when the folder holds no such model. */
export async function readOnnxModel(folder: string): Promise<OnnxModel> {
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (!existsSync(join(folder, name))) throw notAModel(folder, `has no ${name}`);
  }
  const { subfolder, name, dtype } = findWeights(folder);
  const pooling = await readPooling(folder);
  const tokensMax = await readTokensMax(folder);
  const digest = createHash('sha256').update(`${pooling} ${tokensMax}`);
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', join(subfolder, name)]) {
    for await (const bytes of createReadStream(join(folder, file))) digest.update(bytes);
  }
  return { subfolder, dtype, pooling, tokensMax, digest: digest.digest('hex').slice(0, 32) };
}

function findWeights(folder: string) {
  const candidates = ['onnx', ''].flatMap((subfolder) =>
    WEIGHTS.map((weights) => ({ subfolder, ...weights })),
  );
  const found = candidates.find(({ subfolder, name }) => existsSync(join(folder, subfolder, name)));
  if (found === undefined)
    throw notAModel(
      folder,
      `has no ${WEIGHTS.map(({ name }) => name).join(', ')} in it or in its folder onnx`,
    );
  return found;
}

/** As the model was trained; the mean of its tokens where nothing is said. */
async function readPooling(folder: string): Promise<OnnxModel['pooling']> {
  const file = join('1_Pooling', 'config.json');
  const config = await readConfig(folder, file, POOLING);
  if (config === null || config.pooling_mode_mean_tokens) return 'mean';
  if (config.pooling_mode_cls_token) return 'cls';
  if (config.pooling_mode_lasttoken) return 'last_token';
  throw notAModel(folder, `asks in ${file} for a pooling other than mean, cls or last token`);
}

/** As the model was trained, and never beyond the positions it knows. */
async function readTokensMax(folder: string): Promise<number> {
  const sentences = await readConfig(folder, 'sentence_bert_config.json', SENTENCES);
  const config = await readConfig(folder, 'config.json', CONFIG);
  return Math.min(
    TOKENS_MAX,
    sentences?.max_seq_length ?? Infinity,
    config?.max_position_embeddings ?? Infinity,
  );
}

/** The file as `shape`, or null when there is none. */
async function readConfig<Shape>(
  folder: string,
  file: string,
  shape: z.ZodType<Shape>,
): Promise<Shape | null> {
  if (!existsSync(join(folder, file))) return null;
  try {
    return shape.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
  } catch {
    throw notAModel(folder, `has a ${file} that cannot be read`);
  }
}

function notAModel(folder: string, what: string): Problem {
  return badInput('TRELLIS_EMBEDDER_MODEL', `the folder ${folder} ${what}. Export a model to ONNX into it.`);
}
