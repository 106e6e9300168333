/** What kind of thing a name means, by cues in it and around it. `THING` where there is none: a guess misleads. */

import { kindOfPseudonym } from '../../pseudonyms.ts';

const ORGANIZATION =
  /\b(?:University|College|School|Institute|Academy|Company|Corporation|Inc|Ltd|LLC|GmbH|Council|Commission|Committee|Association|Society|Party|Union|Club|Band|Records|Pictures|Studios?|Press|Agency|Department|Ministry|Bank|Church|Foundation|Group|Team|League|Orchestra|Museum|Library|Army|Navy|Airlines?|Airways)\b/;
const PLACE =
  /\b(?:City|County|River|Lake|Islands?|Mountains?|Mount|Peak|Valley|Street|Road|Park|Bay|Sea|Ocean|District|Province|State|Republic|Kingdom|Town|Village|Airport|Station|Bridge|Castle|Palace|Cathedral|Hill|Coast|Peninsula|Desert|Forest|Fort|Port)\b/;
const WORK =
  /\((?:\d{4} )?(?:\p{L}+ )*(?:film|song|album|novel|book|play|opera|series|game|magazine|journal)\)/iu;
const EVENT = /\b(?:War|Battle|Siege|Treaty|Olympics|Festival|Election|Revolution|Championships?|Games)\b/;
const HONORIFIC =
  /\b(?:Mr|Mrs|Ms|Dr|Sir|Lady|Lord|King|Queen|Prince|Princess|President|Saint|Pope|Bishop|Captain|General|Colonel|Professor)\b/;
const ACRONYM = /^[A-Z][A-Z0-9&.-]{1,7}$/;
const IDENTIFIER = /^(?!(?:Mc|Mac|De|La|Le|O'))\S*(?:[a-z][A-Z]|_)\S*$/;
const PLACE_BEFORE = /\b(?:in|at|near|from|to)\s$/;
const PERSON_AFTER =
  /^(?: ?\((?: ?born| ?died| ?\d|[^)]{0,40}\d{3,4} ?[–-])|,? (?:who|whom)\b| (?:was|is) an? [a-z -]*(?:actor|actress|singer|writer|player|politician|director|author|composer|footballer|musician|king|queen|poet|painter|engineer|scientist))/;
const AFTER_CHARACTERS = 90;
const BEFORE_CHARACTERS = 6;

/** The type of a name that stands at `start` of `text`. */
export function typeOf(name: string, text: string, start: number): string {
  const byName = typeOfName(name);
  if (byName !== 'THING') return byName;
  const end = start + name.length;
  if (PERSON_AFTER.test(text.slice(end, end + AFTER_CHARACTERS))) return 'PERSON';
  return PLACE_BEFORE.test(text.slice(Math.max(0, start - BEFORE_CHARACTERS), start)) ? 'PLACE' : 'THING';
}

/** By the name alone. */
export function typeOfName(name: string): string {
  const behind = kindOfPseudonym(name);
  if (behind !== null) return behind;
  if (ACRONYM.test(name)) return 'ACRONYM';
  if (IDENTIFIER.test(name)) return 'CODE';
  if (WORK.test(name)) return 'WORK';
  if (ORGANIZATION.test(name)) return 'ORGANIZATION';
  if (PLACE.test(name)) return 'PLACE';
  if (EVENT.test(name)) return 'EVENT';
  return HONORIFIC.test(name) ? 'PERSON' : 'THING';
}
