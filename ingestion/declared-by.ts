/** What the caller of a submission said is in it. */

import type { Knowledge } from '../model/knowledge.ts';
import type { Submission } from '../stores/graph/statements/submissions.ts';

export function declaredBy({ knowledge }: Submission): Knowledge | null {
  return knowledge === null ? null : (JSON.parse(knowledge) as Knowledge);
}
