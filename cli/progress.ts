/** Progress for whoever watches: a bar on a terminal, a plain line now and then elsewhere. */

import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  /** Says how far it is; `total` may grow. */
  update(done: number, total: number, note: string): void;
  stop(): void;
}

/** Least time between two plain lines, in ms. */
const PLAIN_EVERY_MS = 2_000;

export function createProgress(title: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? barProgress(title, stream) : plainProgress(title, stream);
}

function barProgress(title: string, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar(
    {
      format: `${title} [{bar}] {value}/{total} {note}`,
      stream,
      hideCursor: true,
      // The library would catch Ctrl-C to show the cursor again, and so keep the process alive; `stop` does it here.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update: (done, total, note) => {
      if (!started) bar.start(total, done, { note });
      started = true;
      bar.setTotal(total);
      bar.update(done, { note });
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}

function plainProgress(title: string, stream: NodeJS.WriteStream): Progress {
  let saidAt = 0;
  let last = '';
  return {
    update: (done, total, note) => {
      const line = total === 0 ? `${title}: ${note}` : `${title}: ${done}/${total} ${note}`;
      const isDue = done === total || Date.now() - saidAt >= PLAIN_EVERY_MS;
      if (!isDue || line === last) return;
      last = line;
      saidAt = Date.now();
      stream.write(`${line}\n`);
    },
    stop: () => undefined,
  };
}
