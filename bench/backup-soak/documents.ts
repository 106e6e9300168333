/** Texts out of sentences of the samples: another one for each key and version, the same in every run. */

import { hash } from 'node:crypto';
import { readSentences } from '../backups/sentences.ts';

const SENTENCES = 14;

export interface SoakDocument {
  readonly key: string;
  readonly version: number;
}

export async function createTexts(): Promise<(document: SoakDocument) => string> {
  const sentences = await readSentences();
  return ({ key, version }) => {
    const chosen = Array.from({ length: SENTENCES }, (_, at) => {
      const digits = hash('sha256', `${key} ${version} ${at}`, 'hex').slice(0, 8);
      return sentences[Number.parseInt(digits, 16) % sentences.length];
    });
    return `${key}, version ${version}.\n\n${chosen.join(' ')}`;
  };
}
