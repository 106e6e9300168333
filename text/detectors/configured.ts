/** The detector that is configured, made where it is used: in a worker thread, from what can travel there. */

import type { PersonalDataDetector } from '../personal-data-detector.ts';
import { joinDetectors } from './joined.ts';
import { createPresidioDetector } from './presidio.ts';
import { createRulesDetector } from './rules.ts';

export interface DetectorSettings {
  readonly kind: 'rules' | 'presidio' | 'both';
  /** Of a server that speaks Presidio's `/analyze`; needed by the last two. */
  readonly url: string;
  /** Of the texts, for that server. */
  readonly language: string;
}

export function createDetector(settings?: DetectorSettings): PersonalDataDetector {
  if (settings === undefined || settings.kind === 'rules') return createRulesDetector();
  const presidio = createPresidioDetector({ url: settings.url, language: settings.language });
  return settings.kind === 'presidio' ? presidio : joinDetectors([createRulesDetector(), presidio]);
}
