// Made by `npm run gen` from the cards of this plugin. Do not edit.

/**
 * A member of staff of one organisation: identity, papers, contacts, posts, length of service. Post, status and hiring are kept by staff orders.
 */
export interface StaffMember {
  person: {
    lastName: string;
    firstName: string;
    middleName?: string;
    birthDate?: string;
    sex?: string;
    snils?: string;
  };
  mainPosition?: string;
  additionalPositions?: string[];
  employment?: string;
  status?: string;
  hiredOn?: string;
  hireOrderNumber?: string;
  hireOrderDate?: string;
  contractUntil?: string;
  dismissedOn?: string;
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
  inn?: string;
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
  homePhone?: string;
  workPhone?: string;
  email?: string;
  maritalStatus?: string;
  subjects?: string[];
  teachingActivity?: string[];
  service?: {
    totalFrom?: string;
    pedagogicalFrom?: string;
  };
  medicalUntil?: string;
}

/**
 * One education of a member of staff: level, institution, diploma, speciality.
 */
export interface EducationRecord {
  staff: string;
  level: string;
  institution: string;
  graduatedIn?: number;
  diplomaNumber?: string;
  diplomaIssuedOn?: string;
  speciality?: string;
  qualification?: string;
  honours?: boolean;
  degree?: string;
}

/**
 * One course of a member of staff: kind, subject, hours, days, certificate.
 */
export interface TrainingCourse {
  staff: string;
  kind: string;
  topic: string;
  institution?: string;
  hours?: number;
  form?: string;
  startedOn?: string;
  finishedOn: string;
  documentNumber?: string;
  documentIssuedOn?: string;
}

/**
 * One attestation of a member of staff: category or conformity, order, term.
 */
export interface Certification {
  staff: string;
  category: string;
  position?: string;
  appliedOn?: string;
  givenOn?: string;
  validUntil?: string;
  orderNumber?: string;
  orderDate?: string;
  authority?: string;
}

/**
 * One award of a member of staff.
 */
export interface Award {
  staff: string;
  kind: string;
  title?: string;
  awardedOn?: string;
  document?: string;
  awardedBy?: string;
}

/**
 * A methodical work, project, publication or another result of a member of staff, with its files.
 */
export interface PortfolioItem {
  staff: string;
  kind: string;
  title: string;
  madeOn?: string;
  level?: string;
  result?: string;
  subject?: string;
  description?: string;
  link?: string;
}

/**
 * An order about one member of staff: hiring, transfer, leave, dismissal. Keeps post and status of the card.
 */
export interface StaffOrder {
  staff: string;
  kind: string;
  number: string;
  orderedOn: string;
  effectiveOn: string;
  position?: string;
  employment?: string;
  until?: string;
  statusAfter?: string;
  text?: string;
  reason?: string;
}
