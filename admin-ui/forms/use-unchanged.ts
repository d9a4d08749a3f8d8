import { useLayoutEffect, useRef, useState } from 'react';

/**
 * One object for the life of the component whose functions are always those of the last drawing: parts that are
 * drawn only when their own props change may be given it. To be called in events, not while drawing.
 */
export function useUnchanged<T extends { [K in keyof T]: (...args: never[]) => unknown }>(functions: T): T {
  const latest = useRef(functions);
  useLayoutEffect(() => {
    latest.current = functions;
  });
  const [unchanged] = useState(() => {
    const call = (name: keyof T) => [name, (...args: never[]) => latest.current[name](...args)];
    return Object.fromEntries((Object.keys(functions) as (keyof T)[]).map(call)) as T;
  });
  return unchanged;
}
