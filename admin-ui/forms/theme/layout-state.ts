import { createContext } from 'react';
import { NO_RULES, type RuleEffects } from '../schema/rules.ts';
import type { Values } from '../values/paths.ts';

/** How one form is drawn; stable while the form stands. */
export interface LayoutState {
  idPrefix: string;
  /** In a dialog or a wizard step: no boxes and headings of sections. */
  bare: boolean;
  isWritable: (path: string) => boolean;
  /** Why the field is shut: the purpose, in words, for which there is no consent. */
  blockedBy: (path: string) => string | undefined;
  /** Leads to where the consents stand; undefined where the form has no such place. */
  toConsents: (() => void) | undefined;
  rules: (values: Values) => RuleEffects;
}

export const LayoutStateContext = createContext<LayoutState>({
  idPrefix: 'form',
  bare: false,
  isWritable: () => true,
  blockedBy: () => undefined,
  toConsents: undefined,
  rules: () => NO_RULES,
});
