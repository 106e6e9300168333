/** Every migration of the data, in the order of their numbers. A new one goes to the end and stays as it is. */

import { mentionsSayNames } from './0001-mentions-say-names.ts';
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [mentionsSayNames];
