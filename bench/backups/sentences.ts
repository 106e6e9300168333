/** The sentences of the samples. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const SAMPLES = join(import.meta.dirname, '../../samples/documents');

export async function readSentences(): Promise<readonly string[]> {
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.md')).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(SAMPLES, name), 'utf8')));
  return texts.flatMap((text) =>
    text
      .replaceAll(/^#.*$/gm, '')
      .split(/(?<=\.)\s+/)
      .map((sentence) => sentence.trim())
      .filter((sentence) => sentence.endsWith('.')),
  );
}
