/**
 * Who sees and changes what in the cards of school 1, by the clauses of the regulations. Written by hand from
 * the regulations; nothing here is read from the grants.
 */
import type { Kind } from './cards.ts';

export type Rows = 'all' | 'families' | 'staff' | 'own-class' | 'own-children' | 'self' | 'none';

export interface Expected {
  clause: string;
  rows: Rows;
  /** Parts that are seen; what may be changed is seen too. */
  see?: string[];
  change?: string[];
}

export type Cards = Record<Kind, Expected>;

const nothing = (clause: string): Expected => ({ clause, rows: 'none' });

const STUDENT_KEPT = ['place', 'enrolment'];
const STUDENT_REST = [
  'document', 'phones', 'email', 'addresses', 'health', 'policy', 'computer', 'family', 'social', 'additional', 'shift',
]; // biome-ignore format: a list
const GUARDIAN_REST = [
  'document', 'addresses', 'homePhone', 'mobilePhone', 'email', 'education', 'workplace', 'position', 'workPhone',
]; // biome-ignore format: a list
const ACHIEVEMENT = ['what', 'confirmed'];

export const expected: Record<string, Cards> = {
  secretary: {
    student: {
      clause: 'S003-5.5',
      rows: 'all',
      see: STUDENT_KEPT,
      change: ['name', 'birth', 'snils', 'file', ...STUDENT_REST],
    },
    guardian: { clause: 'S003-5.5', rows: 'all', change: ['name', 'birth', ...GUARDIAN_REST] },
    consent: { clause: 'S003-8.6', rows: 'families', change: ['all'] },
    achievement: { clause: 'S003-5.5', rows: 'all', see: ACHIEVEMENT },
    support: nothing('S003-5.8'),
    'psychologist-note': nothing('S003-5.10'),
    'prevention-record': nothing('S003-5.7e'),
  },
  hr: {
    student: nothing('S003-5.6'),
    guardian: nothing('S003-5.6'),
    consent: { clause: 'S003-8.6', rows: 'staff', change: ['all'] },
    achievement: nothing('S003-5.6'),
    support: nothing('S003-5.6'),
    'psychologist-note': nothing('S003-5.10'),
    'prevention-record': nothing('S003-5.7e'),
  },
  'class-teacher': {
    student: {
      clause: 'S003-5.8',
      rows: 'own-class',
      see: ['name', 'birth', 'snils', 'file', ...STUDENT_KEPT],
      change: STUDENT_REST,
    },
    guardian: { clause: 'S003-5.8', rows: 'own-class', see: ['name', 'birth'], change: GUARDIAN_REST },
    consent: nothing('S003-8.6'),
    achievement: { clause: 'S003-5.8', rows: 'own-class', change: ACHIEVEMENT },
    support: { clause: 'S003-5.8b', rows: 'own-class', change: ['all'] },
    'psychologist-note': { clause: 'S003-5.10', rows: 'own-class', see: ['what', 'advice'] },
    'prevention-record': nothing('S003-5.7e'),
  },
  psychologist: {
    student: { clause: 'S003-5.10', rows: 'all', see: ['name', 'birth', 'place', 'shift'] },
    guardian: nothing('S003-5.10'),
    consent: nothing('S003-8.6'),
    achievement: nothing('S003-5.10'),
    support: nothing('S003-5.8b'),
    'psychologist-note': {
      clause: 'S003-5.10',
      rows: 'all',
      change: ['what', 'advice', 'characteristic'],
    },
    'prevention-record': nothing('S003-5.7e'),
  },
  'deputy-prevention': {
    student: {
      clause: 'S003-5.7e',
      rows: 'all',
      see: ['name', 'birth', 'snils', 'place', 'shift', 'phones', 'addresses', 'family', 'social'],
    },
    guardian: {
      clause: 'S003-5.7e',
      rows: 'all',
      see: ['name', 'birth', 'homePhone', 'mobilePhone', 'workplace'],
    },
    consent: nothing('S003-8.6'),
    achievement: nothing('S003-5.7e'),
    support: nothing('S003-5.8b'),
    'psychologist-note': nothing('S003-5.10'),
    'prevention-record': { clause: 'S003-5.7e', rows: 'all', change: ['all'] },
  },
  technical: {
    student: { clause: 'S003-5.11', rows: 'all', see: ['name', 'place', 'shift'] },
    guardian: nothing('S003-5.11'),
    consent: nothing('S003-5.11'),
    achievement: nothing('S003-5.11'),
    support: nothing('S003-5.11'),
    'psychologist-note': nothing('S003-5.10'),
    'prevention-record': nothing('S003-5.7e'),
  },
  parent: {
    student: {
      clause: 'S004-4.5',
      rows: 'own-children',
      see: [
        'name', 'birth', 'snils', 'file', ...STUDENT_KEPT,
        ...STUDENT_REST.filter(part => part !== 'additional'),
      ], // biome-ignore format: a list
    },
    guardian: { clause: 'S004-4.5', rows: 'self', see: ['name', 'birth', ...GUARDIAN_REST] },
    consent: { clause: 'S004-4.5', rows: 'self', see: ['all'] },
    achievement: { clause: 'S004-4.5', rows: 'own-children', see: ACHIEVEMENT },
    support: { clause: 'S004-4.5', rows: 'own-children', see: ['all'] },
    'psychologist-note': nothing('S003-5.10'),
    'prevention-record': nothing('S003-5.7e'),
  },
  student: {
    student: {
      clause: 'S004-4.5',
      rows: 'self',
      see: [
        'name', 'birth', 'snils', 'file', ...STUDENT_KEPT,
        ...STUDENT_REST.filter(part => part !== 'additional'),
      ], // biome-ignore format: a list
    },
    guardian: nothing('S004-4.5'),
    consent: { clause: 'S004-4.5', rows: 'self', see: ['all'] },
    achievement: { clause: 'S003-5.12', rows: 'self', see: ['confirmed'], change: ['what'] },
    support: nothing('S003-5.12'),
    'psychologist-note': nothing('S003-5.10'),
    'prevention-record': nothing('S003-5.7e'),
  },
};
