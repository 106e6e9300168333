/** What `trellis ingest` did, as a value for `--json` and as a sentence. */

export interface IngestFailure {
  readonly document: string;
  readonly message: string;
}

export interface IngestSummary {
  readonly files: number;
  /** Documents that the server took: a file of records holds many. */
  readonly documents: number;
  readonly unchanged: number;
  readonly jobs: readonly string[];
  readonly failures: readonly IngestFailure[];
}

export function describeSummary({ files, documents, unchanged, failures }: IngestSummary): string {
  const same = unchanged === documents && documents > 0 ? 'all' : String(unchanged);
  return `${count(documents, 'document')} from ${count(files, 'file')}: ${same} unchanged, ${failures.length} failed`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
