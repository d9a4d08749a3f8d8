import { useState } from 'react';
import type { ColumnDescription, EntityDescription } from '../../../core/forms/description.types.ts';

const key = (login: string, entity: string) => `kartoteka.columns.${login}.${entity}`;

function stored(login: string, entity: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key(login, entity)) ?? 'null');
    return Array.isArray(value) ? value.filter(path => typeof path === 'string') : undefined;
  } catch {
    return undefined;
  }
}

/** Columns of the list: the reader's own choice in this browser (names of fields only), else the card's. */
export function useShownColumns(login: string, description: EntityDescription) {
  const [chosen, setChosen] = useState(() => stored(login, description.id));
  const known = (paths: string[]) =>
    paths.flatMap((path): ColumnDescription[] => {
      const column = description.columns.find(candidate => candidate.path === path);
      return column ? [column] : [];
    });
  const own = known(chosen ?? []);
  const columns = own.length > 0 ? own : known(description.list.columns);
  const choose = (paths: string[] | undefined) => {
    setChosen(paths);
    if (paths === undefined) localStorage.removeItem(key(login, description.id));
    else localStorage.setItem(key(login, description.id), JSON.stringify(paths));
  };
  return { columns, choose, changed: own.length > 0 };
}
