/** The same questions, asked of the installation and of what was restored of it. */

import { join } from 'node:path';
import { createClient } from '../../cli/client.ts';
import { createDevelopmentToken } from '../../cli/token.ts';
import { createPassages } from './texts.ts';

/** What each was answered with, by tenant and question. */
export type Answers = Readonly<Record<string, unknown>>;

const TENANTS = ['default', 'tenant-0001', 'tenant-0005'];
const QUESTIONS = 12;
const SEARCH = `query BenchRestored($query: String!) {
  search(query: $query, first: 10) {
    degraded { arm }
    hits { score chunk { id text document { title key } entities(first: 5) { name } } }
  }
}`;

export async function askAll(url: string, dataFolder: string): Promise<Answers> {
  const passageAt = await createPassages();
  const answers: Record<string, unknown> = {};
  for (const tenant of TENANTS) {
    const token = await createDevelopmentToken(join(dataFolder, 'keys'), { tenant });
    const client = createClient({ url, token });
    for (let at = 0; at < QUESTIONS; at++) {
      const query = passageAt(at * 17).text.slice(0, 80);
      answers[`${tenant} ${at}`] = await client.run(SEARCH, { query });
    }
  }
  return answers;
}

/** Questions that are answered otherwise; scores may differ in their last digits. */
export function differing(left: Answers, right: Answers): readonly string[] {
  return Object.keys(left).filter((name) => rounded(left[name]) !== rounded(right[name]));
}

function rounded(answer: unknown): string {
  return JSON.stringify(answer, (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value,
  );
}
