/** What a full stop may stand behind without ending a sentence, by what has to follow. All in lower case. */

/** A name or a word always follows: these end no sentence. */
export const NEVER_LAST: ReadonlySet<string> = words(`
  mr mrs ms mx messrs dr drs prof rev hon gen col capt cpt lt sgt cpl maj cmdr adm gov sen rep pres amb mt ft
  mme mlle mm sr sra srta dra hr fr vs cf viz eg ie e.g i.e ca approx resp incl excl
  z.b d.h h.c bzw vgl ggf evtl sog p.ex p.ej т.е им ул см напр`);

/** They are abbreviations before a number and words of their own before anything else: `No. 5`, but `No. It is not.` */
export const BEFORE_NUMBER: ReadonlySet<string> = words(`
  no nos nr vol vols fig figs eq eqs ch sec art par pt op p pp ed`);

/** They may end a sentence: one does where the next word is such as begins one. */
export const MAYBE_LAST: ReadonlySet<string> = words(`
  st jr etc al inc ltd co corp plc bros dept univ assn ave blvd rd est a.m p.m ph.d ee.uu c b d
  jan feb mar apr jun jul aug sep sept oct nov dec tue tues thu thur thurs fri`);

/** Words that begin a sentence far more often than they are part of a name. */
export const SENTENCE_OPENERS: ReadonlySet<string> = words(`
  he she it they we you this that these those the there here his her its their our my in on at after before during
  when while as but and so if for from by with however although since then thus also because both some many most all
  not what who why how where today later once until another each`);

/** Months that a day with a full stop precedes: `am 3. Oktober`. */
export const MONTHS_AFTER_DAY: ReadonlySet<string> = words(`
  januar jänner februar märz april mai juni juli august september oktober november dezember`);

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
