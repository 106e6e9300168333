/** `npm run fuzz -- --requests 100000 --seed 1`: says what came back, what was wrong with it, and what memory did. */

import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});
const [requests, seed] = [Number(values.requests), Number(values.seed)];
const campaign = await runCampaign({
  ...{ requests, seed },
  from: Number(values.from),
  progress: (done) => process.stderr.write(`up to ${done}\n`),
});

const { findings, logged, memory, statuses, seconds, slowest } = campaign;
const lines = [`${requests} requests with seed ${seed} in ${seconds.toFixed(0)} s`];
for (const [kind, counts] of statuses) {
  const parts = [...counts].toSorted().map(([status, count]) => `${status}: ${count}`);
  lines.push(`  ${kind.padEnd(18)} ${parts.join('  ')}`);
}
const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(1);
lines.push(`heap after a collection, MB: ${memory.map(({ heapUsed }) => megabytes(heapUsed)).join(' ')}`);
lines.push(`resident, MB: ${memory.map(({ rss }) => megabytes(rss)).join(' ')}`);
for (const { number, kind, ms, sent } of slowest)
  lines.push(`slow: ${ms.toFixed(0)} ms, #${number} (${kind}) ${sent.slice(0, 300)}`);
lines.push(`${findings.length} findings, ${logged.length} errors in the log`);
for (const { number, kind, fault, sent, answer } of findings.slice(0, 40))
  lines.push('', `#${number} (${kind}): ${fault}`, `  sent: ${sent}`, `  answer: ${answer}`);
lines.push(...logged.slice(0, 20));
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = findings.length + logged.length > 0 ? 1 : 0;
