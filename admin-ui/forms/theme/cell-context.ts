import { createContext, use } from 'react';
import type { Leaf } from '../schema/leaves.ts';

/** One field of the layout as its template and control see it. */
export interface CellState {
  leaf: Leaf;
  required: boolean;
  readOnly: boolean;
  /** Marked «нет». */
  absent: boolean;
  setAbsent: (on: boolean) => void;
  /** Format asked for by the values beside it. */
  format: string | undefined;
  /** Title of the section; a field alone in a section of the same name need not say it twice. */
  sectionTitle: string;
}

export const CellContext = createContext<CellState | null>(null);
export const useCell = (): CellState | null => use(CellContext);
