/** A repair goes on behind the mutation that asked for it: the audit log is told what it changed. */

import { expect, test } from 'vitest';
import { checked, filledRooms, tamper } from './harness.ts';

test('what a repair mended is in the audit log, and a check that changes nothing is not', async () => {
  const rooms = await filledRooms();
  try {
    await tamper(rooms, "CREATE (:Name {id: 'nam_stray', tenant: 'acme', key: 'stray', text: 'Stray'})");
    await checked(rooms);
    expect(rooms.recorded).toEqual([]);
    await checked(rooms, { mends: true });
    await expect
      .poll(() => rooms.recorded)
      .toEqual([
        expect.objectContaining({
          ...{ tenant: '', actor: 'trellis', action: 'consistency repair', outcome: 'DONE' },
          detail: '1 faults were mended: NAME_UNUSED 1.',
        }),
      ]);
  } finally {
    await rooms.close();
  }
});
