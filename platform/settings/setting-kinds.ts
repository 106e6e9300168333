/** Kinds of settings, each with a message that says what would be right. */

import { z } from 'zod';
import { isPartName, PART_NAMES, type PartName, type PartUrls } from '../part.ts';
import { parseMasterKey } from '../sealing/local-key-wrapper.ts';

export const port = wholeNumber(0, 65_535);
export const count = wholeNumber(1);
export const bytes = wholeNumber(1);
/** The longest that a timer of Node can wait. */
const MILLISECONDS_MAX = 2 ** 31 - 1;
export const milliseconds = wholeNumber(1, MILLISECONDS_MAX);
/** As `milliseconds`, where 0 means not at all. */
export const pause = wholeNumber(0, MILLISECONDS_MAX);
export const flag = oneOf('true', 'false').transform((text) => text === 'true');
export const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a URL such as http://localhost:11434/v1',
});
/** Separated by commas. */
export const list = z.string().default('').transform(entriesOf);
/** `host:port` each; an IPv6 address in brackets. */
export const hostsAndPorts = list.transform((entries, context) =>
  entries.flatMap((entry) => {
    const [, host = '', digits = ''] = /^\[?([\w.:-]+?)\]?:(\d+)$/.exec(entry) ?? [];
    const { success, data } = port.safeParse(digits);
    if (host !== '' && success) return [{ host, port: data }];
    context.addIssue({
      code: 'custom',
      message: `"${entry}" is no host with a port. Write it as sentinel-1:26379`,
    });
    return [];
  }),
);
const MASTER_KEY = 'must be 32 bytes in base64, such as "openssl rand -base64 32" prints';
export const masterKey = z.string().refine((text) => parseMasterKey(text) !== null, { error: MASTER_KEY });
/** Separated by commas, and left so: as one text they are a secret like others. */
export const masterKeys = z
  .string()
  .default('')
  .refine((text) => readMasterKeys(text).every((key) => key !== null), { error: `each ${MASTER_KEY}` });
/** `name=address` each; an address is that of the process, without a path. */
export const partUrls = list.transform(readPartUrls);

export function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER) {
  const range = to === Number.MAX_SAFE_INTEGER ? `from ${from} on` : `from ${from} to ${to}`;
  const error = `must be a whole number ${range}`;
  return z.coerce.number({ error }).int({ error }).min(from, { error }).max(to, { error });
}

export function oneOf<const Values extends readonly string[]>(...values: Values) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

export function readMasterKeys(text: string): readonly (Uint8Array | null)[] {
  return entriesOf(text).map(parseMasterKey);
}

function entriesOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}

function readPartUrls(entries: readonly string[], context: z.RefinementCtx): PartUrls {
  const urls = new Map<PartName, string>();
  for (const entry of entries) {
    const [name = '', url = ''] = entry.split(/=(.*)/s);
    const message = wrongPartUrl(name, url);
    if (message !== null) context.addIssue({ code: 'custom', message: `"${entry}" ${message}` });
    else urls.set(name as PartName, new URL(url).origin);
  }
  return urls;
}

function wrongPartUrl(name: string, url: string): string | null {
  if (!isPartName(name)) return `names no part. There are: ${PART_NAMES.join(', ')}`;
  if (!URL.canParse(url)) return 'has no address behind "=". Write it as documents=http://documents:4000';
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'has an address that is not http or https';
  return pathname === '/' ? null : 'has an address with a path. Give only scheme, host and port';
}
