/** What policies, holds and erasures may be asked for. Everything that is wrong with it is told here, by field. */

import type { DocumentSelection } from '../../model/retention.ts';
import { badInput } from '../../platform/errors.ts';

const NAME_CHARS_MAX = 200;
const REASON_CHARS_MAX = 2_000;
const CONDITIONS_MAX = 20;
const TEXTS_MAX = 500;
/** A hundred years. */
const DAYS_MAX = 36_500;

export function checkName(given: string): string {
  const name = given.normalize('NFKC').trim();
  if (name === '' || name.length > NAME_CHARS_MAX)
    throw badInput('input.name', `has ${name.length} characters and must have 1 to ${NAME_CHARS_MAX}.`);
  return name;
}

export function checkReason(given: string): string {
  const reason = given.trim();
  if (reason === '' || reason.length > REASON_CHARS_MAX)
    throw badInput('input.reason', `has ${reason.length} characters and must have 1 to ${REASON_CHARS_MAX}.`);
  return reason;
}

export function checkDays(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= DAYS_MAX) return days;
  throw badInput('input.days', `is ${days} and must be a whole number from 1 to ${DAYS_MAX}.`);
}

export function checkSelection({ collection, metadata }: DocumentSelection): DocumentSelection {
  if (metadata.length > CONDITIONS_MAX)
    throw badInput('input.metadata', `has ${metadata.length} conditions and may have ${CONDITIONS_MAX}.`);
  metadata.forEach(({ key, in: texts }, at) => {
    if (key.trim() === '') throw badInput(`input.metadata.${at}.key`, 'is empty; name a metadata key.');
    if (texts.length === 0 || texts.length > TEXTS_MAX)
      throw badInput(`input.metadata.${at}.in`, `has ${texts.length} texts and must have 1 to ${TEXTS_MAX}.`);
  });
  return { collection: collection === null ? null : collection.trim(), metadata };
}
