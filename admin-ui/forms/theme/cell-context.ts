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
  /** «необязательно» is said where most neighbours are required. */
  optionalNote: boolean;
}

export const CellContext = createContext<CellState | null>(null);
export const useCell = (): CellState | null => use(CellContext);
