/** Writes text that is made of lines: the items of a list, the rows of a table, preformatted text. */

export class LineWriter {
  #lines: string[] = [];
  #line: string[] = [];
  #prefix = '';
  #asItIs = false;
  #isBlank = true;

  /** Goes on with the line; white space in it, line breaks too, will be single spaces. */
  write(text: string): void {
    this.#push(text);
  }

  /** Goes on with the line; white space and line breaks stay. */
  writeAsItIs(text: string): void {
    for (const [at, line] of text.split('\n').entries()) {
      if (at > 0) this.#endLine();
      this.#asItIs = true;
      this.#push(line);
    }
  }

  /** Begins a line, unless the one under way has no text yet; either way it gets this prefix. */
  newLine(prefix = ''): void {
    this.#endLine();
    this.#prefix = prefix;
  }

  /** Whether the line under way has no text yet. */
  get atLineStart(): boolean {
    return this.#isBlank;
  }

  /** Everything written since the last call. Lines without text are left out, but for those that stay as they are. */
  take(): string {
    this.#endLine();
    const text = this.#lines.join('\n');
    this.#lines = [];
    return text;
  }

  #push(text: string): void {
    this.#line.push(text);
    // Kept rather than looked for: a line may have millions of blank pieces.
    this.#isBlank &&= text.trim() === '';
  }

  #endLine(): void {
    const text = withoutBreakHints(this.#line.join(''));
    const line = this.#asItIs ? text.trimEnd() : text.replaceAll(/\s+/g, ' ').trim();
    if (line !== '' || this.#asItIs) this.#lines.push(this.#prefix + line);
    this.#line = [];
    this.#prefix = '';
    this.#asItIs = false;
    this.#isBlank = true;
  }
}

/** Soft hyphens and zero-width spaces only say where a word may break; in a text that is searched they hide it. */
function withoutBreakHints(text: string): string {
  return text.replaceAll(/[\u00ad\u200b\u2060\ufeff]/g, '');
}
