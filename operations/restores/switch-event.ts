/** What the audit log says of a switch, and of going back. */

import type { AuditEvent } from '../../model/audit.ts';
import type { Restore, RestoreReceipt } from '../../model/restore.ts';

/** Said in the log of the data that is there now: that of the data before has the call. */
export function switchEvent({ id, backup, state, cutAt, requestedBy, receipt }: Restore): AuditEvent {
  return {
    ...{ tenant: '', actor: requestedBy, apiKey: null, address: null, requestId: null, count: 1 },
    action: state === 'REVERTED' ? 'revertRestore' : 'switchRestore',
    targets: [id, backup],
    ...{ outcome: 'DONE', code: null },
    detail:
      state === 'REVERTED'
        ? `The data is what it was before the restore.${heldOf(receipt)}`
        : `The restored data, as of ${cutAt}, took the place of what was there.`,
  };
}

function heldOf({ held }: RestoreReceipt): string {
  return held === 0 ? '' : ` Legal holds keep ${held} documents that were erased since.`;
}
