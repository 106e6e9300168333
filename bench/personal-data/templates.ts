/**
 * Sentences with places for personal data, `{PERSON}`, and for what looks like it, `{order}`. Two sets that share none:
 * rules may be made by looking at the first, and are measured on the second alone.
 */

export interface Templates {
  /** By the locale whose names, streets and numbers they take. */
  readonly [locale: string]: readonly string[];
}

export const TO_LOOK_AT: Templates = {
  en: [
    '{PERSON} joined the team in {month} and reports to {PERSON}.',
    'Dear Ms {SURNAME}, your order {order} has been shipped to {ADDRESS}.',
    'You can reach {PERSON} at {EMAIL} or call {PHONE}.',
    'The patient, {PERSON} (born {DATE_OF_BIRTH}), was admitted on {date}.',
    'Refund to card {CREDIT_CARD}, reference {order}.',
    'Login from {IP_ADDRESS} with client version {version}.',
    'My social security number is {US_SSN}, please keep it safe.',
    'Clone it from {URL_WITH_USER} and run the build.',
    'Transfer the deposit to {IBAN} before {date}.',
    'National Insurance number: {GB_NINO}.',
    'The {organisation} opened an office in {city} on {date}.',
    'Release {version} fixes the crash in build {order}, commit {hash}.',
    'ISBN {isbn}, {pages} pages, first printed in {year}.',
    'The request {uuid} took {number} ms and read {number} rows.',
    'Figure {small} shows the Graph Query Language in {month} {year}.',
    'The Golden Gate Bridge is in San Francisco, the Statue of Liberty in New York.',
  ],
  de: [
    'Sehr geehrte Frau {SURNAME}, Ihre Bestellung {order} ist unterwegs.',
    '{PERSON} wohnt in der {ADDRESS}.',
    'Ansprechpartner: {PERSON}, Tel. {PHONE}, {EMAIL}',
    'Geburtsdatum: {DATE_OF_BIRTH}, Steuer-ID: {DE_IDNR}',
    'Bitte überweisen Sie {number} Euro auf {IBAN}.',
    'Rechnung Nr. {order} vom {date}, fällig in {small} Tagen.',
    'Die {organisation} hat ihren Sitz in {city}.',
  ],
  fr: [
    'Madame {SURNAME} habite au {ADDRESS}.',
    '{PERSON}, née le {DATE_OF_BIRTH}, est joignable au {PHONE}.',
    'Facture {order} du {date}, à régler sur {IBAN}.',
  ],
  es: [
    'El cliente {PERSON} vive en {ADDRESS}.',
    'DNI {ES_DNI}, teléfono {PHONE}, correo {EMAIL}.',
    'Pedido {order} entregado en {city} el {date}.',
  ],
};

export const HELD_OUT: Templates = {
  en: [
    'Minutes: {PERSON} presented the figures; {PERSON} disagreed.',
    'Please forward this to {PERSON} <{EMAIL}> by Friday.',
    'Signed by {PERSON} of {organisation} in {city}.',
    'Emergency contact: {PERSON}, mobile {PHONE}.',
    'If I am out, ring {PHONE} and ask for {PERSON}.',
    'She was born on {DATE_OF_BIRTH} and moved to {ADDRESS} in {year}.',
    'Deliver to: {ADDRESS}',
    'DOB {DATE_OF_BIRTH}; SSN {US_SSN}; policy {order}.',
    'Paid with {CREDIT_CARD} (exp. {small}/{small}).',
    'Blocked {IP_ADDRESS} after {number} failed attempts; see ticket {order}.',
    'DATABASE_URL={URL_WITH_USER}',
    'Account holder {PERSON}, account {IBAN}.',
    'NI: {GB_NINO}, start date {date}.',
    'According to Professor {SURNAME}, the effect is small.',
    'Questions? Write to {EMAIL}.',
    'The parcel {order} left {city} at {time} on {date}.',
    'Upgrade from {version} to {version}; the checksum is {hash}.',
    'Between {year} and {year} revenue grew by {small} percent to {number} dollars.',
    'Coordinates {latitude}, {longitude}; elevation {number} m.',
    'Trace {uuid} ended with status {small} after {number} retries.',
    'The Nobel Prize in Physics was awarded by the Royal Academy in Stockholm.',
    'Part No. {order} replaces {order} as of {month} {year}.',
    'Section {version} of the manual covers Machine Learning and Knowledge Graphs.',
    'The {organisation} and the University of {city} signed a contract.',
  ],
  de: [
    'Guten Tag Herr {SURNAME}, wir haben Ihre Nachricht vom {date} erhalten.',
    'Kundin {PERSON} (geb. {DATE_OF_BIRTH}) wurde unter {PHONE} nicht erreicht.',
    'Lieferanschrift: {PERSON}, {ADDRESS}',
    'Die IdNr {DE_IDNR} gehört zu {PERSON}.',
    'Rückfragen an {EMAIL} oder telefonisch: {PHONE}',
    'Kontoverbindung {IBAN}, Verwendungszweck {order}',
    'Zugriff von {IP_ADDRESS} um {time} Uhr.',
    'Der Auftrag {order} umfasst {number} Teile, Stand {date}.',
    'Im Jahr {year} eröffnete die {organisation} ein Werk in {city}.',
  ],
  fr: [
    'Bonjour {PERSON}, votre colis {order} arrive le {date}.',
    'Monsieur {SURNAME}, né le {DATE_OF_BIRTH}, numéro {FR_NIR}.',
    'Adresse : {ADDRESS}. Téléphone : {PHONE}.',
    'La société {organisation} est installée à {city} depuis {year}.',
  ],
  es: [
    'Estimada Sra. {SURNAME}: su cita es el {date} a las {time}.',
    '{PERSON} nació el {DATE_OF_BIRTH} y reside en {ADDRESS}.',
    'NIF {ES_DNI}; móvil {PHONE}; cuenta {IBAN}.',
    'La empresa {organisation} abrió en {city} en {year}.',
  ],
  it: [
    'Il signor {PERSON} abita in {ADDRESS}.',
    'Per informazioni: {EMAIL}, telefono {PHONE}.',
    'Ordine {order} del {date}, importo {number} euro.',
  ],
  nl: ['De heer {PERSON} woont op {ADDRESS}.', 'Bel {PHONE} of mail {EMAIL}.', 'Factuur {order} van {date}.'],
  pl: ['Klient {PERSON} podał numer telefonu {PHONE}.', 'PESEL {PL_PESEL}, konto {IBAN}.'],
};

/**
 * Of ages, apart: the sets above stay what they were when the other kinds were measured. Some say an age in words that no
 * rule knows, and some speak of what is so old and nobody.
 */
export const AGES_TO_LOOK_AT: Templates = {
  en: [
    '{PERSON}, {AGE} years old, was admitted on {date}.',
    'A {AGE}-year-old woman presented with pain.',
    'Patient aged {AGE}, from {city}.',
    'The warranty is valid for {small} years from {date}.',
    'On page {small} of the report, aged cheese is praised.',
  ],
  de: ['{PERSON}, {AGE} Jahre alt, wohnt in {city}.', 'Alter: {AGE}', 'Seit {small} Jahren in {city}.'],
  fr: ['{PERSON}, âgée de {AGE} ans, habite à {city}.', 'Depuis {small} ans à {city}.'],
  es: ['Edad: {AGE}. Ciudad: {city}.'],
};

export const AGES_HELD_OUT: Templates = {
  en: [
    'At the age of {AGE}, {PERSON} moved to {city}.',
    'Age: {AGE}; order {order}.',
    'The {AGE}-year-old plaintiff lives in {city}.',
    'He is {AGE} years of age and takes {small} mg a day.',
    'Subject {small}, {AGE} y/o, reported no pain.',
    'My grandmother turned {AGE} in {month}.',
    'The {small}-year-old bridge needs repair.',
    'The contract runs for {small} years from {date}.',
    'Build {version} is {small} months old.',
    'Bronze Age tools, {number} of them, were found in {year}.',
    'On average {small} requests took {number} ms over {small} years.',
  ],
  de: [
    'Im Alter von {AGE} Jahren zog {PERSON} nach {city}.',
    'Die {AGE}-jährige Klägerin wohnt in {city}.',
    'Vor {small} Jahren wurde die {organisation} gegründet.',
  ],
  fr: [
    'À l’âge de {AGE} ans, {PERSON} a déménagé.',
    'Un homme de {AGE} ans a été admis le {date}.',
    'Il y a {small} ans, la société {organisation} a ouvert à {city}.',
  ],
  es: ['Paciente de {AGE} años de edad.', 'Hace {small} años abrió en {city}.'],
  it: ['Paziente, età: {AGE}, di {city}.', 'Da {small} anni a {city}.'],
  nl: ['Een {AGE}-jarige man uit {city}.', 'Al {small} jaar in {city}.'],
  pl: ['Wiek: {AGE} lat.', 'Od {small} lat w {city}.'],
};
