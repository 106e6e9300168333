/** What an endpoint throws that refuses the texts as such: the same ones are refused again, fewer may not be. */

import { Problem } from '../platform/errors.ts';

export class TextsRefused extends Problem {
  constructor(detail: string) {
    super('UNAVAILABLE', detail);
  }
}
