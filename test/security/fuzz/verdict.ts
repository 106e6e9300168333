/** Whether an answer is one that Trellis may give to anybody, whatever was asked. */

import type { Outcome } from './shots.ts';
import type { Target } from './target.ts';

/** What shows the inside: stack traces, paths of files, engines' own words, an object of JavaScript. */
const INSIDE: readonly RegExp[] = [
  /\bat (?:async )?[\w.<>]+ \((?:file:|node:|\/)/,
  /node_modules|node:internal|file:\/\/\/(?!etc\/passwd)/,
  /\b(?:TypeError|RangeError|ReferenceError|SyntaxError|URIError)\b/,
  /Cannot read prop|is not a function|is not iterable|Invariant broken|undefined \(reading/,
  /GRAFEO-|SQLITE_|LanceError|lance::|Neo\.ClientError/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /root:.{0,3}:0:0:/,
];

/** What is wrong with the answer, or null. */
export function faultOf(outcome: Outcome, target: Target): string | null {
  const { status, text, sent } = outcome;
  if (status !== null && status >= 500 && !isHurriedOff(outcome)) return `status ${status}`;
  if (/"code":"INTERNAL"/.test(text)) return 'an answer that says that it is our mistake';
  for (const secret of target.secrets) if (text.includes(secret)) return 'an answer with a secret in it';
  if (text.includes(target.directory)) return 'an answer with the path of the data folder';
  const shown = INSIDE.find((pattern) => pattern.test(text) && !pattern.test(sent));
  if (shown !== undefined) return `an answer that shows ${shown}`;
  return null;
}

/** 504, where the client said that it would not wait. */
function isHurriedOff({ status, text, isHurried }: Outcome): boolean {
  return status === 504 && isHurried === true && text.includes('"code":"TIMEOUT"');
}
