/** Parts of the cards as the regulations speak of them, with the fields of each; written by hand. */
export type Kind =
  | 'student'
  | 'guardian'
  | 'consent'
  | 'achievement'
  | 'support'
  | 'psychologist-note'
  | 'prevention-record';

/** Part of a card -> paths of its fields. */
export const parts = {
  student: {
    name: ['person.lastName', 'person.firstName', 'person.middleName'],
    birth: ['person.birthDate', 'person.sex'],
    snils: ['person.snils'],
    place: ['status', 'currentGroup'],
    enrolment: ['enrolledOn', 'enrolmentOrder'],
    shift: ['shift'],
    file: ['personalFileNumber'],
    document: ['document.type', 'document.series', 'document.number', 'document.issuedOn'],
    phones: ['homePhone', 'mobilePhone'],
    email: ['email'],
    addresses: ['residence.city', 'residence.street', 'registration.city'],
    health: ['health.group', 'health.peGroup', 'health.conditions'],
    policy: ['policy.number', 'policy.issuer'],
    computer: ['hasComputer'],
    family: ['familyComposition'],
    social: ['socialStatus'],
    additional: ['additionalInformation'],
  },
  guardian: {
    name: ['person.lastName', 'person.firstName', 'person.middleName'],
    birth: ['person.birthDate', 'person.sex'],
    document: ['document.series', 'document.number'],
    addresses: ['residence.city', 'registration.city'],
    homePhone: ['homePhone'],
    mobilePhone: ['mobilePhone'],
    email: ['email'],
    education: ['education'],
    workplace: ['workplace'],
    position: ['position'],
    workPhone: ['workPhone'],
  },
  consent: { all: ['purpose', 'form', 'number', 'signedOn', 'signedBy', 'signerName', 'validUntil'] },
  achievement: {
    what: ['title', 'kind', 'level', 'result', 'achievedOn', 'organiser', 'mentor', 'paper', 'description'],
    confirmed: ['confirmed'],
  },
  support: {
    all: ['conclusionNumber', 'conclusionDate', 'ovzType', 'disability', 'programme', 'conditions'],
  },
  'psychologist-note': {
    what: ['kind', 'writtenOn'],
    advice: ['recommendations'],
    characteristic: ['request', 'methods', 'conclusion'],
  },
  'prevention-record': { all: ['kind', 'startedOn', 'endedOn', 'ground'] },
} as const satisfies Record<Kind, Record<string, readonly string[]>>;

export const pathsOf = (kind: Kind, names: readonly string[]): string[] =>
  names.flatMap(name => [...((parts[kind] as Record<string, readonly string[]>)[name] ?? [])]);

export const allPaths = (kind: Kind): string[] => Object.values(parts[kind]).flat();

/** A value each field may be changed to; fields kept by the system or made of rows have none. */
export const another: { [kind in Kind]?: Record<string, unknown> } = {
  student: {
    'person.middleName': 'Пробович',
    shift: '2',
    personalFileNumber: 'Ю-9001',
    'document.issuedOn': '2026-01-15',
    homePhone: '+73412555011',
    mobilePhone: '+79990000011',
    email: 'new@example.ru',
    'residence.street': 'улица Проверочная',
    'registration.city': 'город Проверочный',
    'health.conditions': 'Здоров',
    'health.group': '2',
    'policy.issuer': 'АО «Проверка»',
    hasComputer: false,
    familyComposition: 'full-large',
    additionalInformation: 'Проверка',
  },
  guardian: { mobilePhone: '+79990000022', workplace: 'ООО «Проверка»', email: 'parent@example.ru' },
  consent: { number: 'С-9001' },
  achievement: { title: 'Проверочная олимпиада', confirmed: true },
  support: { conclusionNumber: '9001', conditions: 'Проверка' },
  'psychologist-note': { conclusion: 'Проверочная характеристика', recommendations: 'Проверочный совет' },
  'prevention-record': { ground: 'Проверочное основание' },
};
