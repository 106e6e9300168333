/** The type of a relationship, read from the words before its second name: `was born in` → `BORN_IN`. */

/** Where nothing says how two names belong together. */
export const RELATED = 'RELATED_TO';

const PREPOSITION = 'by|in|on|at|of|to|from|for|with|as|into|under|near|over|against';
const AUXILIARY =
  /^(?:is|was|are|were|be|been|being|has|had|have|a|an|the|also|first|later|originally|currently)_/;
const IRREGULAR =
  'born|wrote|written|won|led|made|built|began|begun|became|sold|sung|sang|held|grew|grown|met|left|took|taken|gave|given|known|found|set|fought|drew|drawn|ran|flows?|lies|rises|borders?|contains?|includes?|plays?|owns?|runs?|stars?|starring|featuring|succeeds|precedes|belongs|produces|publishes|makes|leads|lives|works|teaches|uses?|joins|meets|holds?|provides?|supports?|depends|requires?';
/** Roles that stand for a verb: `is the capital of`, `daughter of`. */
const ROLE = /\b([a-z]{3,}(?:-[a-z]+)?) of(?: the)?\s*$/;
const VERB = new RegExp(
  `\\b((?:co-)?[a-z]{2,}ed|${IRREGULAR})(?: (?:an?|the|her|his|its|their))?(?: [a-z]{3,14})?(?: (${PREPOSITION}))?(?: (?:the|an?|his|her|its|their))?\\s*$`,
);
const NOT_ROLES = new Set(
  'one some part out most all many number because instead each both member first end top'.split(' '),
);
const CONTEXT_CHARACTERS_MAX = 80;

/** Upper snake case; {@link RELATED} when the words that lead up to the name tell nothing. */
export function relationshipType(before: string): string {
  const text = before
    .slice(-CONTEXT_CHARACTERS_MAX)
    .replaceAll(/["“”'‘’`(]/g, ' ')
    .replaceAll(/\s+/g, ' ');
  const verb = VERB.exec(text);
  if (verb !== null) return upperSnake(verb[1], verb[2]);
  const role = ROLE.exec(text)?.[1];
  return role === undefined || NOT_ROLES.has(role) ? RELATED : upperSnake(role, 'of');
}

function upperSnake(...words: readonly (string | undefined)[]): string {
  return words
    .filter((word) => word !== undefined)
    .join('_')
    .replaceAll('-', '_')
    .replace(AUXILIARY, '')
    .toUpperCase();
}
