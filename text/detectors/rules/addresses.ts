/** Streets with their numbers, as some countries write them, and the town behind them where there is one. */

import type { Finding } from '../../../model/personal-data.ts';

/** A word of a street's name; with what joins two of them at most four. */
const WORD = String.raw`\p{Lu}[\p{L}'’.-]{0,30}`;
const LINK = "(?:de la|de las|de los|de|du|des|del|della|delle|dei|d'|la|le|van|von|der|den|do|da|dos)";
const NAME = `(?:${LINK} )?${WORD}(?: (?:${LINK} )?${WORD}){0,3}`;
const NUMBER = String.raw`\d{1,5}(?:[ -]?[a-zA-Z]\b)?`;
const UNIT = String.raw`(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|#)\.? ?[\w-]{1,8})?`;
const TOWN_WORD = String.raw`\p{Lu}[\p{L}'’-]{0,30}`;
const TOWN = String.raw`(?:,? (?:[A-Z]{1,2}-)?\d{4,5}(?:[ -]\d{2,3}| [A-Z]{2})? ${TOWN_WORD}(?: ${TOWN_WORD}){0,2})?`;
const US_TOWN = String.raw`(?:,? ${TOWN_WORD}(?: ${TOWN_WORD}){0,2},? (?:[A-Z]{2},? \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}))?`;

/** As the post offices of these countries name them, long and short. */
const ENGLISH_KINDS =
  'Alley|Ave(?:nue)?|Bayou|Bend|Bluffs?|Blvd|Boulevard|Branch|Bridge|Brooks?|Bypass|Camp|Canyon|Cape|Causeway|Centers?|Cir(?:cle)?|Circles|Cliffs?|Close|Club|Common|Corners?|Course|Court|Courts|Coves?|Creek|Crescent|Crest|Crossing|Crossroad|Ct|Curve|Dale|Dam|Divide|Drives?|Dr|Estates?|Expressway|Extensions?|Falls|Ferry|Fields?|Flats?|Fords?|Forest|Forges?|Forks?|Fort|Freeway|Gardens?|Gateway|Glens?|Greens?|Groves?|Harbors?|Haven|Heights|Highway|Hwy|Hills?|Hollow|Inlet|Islands?|Isle|Junctions?|Keys?|Knolls?|Lakes?|Land|Landing|Lane|Ln|Lights?|Loaf|Locks?|Lodge|Loop|Mall|Manors?|Meadows?|Mews|Mills?|Mission|Motorway|Mount|Mountains?|Neck|Orchard|Oval|Overpass|Parks?|Parkways?|Pkwy|Pass|Passage|Path|Pike|Pines?|Pl|Place|Plains?|Plaza|Points?|Ports?|Prairie|Radial|Ramp|Ranch|Rapids?|Rest|Ridges?|River|Roads?|Rd|Route|Row|Rue|Run|Shoals?|Shores?|Skyway|Springs?|Spurs?|Sq|Squares?|St|Station|Stravenue|Stream|Streets?|Summit|Ter|Terrace|Throughway|Trace|Track|Trafficway|Trail|Tunnel|Turnpike|Underpass|Unions?|Valleys?|Via|Viaduct|Views?|Villages?|Ville|Vista|Walks?|Wall|Ways?|Wells?';
const FRENCH_KINDS =
  '[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Qq]uai|[Rr]oute|[Cc]ours|[Pp]assage|[Vv]oie|[Ss]quare|[Ff]aubourg|[Mm]ontée';
const SOUTHERN_KINDS =
  'Calle|C/|Avenida|Avda\\.|Paseo|Plaza|Plazuela|Camino|Ronda|Carretera|Urbanización|Travesía|Glorieta|Callejón|Calleja|Pasaje|Barrio|Barranco|Bulevar|Cuesta|Rambla|Polígono|Vía|Via|Viale|Piazza|Piazzale|Corso|Largo|Vicolo|Strada|Contrada|Borgo|Rua|Travessa|Alameda|Rodovia|ul\\.|al\\.|pl\\.|os\\.';

const FORMS: readonly RegExp[] = [
  // 221B Baker Street, London NW1 6XE
  form(String.raw`${NUMBER} (?:[NSEW]\.? )?${NAME} (?:${ENGLISH_KINDS})\b\.?${UNIT}${US_TOWN}`),
  // 14 The Grange, Springfield, IL 62701: a town with a state and a post code says what stands before them.
  form(
    String.raw`${NUMBER} ${WORD}(?: ${WORD}){0,3}${UNIT}, ${TOWN_WORD}(?: ${TOWN_WORD}){0,2}, [A-Z]{2},? \d{5}(?:-\d{4})?`,
  ),
  // Hauptstraße 12, 10115 Berlin; Keizersgracht 174, 1016 DW Amsterdam; Storgatan 5
  form(
    String.raw`(?:${WORD} |(?:Am|An|Im|Zur|Zum|In) (?:der |dem |den )?)?\p{Lu}[\p{L}.-]{0,30}(?:straße|strasse|str\.|weg|allee|platz|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|dijk|gatan|vägen|vej|gade|gata|veien) ${NUMBER}${TOWN}`,
  ),
  form(
    String.raw`(?:${WORD} ){1,3}(?:Straße|Strasse|Str\.|Weg|Allee|Platz|Gasse|Ring|Damm|Ufer) ${NUMBER}${TOWN}`,
  ),
  form(
    String.raw`(?:Am|An der|An den|Auf der|Auf dem|Im|In der|In den|Zur|Zum|Unter den) ${WORD} \d{1,3}[a-z]?\b${TOWN}`,
  ),
  // 12 rue de la Paix, 75002 Paris
  form(String.raw`\d{1,4}(?: ?bis| ?ter)?,? (?:${FRENCH_KINDS}) (?:[dl]['’])?${NAME}${TOWN}`),
  // Calle de Alcalá 48, 28014 Madrid; Via Garibaldi, 7; ul. Długa 14; Rua Augusta, 900
  form(String.raw`(?:${SOUTHERN_KINDS}) ?${NAME},? (?:nº ?|n\. ?)?(?:${NUMBER}|s/n\.?)${TOWN}`),
  // Lindenhof 4, 8001 Zürich: a post code and a town say what stands before them.
  form(
    String.raw`${NAME},? (?:\d{1,4}[a-zA-Z]?|s/n\.?), (?:[A-Z]{1,2}-)?(?:\d{4,5}|\d{2}-\d{3}|\d{4} [A-Z]{2}) ${TOWN_WORD}(?: ${TOWN_WORD}){0,2}`,
  ),
  // P.O. Box 1234
  form(String.raw`(?:P\.? ?O\.? Box|Postfach|Apartado(?: de Correos)?) \d{1,6}`),
];

function form(pattern: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${pattern}`, 'gu');
}

export function findAddresses(text: string): readonly Finding[] {
  return FORMS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ 0: match, index }) => ({
      kind: 'ADDRESS' as const,
      start: index,
      end: index + match.length,
      confidence: 0.8,
    })),
  );
}
