/**
 * Precision, recall and F1 of the detectors of personal data on a generated set: `npm run bench:personal-data`. With
 * `--presidio URL` of a Presidio as well, over its English part. `--look` measures on the templates that rules may be
 * made from, and shows what went wrong.
 */

import { createPresidioDetector } from '../text/detectors/presidio.ts';
import { createRulesDetector } from '../text/detectors/rules.ts';
import type { PersonalDataDetector } from '../text/personal-data-detector.ts';
import { readArguments } from './arguments.ts';
import { labelledSet } from './personal-data/labelled.ts';
import { score } from './personal-data/scores.ts';
import { AGES_HELD_OUT, AGES_TO_LOOK_AT, HELD_OUT, TO_LOOK_AT } from './personal-data/templates.ts';
import { printReport } from './report.ts';

/** Chosen before anything was measured, and never changed since. */
const HELD_OUT_SEED = 20_261_126;
const LOOKED_AT_SEED = 1;

const { json, presidio, look, count } = readArguments({
  presidio: { type: 'string' },
  look: { type: 'boolean', default: false },
  count: { type: 'string', default: '5000' },
});

const templates = look ? TO_LOOK_AT : HELD_OUT;
const seed = look ? LOOKED_AT_SEED : HELD_OUT_SEED;
const whole = labelledSet({ templates, seed, count: Number(count) });
const english = labelledSet({ templates: { en: templates['en'] ?? [] }, seed, count: Number(count) });

const ages = labelledSet({ templates: look ? AGES_TO_LOOK_AT : AGES_HELD_OUT, seed, count: Number(count) });

const runs: readonly (readonly [string, PersonalDataDetector, typeof whole])[] = [
  ['all locales', createRulesDetector(), whole],
  ['English', createRulesDetector(), english],
  ['ages, all locales', createRulesDetector(), ages],
  ...(presidio === undefined
    ? []
    : [['English', createPresidioDetector({ url: presidio }), english] as const]),
];
for (const [part, detector, set] of runs) {
  const { scores, misses } = await score(detector, set);
  printReport(
    {
      bench: 'personal data',
      setting: [
        `${detector.name} on ${set.length} texts, ${part}, ${look ? 'the templates to look at' : 'held-out templates'}, seed ${seed}`,
        'right is what is of the kind and shares half of what finding and label cover together',
      ],
      figures: scores
        .filter(({ labels, found }) => labels + found > 0)
        .flatMap(({ kind, labels, precision, recall, f1 }) => [
          { name: `${kind} precision`, value: round(precision), unit: '' },
          { name: `${kind} recall (of ${labels})`, value: round(recall), unit: '' },
          { name: `${kind} F1`, value: round(f1), unit: '' },
        ]),
    },
    { json },
  );
  if (look)
    for (const { why, kind, surface, text } of misses.slice(0, 80))
      console.log(why, kind, JSON.stringify(surface), 'in', text);
  await detector.close();
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
