/** The command line of a bench. */

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type QuestionSet, readQuestionSet } from './question-set.ts';

const COMMON = { json: { type: 'boolean', default: false } } as const;

/** Every bench takes `--json`; what else it takes is given. */
export function readArguments<Options extends ParseArgsOptionsConfig>(options: Options) {
  return parseArgs({ options: { ...options, ...COMMON } }).values;
}

/** The set that `--data` names. */
export function readData(folder: string | undefined): QuestionSet {
  if (folder === undefined)
    throw new Error('Say which set: --data FOLDER with corpus.jsonl and questions.jsonl');
  return readQuestionSet(folder);
}
