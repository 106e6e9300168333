/** Points in time that a cron expression names, in a time zone, the changes of its clocks included. */

import { Cron } from 'croner';
import { badInput } from '../../platform/errors.ts';

export interface Calendar {
  /** The last time that was due, at `at` or before; null where there was none. */
  lastDue(at: Date): Date | null;
  /** The next one after `at`; null where there is none. */
  nextDue(at: Date): Date | null;
}

/** Five fields, as cron has them. BAD_INPUT, naming the setting, for what is none, or for no time zone. */
export function createCalendar(expression: string, timeZone: string, setting = 'schedule'): Calendar {
  const cron = parse(expression, timeZone, setting);
  return {
    // The library looks before a moment, and to the second.
    lastDue: (at) => cron.previousRuns(1, new Date(at.getTime() + 1_000))[0] ?? null,
    nextDue: (at) => cron.nextRun(at),
  };
}

function parse(expression: string, timeZone: string, setting: string): Cron {
  try {
    const cron = new Cron(expression, { timezone: timeZone, mode: '5-part', paused: true });
    cron.nextRun();
    return cron;
  } catch {
    throw badInput(
      setting,
      `"${expression}" in "${timeZone}" is no schedule. Write minute, hour, day, month and weekday, such as "30 2 * * *", and a time zone such as Europe/Berlin.`,
    );
  }
}
