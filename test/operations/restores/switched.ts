/** A restore that was switched to, and is neither confirmed nor taken back. */

import { NOTHING_RESTORED, type Restore } from '../../../model/restore.ts';

export const SWITCHED: Restore = {
  ...{ id: 'one', backup: 'one', requestedBy: 'ada', cutAt: '2026-01-01T00:00:00.000Z' },
  ...{ scope: { kind: 'INSTALLATION' }, mode: null, withAccess: true, state: 'SWITCHED' },
  ...{ startedAt: '2026-01-30T00:00:00.000Z', switchedAt: '2026-01-31T00:00:00.000Z', finishedAt: null },
  ...{ progress: null, problem: null, receipt: NOTHING_RESTORED },
};
