/**
 * Statements in a namespace: each label carries its name, and nothing else of a text changes. Relationship types do not
 * carry it, since they join nodes of one namespace alone. A text is read as Cypher is, token by token, so that what only
 * looks like a label (in a text, a map, a comment) stays; what cannot be placed is refused rather than shared unnoticed.
 */

import { LRUCache } from 'lru-cache';
import { FIRST_NAMESPACE, isNamespace, type Namespace } from '../../../model/namespace.ts';
import { invariant } from '../../../platform/errors.ts';
import { PLACED_LABELS, UNPLACED_LABELS } from './labels.ts';

/** Texts are constants, so there are no more than there are statements in their forms. */
const TEXTS_MAX = 4_000;

export interface InNamespace {
  readonly namespace: Namespace;
  label(label: string): string;
  text(cypher: string): string;
}

/** In the first namespace all stays as it is written. */
export function inNamespace(namespace: Namespace): InNamespace {
  invariant(isNamespace(namespace), 'a namespace is a name that labels can carry');
  if (namespace === FIRST_NAMESPACE) return { namespace, label: asItIs, text: asItIs };
  const label = (name: string) => (UNPLACED_LABELS.has(name) ? name : `${name}_${namespace}`);
  const texts = new LRUCache<string, string>({ max: TEXTS_MAX });
  const text = (cypher: string) => {
    const known = texts.get(cypher);
    if (known !== undefined) return known;
    const placed = placeLabels(cypher, label);
    texts.set(cypher, placed);
    return placed;
  };
  return { namespace, label, text };
}

function asItIs(text: string): string {
  return text;
}

/** Texts, quoted names and comments are one token each; what is no name is one character. */
const TOKENS =
  /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`]|``)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}_$][\p{L}\p{N}_$]*|\s+|[\s\S]/gu;
const NOTHING = /^(?:\s|\/\/|\/\*)/;
const NAME = /^[\p{L}_$`]/u;
const SUBQUERY = /^(?:EXISTS|COUNT|COLLECT|CALL|\))$/i;

/**
 * What a bracket that is still open holds: `of labels` is a group inside a label expression. A colon in a map ends a key,
 * and in a relationship up to its WHERE it begins a type.
 */
type Inside = 'a map' | 'a relationship' | 'of labels' | 'anything';

/** Of a label expression: whether a name comes next, or what joins it to another; null outside of any. */
type Expected = 'a label' | 'more labels' | null;

function placeLabels(cypher: string, placed: (label: string) => string): string {
  const known = new Set([...PLACED_LABELS, ...UNPLACED_LABELS]);
  const open: Inside[] = [];
  let expects: Expected = null;
  let before = '';
  const written = (cypher.match(TOKENS) ?? []).map((token) => {
    if (NOTHING.test(token)) return token;
    const last = before;
    before = token;
    const step = stepInLabels(token, expects, open.at(-1));
    const names = expects === 'a label' && step === 'more labels';
    expects = step;
    if (names) {
      const label = token.replaceAll('`', '');
      invariant(known.has(label), `the label ${label} is one of those that the graph's shape names`);
      return placed(label);
    }
    if (step === null && beginsLabels(token, open.at(-1))) expects = 'a label';
    refuseWhatSeesAll(token, last);
    follow(open, { token, last, inLabels: step !== null });
    return token;
  });
  return written.join('');
}

function stepInLabels(token: string, expects: Expected, inside: Inside | undefined): Expected {
  if (expects === 'a label') {
    if (NAME.test(token)) return 'more labels';
    invariant(/^[!(:]$/.test(token), 'behind a colon comes a label');
    return 'a label';
  }
  if (expects === null) return null;
  if (/^[|&:]$/.test(token)) return 'a label';
  return token === ')' && inside === 'of labels' ? 'more labels' : null;
}

function beginsLabels(token: string, inside: Inside | undefined): boolean {
  return token === ':' && inside !== 'a map' && inside !== 'a relationship';
}

/** Texts that read labels as values, or ask the server about all that it has, see every namespace. */
function refuseWhatSeesAll(token: string, last: string): void {
  invariant(!(token === '(' && /^labels$/i.test(last)), 'no statement reads labels as values');
  invariant(!(/^CALL$/i.test(last) && NAME.test(token)), 'no statement calls a procedure');
  invariant(
    !(/^IS$/i.test(last) && NAME.test(token) && !/^(?:NULL|NOT)$/i.test(token)),
    'labels are asked for with a colon',
  );
}

function follow(
  open: Inside[],
  { token, last, inLabels }: { readonly token: string; readonly last: string; readonly inLabels: boolean },
): void {
  if (token === '(') open.push(inLabels ? 'of labels' : 'anything');
  else if (token === '[') open.push(last === '-' ? 'a relationship' : 'anything');
  else if (token === '{') open.push(SUBQUERY.test(last) ? 'anything' : 'a map');
  else if (/^[)\]}]$/.test(token)) open.pop();
  else if (/^WHERE$/i.test(token) && open.at(-1) === 'a relationship') open.splice(-1, 1, 'anything');
}
