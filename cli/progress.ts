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
    { format: `${title} [{bar}] {value}/{total} {note}`, stream, hideCursor: true },
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
    stop: () => bar.stop(),
  };
}

function plainProgress(title: string, stream: NodeJS.WriteStream): Progress {
  let saidAt = 0;
  let last = '';
  const say = (line: string) => {
    if (line === last) return;
    last = line;
    saidAt = Date.now();
    stream.write(`${line}\n`);
  };
  return {
    update: (done, total, note) => {
      const finished = done === total && total > 0;
      if (finished || Date.now() - saidAt >= PLAIN_EVERY_MS) say(`${title} ${done}/${total} ${note}`.trim());
    },
    stop: () => undefined,
  };
}
