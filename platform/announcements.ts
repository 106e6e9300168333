/** What this process and the others are told at once: here directly, there over a channel where there is one. */

import type { Channel } from './channel.ts';

export interface Announcements {
  /** Never rejects, never waits; whoever cannot be reached now does not hear of it. */
  tell(message: string): void;
  listen(listener: (message: string) => void): void;
}

export function createAnnouncements(channel: Channel | null): Announcements {
  const listeners = new Set<(message: string) => void>();
  const hear = (message: string) => {
    for (const listener of listeners) listener(message);
  };
  channel?.listen(hear);
  return {
    tell: (message) => {
      hear(message);
      channel?.publish(message);
    },
    listen: (listener) => {
      listeners.add(listener);
    },
  };
}
