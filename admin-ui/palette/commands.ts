import { fold } from '../shell/appointment-groups.ts';
import { otherLayout } from './keyboard-layout.ts';

/** One line of the palette: a section, an action or a record. */
export interface Command {
  id: string;
  group: string;
  title: string;
  detail?: string;
  to: string;
  /** Search parameters of the address. */
  search?: Record<string, string>;
}

/** Commands whose title has every typed word, in either keyboard layout; all of them for an empty box. */
export function matchCommands(commands: readonly Command[], typed: string): Command[] {
  const wanted = [fold(typed), fold(otherLayout(typed))].map(text => text.split(/\s+/).filter(Boolean));
  return commands.filter(({ title, group }) => {
    const text = fold(`${title} ${group}`);
    return wanted.some(words => words.every(word => text.includes(word)));
  });
}
