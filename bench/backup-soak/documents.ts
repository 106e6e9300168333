/** Texts out of sentences of the samples: another one for each key and version, the same in every run. */

import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const SAMPLES = join(import.meta.dirname, '../../samples/documents');
const SENTENCES = 14;

export interface SoakDocument {
  readonly key: string;
  readonly version: number;
}

export async function createTexts(): Promise<(document: SoakDocument) => string> {
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.md')).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(SAMPLES, name), 'utf8')));
  const sentences = texts.flatMap((text) =>
    text
      .replaceAll(/^#.*$/gm, '')
      .split(/(?<=\.)\s+/)
      .map((sentence) => sentence.trim())
      .filter((sentence) => sentence.endsWith('.')),
  );
  return ({ key, version }) => {
    const chosen = Array.from({ length: SENTENCES }, (_, at) => {
      const digits = hash('sha256', `${key} ${version} ${at}`, 'hex').slice(0, 8);
      return sentences[Number.parseInt(digits, 16) % sentences.length];
    });
    return `${key}, version ${version}.\n\n${chosen.join(' ')}`;
  };
}
