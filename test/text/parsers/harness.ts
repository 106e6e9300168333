/** Content in, blocks or the refusal out. */

import { expect } from 'vitest';
import { chunkText } from '../../../text/chunker.ts';
import type { Block, ParsedText } from '../../../text/parsed-text.ts';
import { type MediaType, parse } from '../../../text/parser.ts';

export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

type Content = Uint8Array | string;

export const toBytes = (content: Content): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

/** Parses, and holds what every parser promises whatever the content. */
export async function read(content: Content, mediaType: MediaType): Promise<ParsedText> {
  const parsed = await parse(toBytes(content), mediaType);
  expectExact(parsed);
  return parsed;
}

/** Each block as `kind: text`. */
export async function blocks(content: Content, mediaType: MediaType): Promise<readonly string[]> {
  const parsed = await read(content, mediaType);
  return parsed.blocks.map((block) => `${block.kind}: ${textOf(parsed, block)}`);
}

/** Each block as `heading > heading: text`. */
export async function sections(content: Content, mediaType: MediaType): Promise<readonly string[]> {
  const parsed = await read(content, mediaType);
  return parsed.blocks.map((block) => `${block.headings.join(' > ')}: ${textOf(parsed, block)}`);
}

export const textOf = ({ text }: ParsedText, { start, end }: Block) => text.slice(start, end);

export const refusal = (content: Content, mediaType: MediaType): Promise<string> =>
  parse(toBytes(content), mediaType).then(
    () => 'accepted',
    (problem) => `${problem.code}: ${problem.message}`,
  );

export const withoutSpace = (text: string) => text.replaceAll(/\s/gu, '');

/** Blocks and chunks lie in order, without overlap, exactly where they say, and leave out nothing but white space. */
export function expectExact(parsed: ParsedText): void {
  const chunks = chunkText(parsed);
  for (const spans of [parsed.blocks, chunks]) {
    let end = 0;
    const seen: string[] = [];
    for (const span of spans) {
      if (span.start < end || span.end <= span.start)
        expect.fail(`a span overlaps or is empty at ${span.start}`);
      seen.push(parsed.text.slice(span.start, span.end));
      end = span.end;
    }
    if (withoutSpace(seen.join('')) !== withoutSpace(parsed.text)) expect.fail('a part of the text is lost');
  }
  for (const { text, start, end } of chunks) {
    if (text !== parsed.text.slice(start, end)) expect.fail(`the chunk at ${start} is not what stands there`);
    if (!text.isWellFormed()) expect.fail(`half a character in the chunk at ${start}`);
  }
}
