/**
 * Events that come in floods, told in few words: the first of a kind soon, its repetitions together at the end of a
 * minute, with their number. So that a flood of refusals costs neither the request nor the log that keeps them.
 */

export interface Tallied<Event> {
  readonly event: Event;
  /** How often it came since it was last told. */
  readonly count: number;
}

export interface Tally<Event> {
  /** Never waits. */
  note(event: Event): void;
  /** Tells what is left. */
  close(): Promise<void>;
}

export interface TallyOptions<Event> {
  /** Equal for events of the same kind. */
  readonly keyOf: (event: Event) => string;
  /** What stands for events of all kinds beyond `kindsMax`. */
  readonly others: Event;
  /** One that rejects is told the same again later. */
  readonly tell: (events: readonly Tallied<Event>[]) => Promise<void>;
  /** Hears why something could not be told. */
  readonly onFailure: (error: unknown) => void;
  /** How often it is looked whether there is something to tell, in ms. */
  readonly everyMs?: number;
  /** Repetitions of a kind are told this often, in ms. */
  readonly repeatedMs?: number;
  readonly kindsMax?: number;
}

interface Kind<Event> {
  readonly event: Event;
  count: number;
  /** When it was last told; null for never. */
  toldAt: number | null;
}

const DEFAULTS = { everyMs: 1_000, repeatedMs: 60_000, kindsMax: 1_000 };

export function createTally<Event>(options: TallyOptions<Event>): Tally<Event> {
  const { keyOf, others, tell, onFailure, everyMs, repeatedMs, kindsMax } = { ...DEFAULTS, ...options };
  const kinds = new Map<string, Kind<Event>>();
  let telling: Promise<void> = Promise.resolve();

  const tellThose = async (due: readonly Kind<Event>[]): Promise<void> => {
    const told = due.filter(({ count }) => count > 0).map((kind) => ({ kind, count: kind.count }));
    if (told.length === 0) return;
    await tell(told.map(({ kind: { event }, count }) => ({ event, count })));
    for (const { kind, count } of told) {
      kind.count -= count;
      kind.toldAt = performance.now();
    }
  };
  const look = (isDue: (kind: Kind<Event>) => boolean): Promise<void> => {
    telling = telling.then(() => tellThose([...kinds.values()].filter(isDue)).catch(onFailure));
    return telling;
  };
  const timer = setInterval(() => {
    const now = performance.now();
    const isDue = ({ toldAt }: Kind<Event>) => toldAt === null || now - toldAt >= repeatedMs;
    for (const [key, kind] of kinds) if (kind.count === 0 && isDue(kind)) kinds.delete(key);
    void look(isDue);
  }, everyMs).unref();

  return {
    note: (event) => {
      const isRoom = kinds.has(keyOf(event)) || kinds.size < kindsMax;
      const counted = isRoom ? event : others;
      const kind = kinds.get(keyOf(counted)) ?? { event: counted, count: 0, toldAt: null };
      kind.count++;
      kinds.set(keyOf(counted), kind);
    },
    close: async () => {
      clearInterval(timer);
      await look(() => true);
    },
  };
}
