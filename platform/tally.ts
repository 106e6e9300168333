/**
 * Events that come in floods, told in few words: the first of a kind soon, its repetitions together at the end of a
 * minute, with their number. So that a flood of refusals costs neither the request nor the log that keeps them: each
 * owner of events has so many words, and what is beyond them is told together, once a minute.
 */

export interface Tallied<Event> {
  readonly event: Event;
  /** How often it came since it was last told. */
  readonly count: number;
}

export interface Tally<Event> {
  /** Never waits. */
  note(event: Event): void;
  /** Tells all that there is, whether it is due or not. */
  flush(): Promise<void>;
  /** Tells what is left. */
  close(): Promise<void>;
}

export interface TallyOptions<Event> {
  /** Equal for events of the same kind. */
  readonly keyOf: (event: Event) => string;
  /** Whose events these are: who floods uses up no words but these. */
  readonly ownerOf: (event: Event) => string;
  /** What is still said of an event that is told together with others; few texts in all. */
  readonly sumUnder: (event: Event) => string;
  /** What stands for those of an owner beyond its words, each sum with its number. */
  readonly together: (owner: string, sums: ReadonlyMap<string, number>) => Event;
  /** One that rejects is told the same again later. */
  readonly tell: (events: readonly Tallied<Event>[]) => Promise<void>;
  /** Hears why something could not be told. */
  readonly onFailure: (error: unknown) => void;
  readonly limits?: Partial<TallyLimits>;
}

export interface TallyLimits {
  /** How often it is looked whether there is something to tell, in ms. */
  readonly everyMs: number;
  /** Repetitions of a kind are told this often, in ms. */
  readonly repeatedMs: number;
  /** Kinds of one owner, and of all owners, that are told apart at a time. */
  readonly kindsMax: number;
  readonly kindsOfAllMax: number;
  readonly ownersMax: number;
  /** Events of one owner that are told by themselves: so many at once, and so many more in an hour. */
  readonly wordsMax: number;
  readonly wordsAnHour: number;
  /** Events that are told in one call. */
  readonly toldMax: number;
}

const DEFAULTS: TallyLimits = {
  ...{ everyMs: 1_000, repeatedMs: 60_000, toldMax: 500 },
  ...{ kindsMax: 500, kindsOfAllMax: 5_000, ownersMax: 1_000 },
  ...{ wordsMax: 1_000, wordsAnHour: 400 },
};
/** Sums that are told apart of one owner. */
const SUMS_MAX = 20;
const OTHER_SUMS = 'others';
const HOUR_MS = 3_600_000;
/** Whose events those of owners beyond the most are. */
const NOBODY = '';

interface Kind<Event> {
  readonly event: Event;
  count: number;
  /** When it was last told; null for never. */
  toldAt: number | null;
  /** Whether a word was taken for it that is not said yet. */
  hasWord: boolean;
}

interface Owner<Event> {
  readonly kinds: Map<string, Kind<Event>>;
  readonly sums: Map<string, number>;
  /** When the sums were last told; null for never. */
  sumsToldAt: number | null;
  /** The moment at which all its words are there again. */
  wholeAt: number;
}

/** Something to tell, and what is to be done once it was told. */
interface Due<Event> {
  readonly told: Tallied<Event>;
  done(): void;
}

export function createTally<Event>(options: TallyOptions<Event>): Tally<Event> {
  const { keyOf, ownerOf, sumUnder, together, tell, onFailure } = options;
  const limits = { ...DEFAULTS, ...options.limits };
  const owners = new Map<string, Owner<Event>>();
  let kindsOfAll = 0;
  let telling: Promise<void> = Promise.resolve();

  const ownerNamed = (name: string): Owner<Event> => {
    const held = owners.has(name) || owners.size < limits.ownersMax ? name : NOBODY;
    const owner = owners.get(held) ?? { kinds: new Map(), sums: new Map(), sumsToldAt: null, wholeAt: 0 };
    owners.set(held, owner);
    return owner;
  };
  const isDue = (toldAt: number | null) => toldAt === null || performance.now() - toldAt >= limits.repeatedMs;
  const dueOf = (name: string, owner: Owner<Event>, isLast: boolean): readonly Due<Event>[] => {
    const said: Due<Event>[] = [];
    for (const kind of owner.kinds.values()) {
      if (kind.count === 0 || !(isLast || isDue(kind.toldAt))) continue;
      kind.hasWord ||= takeWord(owner, limits);
      if (kind.hasWord) said.push(dueKind(kind));
      else {
        addTo(owner.sums, sumUnder(kind.event), kind.count);
        kind.count = 0;
      }
    }
    if (owner.sums.size > 0 && (isLast || isDue(owner.sumsToldAt)))
      said.push(dueSums(owner, (sums) => together(name, sums)));
    return said;
  };
  const tellThose = async (isLast: boolean): Promise<void> => {
    const all = [...owners].flatMap(([name, owner]) => dueOf(name, owner, isLast));
    for (let at = 0; at < all.length; at += limits.toldMax) {
      const some = all.slice(at, at + limits.toldMax);
      await tell(some.map(({ told }) => told));
      for (const { done } of some) done();
    }
  };
  const look = (isLast: boolean): Promise<void> => {
    telling = telling.then(() => tellThose(isLast).catch(onFailure));
    return telling;
  };
  const forgetSilent = (): void => {
    for (const [name, { kinds, sums, sumsToldAt, wholeAt }] of owners) {
      for (const [key, { count, toldAt }] of kinds)
        if (count === 0 && isDue(toldAt) && kinds.delete(key)) kindsOfAll--;
      const isSilent = kinds.size === 0 && sums.size === 0 && isDue(sumsToldAt);
      if (isSilent && wholeAt <= performance.now()) owners.delete(name);
    }
  };
  const timer = setInterval(() => {
    forgetSilent();
    void look(false);
  }, limits.everyMs).unref();

  return {
    note: (event) => {
      const { kinds, sums } = ownerNamed(ownerOf(event));
      const known = kinds.get(keyOf(event));
      if (known !== undefined) known.count++;
      else if (kinds.size >= limits.kindsMax || kindsOfAll >= limits.kindsOfAllMax)
        addTo(sums, sumUnder(event), 1);
      else {
        kinds.set(keyOf(event), { event, count: 1, toldAt: null, hasWord: false });
        kindsOfAll++;
      }
    },
    flush: () => look(true),
    close: async () => {
      clearInterval(timer);
      await look(true);
    },
  };
}

function dueKind<Event>(kind: Kind<Event>): Due<Event> {
  const { event, count } = kind;
  return {
    told: { event, count },
    done: () => {
      kind.count -= count;
      kind.toldAt = performance.now();
      kind.hasWord = false;
    },
  };
}

function dueSums<Event>(
  owner: Owner<Event>,
  together: (sums: ReadonlyMap<string, number>) => Event,
): Due<Event> {
  const sums = new Map(owner.sums);
  const count = [...sums.values()].reduce((all, one) => all + one, 0);
  return {
    told: { event: together(sums), count },
    done: () => {
      for (const [name, told] of sums) {
        const left = (owner.sums.get(name) ?? 0) - told;
        if (left > 0) owner.sums.set(name, left);
        else owner.sums.delete(name);
      }
      owner.sumsToldAt = performance.now();
    },
  };
}

function addTo(sums: Map<string, number>, name: string, count: number): void {
  const held = sums.has(name) || sums.size < SUMS_MAX ? name : OTHER_SUMS;
  sums.set(held, (sums.get(held) ?? 0) + count);
}

/** Words come back evenly, as points do to a limit. */
function takeWord(owner: Owner<unknown>, { wordsMax, wordsAnHour }: TallyLimits): boolean {
  const now = performance.now();
  const eachMs = HOUR_MS / wordsAnHour;
  const wholeAt = Math.max(owner.wholeAt, now) + eachMs;
  if (wholeAt - now > wordsMax * eachMs) return false;
  owner.wholeAt = wholeAt;
  return true;
}
