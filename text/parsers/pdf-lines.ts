/** The pieces of text that a PDF page draws, gathered into lines. */

/** A line of a page; lengths in points. */
export interface PdfLine {
  readonly text: string;
  /** Left end, and height of the baseline above the page's foot. */
  readonly x: number;
  readonly y: number;
  /** Font size, of the largest piece. */
  readonly size: number;
}

/** What of a piece is looked at. */
export interface PdfItem {
  readonly str: string;
  /** `rtl` for scripts that are written from right to left. */
  readonly dir: string;
  /** Scale, skew and place: `[a, b, c, d, x, y]`. */
  readonly transform: readonly number[];
  readonly hasEOL: boolean;
}

interface Piece {
  readonly str: string;
  readonly rtl: boolean;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** A line with more is ended there, so that memory is bounded. */
const LINE_PIECES_MAX = 100_000;

/** Takes the pieces of one page in the order in which they are drawn. */
export class LineCollector {
  readonly #lines: PdfLine[] = [];
  #pieces: Piece[] = [];
  /** Characters so far. */
  chars = 0;

  add({ str, dir, transform, hasEOL }: PdfItem): void {
    const [, , c = 0, d = 0, x = 0, y = 0] = transform;
    // White space before the first piece is no part of the line.
    if (str.trim() !== '' || this.#pieces.length > 0)
      this.#pieces.push({ str, rtl: dir === 'rtl', x, y, size: Math.hypot(c, d) });
    this.chars += str.length;
    if (hasEOL || this.#pieces.length >= LINE_PIECES_MAX) this.#endLine();
  }

  /** Lines that have ended so far. */
  get lineCount(): number {
    return this.#lines.length;
  }

  lines(): readonly PdfLine[] {
    this.#endLine();
    return this.#lines;
  }

  #endLine(): void {
    const pieces = this.#pieces;
    this.#pieces = [];
    const [first] = pieces;
    if (first === undefined) return;
    const text = inReadingOrder(pieces).map(({ str }) => str);
    const size = pieces.reduce(
      (max, piece) => (piece.str.trim() === '' ? max : Math.max(max, piece.size)),
      0,
    );
    this.#lines.push({ text: toLetters(text.join('')), x: first.x, y: first.y, size });
  }
}

/** Some programs draw Arabic and Hebrew letter by letter from the left; read from the right, numbers apart. */
function inReadingOrder(pieces: readonly Piece[]): readonly Piece[] {
  const visible = pieces.filter(({ str }) => str.trim() !== '');
  const fromRight = visible.filter(({ rtl }) => rtl).length * 2 > visible.length;
  const drawnFromLeft = (visible[0]?.x ?? 0) < (visible.at(-1)?.x ?? 0);
  if (!fromRight || !drawnFromLeft) return pieces;
  const ordered: Piece[] = [];
  let run: Piece[] = [];
  for (const piece of pieces.toReversed()) {
    if (/[\p{Script=Latin}\p{N}]/u.test(piece.str)) {
      run.unshift(piece);
      continue;
    }
    ordered.push(...run, piece);
    run = [];
  }
  return [...ordered, ...run];
}

/** Ligatures and the forms that Arabic letters take in a word become the letters that people search for. */
function toLetters(text: string): string {
  return text
    .replaceAll(/[\ufb00-\ufdff\ufe70-\ufefc]+/g, (forms) => forms.normalize('NFKC'))
    .replaceAll(/\s+/g, ' ')
    .trim();
}
