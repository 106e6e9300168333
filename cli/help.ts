/** What every command says of itself beside its options: how it ends, and where to look when it was written wrong. */

import { type Command, Help, type Option } from 'commander';

/** Codes for scripts; `exit.ts` chooses. */
const EXIT_CODES = `
Exit codes: 0 done · 1 failed or refused · 2 the command or a setting is wrong · 3 the server is unavailable, try again
            130 interrupted, or a question was answered with no`;

const commonHelp = new Help();
/** That something is not done unless it is asked for needs no word. */
const optionDescription = (option: Option) =>
  commonHelp.optionDescription(option).replace(/ \(default: false\)$/, '');

/** Behind the last command. */
export function explain(program: Command): void {
  program.addHelpText('afterAll', EXIT_CODES);
  pointToHelp(program, program.name());
}

function pointToHelp(command: Command, name: string): void {
  command.showHelpAfterError(`(see ${name} --help)`);
  command.configureHelp({ showGlobalOptions: true, optionDescription });
  for (const sub of command.commands) pointToHelp(sub, `${name} ${sub.name()}`);
}
