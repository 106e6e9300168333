/** English function words, a closed class: capitalised only where a sentence begins, and never a name alone. */

const WORDS = `
a about above after again against all also although am an and another any are as at away back be because been before
being below besides between both but by can could despite did do does down due during each either else even ever every
few finally first for former from further had has have he hence her here hers him his how however i if in indeed instead
into is it its just last later like many may me meanwhile might more moreover most much must my near neither never
nevertheless no nor not note notably now of off often on once one only onto or other others our out over own per perhaps
several shall she should since so some soon still such than that the their them then there therefore these they this
those though through throughout thus to together today too two three under unlike until up upon us use used using was
we were what when where whereas whether which while who whom whose why will with within without would yes yet you your
born see
`;

export const FUNCTION_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
