// Made by `npm run gen` from the cards of this plugin. Do not edit.

/**
 * One organisation's card of a student: identity, papers, contacts, addresses, health, family. Status and group are kept by movement records.
 */
export interface Student {
  person: {
    lastName: string;
    firstName: string;
    middleName?: string;
    birthDate: string;
    sex: string;
    snils?: string;
  };
  status?: string;
  currentGroup?: string;
  enrolledOn?: string;
  enrolmentOrder?: string;
  shift?: string;
  personalFileNumber?: string;
  /**
   * An identity document; series and number are checked by its type.
   */
  document?: {
    type: string;
    series?: string;
    number?: string;
    issuedOn?: string;
    issuedBy?: string;
  };
  homePhone?: string;
  mobilePhone?: string;
  email?: string;
  /**
   * A postal address in Russia, in parts.
   */
  residence?: {
    postcode?: string;
    region?: string;
    municipality?: string;
    city?: string;
    street?: string;
    house?: string;
    flat?: string;
  };
  /**
   * A postal address in Russia, in parts.
   */
  registration?: {
    postcode?: string;
    region?: string;
    municipality?: string;
    city?: string;
    street?: string;
    house?: string;
    flat?: string;
  };
  health?: {
    group?: string;
    peGroup?: string;
    conditions?: string;
  };
  /**
   * A policy of compulsory medical insurance; only the single number (enp) is checked.
   */
  policy?: {
    kind: string;
    number: string;
    issuer?: string;
  };
  hasComputer?: boolean;
  familyComposition?: string;
  socialStatus?: {
    id?: string;
    category: string;
    from?: string;
    until?: string;
    document?: string;
    documentNumber?: string;
    documentDate?: string;
  }[];
  additionalInformation?: string;
}

/**
 * One organisation's card of a parent or another legal representative; siblings share it.
 */
export interface Guardian {
  person: {
    lastName: string;
    firstName: string;
    middleName?: string;
    birthDate?: string;
    sex?: string;
    snils?: string;
  };
  /**
   * An identity document; series and number are checked by its type.
   */
  document?: {
    type: string;
    series?: string;
    number?: string;
    issuedOn?: string;
    issuedBy?: string;
  };
  /**
   * A postal address in Russia, in parts.
   */
  residence?: {
    postcode?: string;
    region?: string;
    municipality?: string;
    city?: string;
    street?: string;
    house?: string;
    flat?: string;
  };
  /**
   * A postal address in Russia, in parts.
   */
  registration?: {
    postcode?: string;
    region?: string;
    municipality?: string;
    city?: string;
    street?: string;
    house?: string;
    flat?: string;
  };
  homePhone?: string;
  mobilePhone?: string;
  email?: string;
  education?: string;
  workplace?: string;
  position?: string;
  workPhone?: string;
}

/**
 * Who represents a student and as whom.
 */
export interface Guardianship {
  student: string;
  guardian: string;
  kinship: string;
  livesTogether?: boolean;
}

/**
 * Consent of one person to processing for one purpose: who signed, when, how, until when.
 */
export interface Consent {
  person: {
    lastName: string;
    firstName: string;
    middleName?: string;
    birthDate?: string;
  };
  purpose: string;
  form: string;
  number?: string;
  signedOn: string;
  signedBy?: string;
  signerName?: string;
  textVersion?: string;
  validUntil?: string;
  withdrawnOn?: string;
  withdrawalReason?: string;
}

/**
 * An achievement of a student: olympiad, competition, club work; entered by the class teacher or by the student and then confirmed.
 */
export interface Achievement {
  student: string;
  title: string;
  kind: string;
  subject?: string;
  level?: string;
  result?: string;
  achievedOn: string;
  organiser?: string;
  mentor?: string;
  paper?: string;
  paperNumber?: string;
  description?: string;
  confirmed?: boolean;
}

/**
 * Special needs of a student by a conclusion of the psycho-medical-pedagogical commission: type of limits of health, disability, adapted programme; the latest one counts.
 */
export interface Support {
  student: string;
  conclusionNumber: string;
  conclusionDate: string;
  validUntil?: string;
  commission?: string;
  ovzType?: string;
  disability?: string;
  disabilityUntil?: string;
  programme?: string;
  conditions?: string;
}

/**
 * A psychologist's characteristic of a student; written by the psychologist alone, the advice for teachers is read by the class teacher.
 */
export interface PsychologistNote {
  student: string;
  kind: string;
  writtenOn: string;
  request?: string;
  methods?: string;
  conclusion: string;
  recommendations?: string;
}

/**
 * A student's standing on a preventive register; written only by the deputy head for prevention.
 */
export interface PreventionRecord {
  student: string;
  kind: string;
  startedOn: string;
  endedOn?: string;
  ground?: string;
}
