/** Names of objects: such as every file system and every bucket takes as they are, with no way out of the target. */

import { badInput } from '../../platform/errors.ts';

/** Of a whole name, in characters: half of what S3 allows, which leaves room for the prefix of a target. */
const NAME_CHARACTERS_MAX = 512;
/** Segments of letters, digits, ".", "-" and "_", which begin with none of these three. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}(\/[A-Za-z0-9][A-Za-z0-9._-]{0,199})*$/;

export function isObjectName(name: string): boolean {
  return name.length <= NAME_CHARACTERS_MAX && NAME.test(name);
}

export function requireObjectName(name: string): void {
  if (isObjectName(name)) return;
  throw badInput(
    'name',
    `"${name.slice(0, 100)}" names no object of a backup. Use segments of letters, digits, ".", "-" and "_", separated by "/".`,
  );
}

/** The beginning of a name: empty, or what could go on to be one. */
export function requirePrefix(prefix: string): void {
  if (prefix !== '') requireObjectName(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
}
