/** The words that S001-4.5 wants on every paper, made in one place. */
import type { Actor } from '../access/actor.ts';
import type { Stamp } from './types.ts';
import { showInstant } from './values.ts';

export const SYSTEM_NAME = 'Картотека';

/**
 * @param subsystem title of the area the paper comes from
 * @param roleTitle title of the actor's role in the reader's language
 * @param composedAt instant of the run record, so that the same run gives the same paper (RP5)
 * @source S001-4.5
 */
export function makeStamp(
  actor: Pick<Actor, 'name' | 'organisationName'>,
  subsystem: string,
  composedAt: string | Date,
  more: { roleTitle?: string; parameters?: string[]; timeZone?: string } = {},
): Stamp {
  return {
    system: SYSTEM_NAME,
    subsystem,
    composedAt: showInstant(composedAt, more.timeZone ?? 'Europe/Moscow'),
    executor: [actor.name, more.roleTitle, actor.organisationName].filter(Boolean).join(', '),
    parameters: more.parameters ?? [],
  };
}

/** The stamp as lines of text, for sheets and CSV files. */
export function stampLines(stamp: Stamp): string[] {
  return [
    `Информационная система «${stamp.system}», подсистема «${stamp.subsystem}»`,
    `Дата составления: ${stamp.composedAt}`,
    `Исполнитель: ${stamp.executor}`,
    ...stamp.parameters,
  ];
}
