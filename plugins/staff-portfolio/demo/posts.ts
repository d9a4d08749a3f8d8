/** What the posts of the demo region mean for a card: who teaches and what. */
import type { DemoContext } from '#sdk';

const TEACHING = new Set([
  'uchitel',
  'vospitatel',
  'st-vospitatel',
  'pdo',
  'prepodavatel',
  'master-po',
  'ped-psiholog',
  'soc-pedagog',
  'muz-ruk',
  'instr-fk',
  'uchitel-logoped',
  'metodist',
  'ped-organizator',
  'st-vozhatyi',
  'director',
  'zaveduyushchij',
]);

/** Pedagogical workers, heads among them: they have a portfolio. */
export const isTeaching = (post: string): boolean => TEACHING.has(post) || post.startsWith('dep-u');

const SCHOOL = [
  ['rus', 'lit'],
  ['math', 'algebra', 'geometry'],
  ['foreign'],
  ['hist', 'soc'],
  ['phys', 'inf'],
  ['bio', 'chem'],
  ['geo'],
  ['pe'],
  ['labour', 'art'],
  ['music'],
  ['rus', 'lit-read', 'math', 'world'],
  ['rus', 'lit-read', 'math', 'world'],
];
const DIRECTIONS = [
  ['technical-direction'],
  ['art-direction'],
  ['sport-direction'],
  ['natural-direction'],
  ['tourism-direction'],
  ['social-direction'],
];
const BY_POST: Record<string, string[][]> = {
  uchitel: SCHOOL,
  pdo: DIRECTIONS,
  prepodavatel: [
    ['general-disciplines'],
    ['professional-modules'],
    ['rus', 'lit'],
    ['math'],
    ['hist', 'soc'],
  ],
  'master-po': [['training-practice']],
  vospitatel: [['preschool']],
  'muz-ruk': [['music']],
  'instr-fk': [['pe']],
  'uchitel-logoped': [['speech']],
};

export function subjectsOf({ random }: DemoContext, posts: readonly string[]): string[] {
  const sets = posts.flatMap(post => (BY_POST[post] ? [BY_POST[post]] : []));
  return sets.length === 0 ? [] : random.pick(sets[0] as string[][]);
}
