/** Several detectors as one: what any of them finds is found, and where two differ the surer one is believed. */

import { withoutOverlap } from '../../model/personal-data.ts';
import type { PersonalDataDetector } from '../personal-data-detector.ts';

export function joinDetectors(detectors: readonly PersonalDataDetector[]): PersonalDataDetector {
  return {
    name: detectors.map(({ name }) => name).join(' + '),
    detect: async (texts, signal) => {
      const found = await Promise.all(detectors.map((detector) => detector.detect(texts, signal)));
      return texts.map((_, at) => withoutOverlap(found.flatMap((ofDetector) => ofDetector[at] ?? [])));
    },
    close: async () => {
      await Promise.all(detectors.map((detector) => detector.close()));
    },
  };
}
