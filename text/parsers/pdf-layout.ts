/**
 * From lines to headings and paragraphs. A PDF only says where letters stand, so size tells headings, and distance
 * and indentation tell paragraphs.
 */

import type { PdfLine } from './pdf-lines.ts';

export interface PdfBlock {
  /** From 1. */
  readonly page: number;
  /** From 1 for the largest; null for a paragraph. */
  readonly level: number | null;
  readonly text: string;
}

/** A paragraph's lines stand this much further apart than usual where the next one begins. */
const PARAGRAPH_GAP = 1.35;
/** Sizes closer than this are one. */
const SAME_SIZE = 1.08;
/** A heading is this much larger than the body of the text. */
const HEADING_SIZE = 1.15;
const HEADING_CHARS_MAX = 200;
const HEADING_LEVELS = 6;

export function readLayout(pages: readonly (readonly PdfLine[])[]): readonly PdfBlock[] {
  const paragraphs = pages.flatMap((lines, at) =>
    paragraphsOf(lines).map((paragraph) => ({ page: at + 1, ...paragraph })),
  );
  const levels = headingLevels(paragraphs, bodySize(pages));
  return paragraphs.map(({ page, text, size }) => ({ page, text, level: levels(text, size) }));
}

interface Paragraph {
  readonly text: string;
  readonly size: number;
}

function paragraphsOf(lines: readonly PdfLine[]): readonly Paragraph[] {
  const spacing = usualSpacing(lines);
  const paragraphs: PdfLine[][] = [];
  let previous: PdfLine | undefined;
  for (const line of lines) {
    if (previous === undefined || beginsParagraph(previous, line, spacing)) paragraphs.push([line]);
    else paragraphs.at(-1)?.push(line);
    previous = line;
  }
  return paragraphs.map((paragraph) => ({ text: joinLines(paragraph), size: paragraph[0]?.size ?? 0 }));
}

const BULLET = /^(?:[•‣▪●◦–-]|\(?\d{1,3}[.)])\s/;
const SENTENCE_END = /[.!?:。！？]["'”’»)]*$/;

function beginsParagraph(previous: PdfLine, line: PdfLine, spacing: number): boolean {
  if (Math.max(previous.size, line.size) > SAME_SIZE * Math.min(previous.size, line.size)) return true;
  const distance = previous.y - line.y;
  // Upwards is the head of another column, where the paragraph goes on unless its sentence has ended.
  if (distance < 0) return SENTENCE_END.test(previous.text) || !/^\p{Ll}/u.test(line.text);
  if (distance > PARAGRAPH_GAP * spacing || BULLET.test(line.text)) return true;
  return line.x - previous.x > line.size && SENTENCE_END.test(previous.text);
}

/** The distance of lines that follow each other in a paragraph: the lower quartile, since gaps are only wider. */
function usualSpacing(lines: readonly PdfLine[]): number {
  const distances = lines
    .slice(1)
    .map((line, at) => ({ distance: (lines[at]?.y ?? 0) - line.y, size: line.size }))
    .filter(({ distance, size }) => distance > size / 2 && distance < size * 3)
    .map(({ distance }) => distance)
    .sort((a, b) => a - b);
  return distances[distances.length >> 2] ?? Number.POSITIVE_INFINITY;
}

const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/** A word that was parted at the end of a line is whole again; scripts without spaces get none. */
function joinLines(lines: readonly PdfLine[]): string {
  return lines.map(({ text }, at) => endedFor(text, lines[at + 1]?.text)).join('');
}

function endedFor(text: string, next: string | undefined): string {
  if (next === undefined) return text;
  if (/\p{Ll}[-\u00ad]$/u.test(text.slice(-3)) && /^\p{Ll}/u.test(next)) return text.slice(0, -1);
  const spaceless = IDEOGRAPHS.test(text.slice(-1)) && IDEOGRAPHS.test(next.slice(0, 1));
  return spaceless ? text : `${text} `;
}

/** The size that most characters have. */
function bodySize(pages: readonly (readonly PdfLine[])[]): number {
  const chars = new Map<number, number>();
  for (const { size, text } of pages.flat()) {
    const rounded = roundSize(size);
    chars.set(rounded, (chars.get(rounded) ?? 0) + text.length);
  }
  return [...chars].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function roundSize(size: number): number {
  return Math.round(size * 2) / 2;
}

/** Tells a heading's level by the order of the sizes that headings have, largest first. */
function headingLevels(paragraphs: readonly Paragraph[], body: number) {
  const isHeading = (text: string, size: number) =>
    size >= body * HEADING_SIZE && text.length <= HEADING_CHARS_MAX && /\p{L}/u.test(text);
  const sizes = paragraphs
    .filter(({ text, size }) => isHeading(text, size))
    .map(({ size }) => roundSize(size));
  const largest = [...new Set(sizes)].sort((a, b) => b - a).slice(0, HEADING_LEVELS);
  return (text: string, size: number): number | null => {
    if (!isHeading(text, size)) return null;
    const at = largest.indexOf(roundSize(size));
    return at < 0 ? HEADING_LEVELS : at + 1;
  };
}
