/** "Did you mean": the texts that take the fewest edits. */

/** Texts are compared up to here, in code units: an edit distance costs the product of two lengths. */
const COMPARED_LENGTH_MAX = 64;

/** At most `limit` of `texts`, nearest to `asked` first whatever their case, ties in the order given. */
export function nearestTexts(asked: string, texts: readonly string[], limit: number): readonly string[] {
  const target = comparable(asked);
  return texts
    .map((text, at) => ({ text, at, distance: editDistance(target, comparable(text)) }))
    .sort((left, right) => left.distance - right.distance || left.at - right.at)
    .slice(0, limit)
    .map(({ text }) => text);
}

function comparable(text: string): string {
  return text.toLowerCase().slice(0, COMPARED_LENGTH_MAX);
}

/** Insertions, deletions and replacements from one text to the other (Levenshtein 1966), row by row. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
