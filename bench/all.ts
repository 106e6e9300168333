/** `npm run bench` names the benches; `npm run bench -- --all --data FOLDER` runs each on that folder in turn. */

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const BENCHES = [
  { name: 'retrieval', takesData: true, about: 'recall through the API, beside each arm alone' },
  {
    name: 'ingestion',
    takesData: true,
    about: 'speed and memory of ingestion, beside a bare full-text index',
  },
  {
    name: 'latency',
    takesData: true,
    about: 'a search page over HTTP, beside the same retrieval called directly',
  },
  {
    name: 'engines',
    takesData: true,
    about: 'ingestion and search on embedded engines, beside the same on servers (Java, Redis)',
  },
  {
    name: 'gateway',
    takesData: false,
    about: 'what federation costs, beside one server and stock @apollo/gateway',
  },
  {
    name: 'limits',
    takesData: false,
    about: 'what limits refuse of clients that keep to nine tenths of them (Redis)',
  },
  {
    name: 'backups',
    takesData: false,
    about: 'backup and restore of a large installation, beside a plain copy of its folder',
  },
  {
    name: 'standby',
    takesData: false,
    about: 'what a standby of the graph costs writers, beside the same writes without one (Java, Redis)',
  },
  {
    name: 'hold',
    script: 'backup-hold',
    takesData: false,
    about: 'how long writers wait for a backup of a graph on Neo4j (Java)',
  },
  {
    name: 'pages',
    takesData: false,
    about: 'a page of a listing along ids that are held, beside the same by looking at all',
  },
  {
    name: 'personal-data',
    takesData: false,
    about: 'precision and recall of the detectors of personal data on a made-up set',
  },
  { name: 'crash', takesData: false, about: 'kill -9 during ingestion, fifty times' },
] as const;

/** Takes an hour and more, so it is named and not run with the others. */
const SOAK = { command: 'npm run soak:backups', about: 'backups while something fails, two hundred times' };

const { values } = parseArgs({
  options: { all: { type: 'boolean', default: false }, data: { type: 'string' }, json: { type: 'boolean' } },
});
for (const { name, takesData, about, ...others } of BENCHES) {
  if (!values.all) {
    console.log(`npm run bench:${name}${takesData ? ' -- --data FOLDER' : ''}`.padEnd(46) + about);
    continue;
  }
  const given = [
    ...(takesData && values.data ? ['--data', values.data] : []),
    ...(values.json ? ['--json'] : []),
  ];
  const { script: file } = { script: name, ...others };
  const script = new URL(`./${file}.ts`, import.meta.url).pathname;
  const { status } = spawnSync(process.execPath, [script, ...given], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
if (!values.all) console.log(SOAK.command.padEnd(46) + SOAK.about);
