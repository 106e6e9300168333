/** Records, as they come, in pages of a certain size, also bounded by their bytes. */

import type { SetRecord } from './records.ts';

/** Records in memory at once, in bytes; a larger one goes alone. */
const PAGE_BYTES_MAX = 8 << 20;

export async function* pagesOf(
  records: AsyncIterable<readonly SetRecord[]>,
  limit: number,
): AsyncGenerator<readonly SetRecord[]> {
  let page: SetRecord[] = [];
  let bytes = 0;
  for await (const some of records) {
    for (const record of some) {
      if (page.length > 0 && (page.length >= limit || bytes + record.bytes > PAGE_BYTES_MAX)) {
        yield page;
        [page, bytes] = [[], 0];
      }
      page.push(record);
      bytes += record.bytes;
    }
  }
  if (page.length > 0) yield page;
}
