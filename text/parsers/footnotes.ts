/**
 * Footnotes of Markdown, as GitHub writes them: `[^1]` in the text leaves no trace, `[^1]: A note.` is a paragraph
 * where it stands. Without this a reference would hide the end of its sentence.
 */

import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it';

const NOTE = /^\[\^([^\]\s]{1,100})\]:[ \t]*/;
const REFERENCE = /\[\^([^\]\s]{1,100})\](?!\()/y;

export function useFootnotes(markdown: MarkdownIt): void {
  markdown.block.ruler.before('reference', 'footnote', readNote);
  markdown.inline.ruler.before('link', 'footnote_reference', skipReference);
}

const labelsOf = ({ env }: StateBlock | StateInline): Set<string> => {
  env['footnotes'] ??= new Set<string>();
  return env['footnotes'] as Set<string>;
};

function readNote(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const note = NOTE.exec(lineAt(state, startLine));
  if (note === null) return false;
  if (silent) return true;
  let next = startLine + 1;
  while (next < endLine && !state.isEmpty(next) && !NOTE.test(lineAt(state, next))) next += 1;
  labelsOf(state).add(note[1] ?? '');
  const content = state.getLines(startLine, next, state.blkIndent, false).trim().replace(NOTE, '');
  state.push('paragraph_open', 'p', 1);
  Object.assign(state.push('inline', '', 0), { content, children: [], map: [startLine, next] });
  state.push('paragraph_close', 'p', -1);
  state.line = next;
  return true;
}

function lineAt(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
}

function skipReference(state: StateInline): boolean {
  REFERENCE.lastIndex = state.pos;
  const reference = REFERENCE.exec(state.src);
  if (reference === null || !labelsOf(state).has(reference[1] ?? '')) return false;
  state.pos += reference[0].length;
  return true;
}
