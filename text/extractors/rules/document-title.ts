/** The title is what a document is about: places that spell it mean it, whole or without its qualifier. */

import type { ResolutionReason } from '../../../model/knowledge.ts';
import { entityKey, withoutQualifier } from '../../entity-key.ts';
import type { ExtractedEntity } from '../../extractor.ts';
import type { Span } from './spans.ts';
import { typeOfName } from './types.ts';

/** Spans that spell the title mean the title's entity; where no span does, its first place in the text becomes one. */
export function resolveTitle(title: string, text: string, spans: readonly Span[]): readonly Span[] {
  const reasons = new Map<string, ResolutionReason>([[entityKey(title), 'DOCUMENT_TITLE']]);
  const plain = withoutQualifier(title);
  if (plain !== null) reasons.set(entityKey(plain), 'TITLE_WITHOUT_QUALIFIER');
  const resolved = spans.map((span) => {
    const reason = span.reason === 'SAME_NAME' ? reasons.get(entityKey(span.name)) : undefined;
    return reason === undefined ? span : { ...span, name: title, reason, isPart: false };
  });
  if (resolved.some(({ name }) => name === title)) return resolved;
  const found = spelledAt(text, title, 'DOCUMENT_TITLE') ?? spelledAt(text, plain, 'TITLE_WITHOUT_QUALIFIER');
  if (found === null) return resolved;
  return [{ name: title, type: typeOfName(title), isPart: false, ...found }, ...resolved];
}

function spelledAt(text: string, name: string | null, reason: ResolutionReason) {
  const start = name === null || name === '' ? -1 : text.indexOf(name);
  return start < 0 || name === null ? null : { start, end: start + name.length, reason };
}

/**
 * What every passage of the document is about: its title, and the title without its qualifier as the name that
 * other documents know it by. The second is an entity of its own, since it may mean many things elsewhere.
 */
export function titleEntities(title: string): readonly ExtractedEntity[] {
  if (entityKey(title) === '') return [];
  const plain = withoutQualifier(title);
  if (plain === null) return [{ name: title, type: typeOfName(title), about: true, aliases: [] }];
  const aliases = [{ text: plain, reason: 'TITLE_WITHOUT_QUALIFIER' as const }];
  return [
    { name: title, type: typeOfName(title), about: true, aliases },
    { name: plain, type: typeOfName(plain), about: true, aliases: [] },
  ];
}
