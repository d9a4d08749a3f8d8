import { type RefObject, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pathOfId } from './field-ids.ts';
import type { PreparedForm } from './schema/prepare.ts';
import { effectsOf } from './schema/rules.ts';
import { isTrue } from './schema/truth.ts';
import {
  NO_PROBLEMS,
  type Problems,
  pathOf,
  pointerOf,
  problemsOutside,
  problemsWithin,
} from './validation/problems.ts';
import { shownProblems, withRequiredByRules } from './validation/shown-problems.ts';
import { makeCheck, newProblems } from './validation/validator.ts';
import { getAt, sameValue, type Values } from './values/paths.ts';

interface FormProblemsInput {
  prepared: PreparedForm;
  idPrefix: string;
  values: RefObject<Values>;
  /** What is saved already; undefined for a new record. Read when needed. */
  base: () => Values | undefined;
  initialProblems: Problems | undefined;
  onProblems: (problems: Problems) => void;
}

/**
 * Which faults a form shows, and when. `left`: the reader left a field, it is checked. `typed`: shown faults that
 * are mended go at once, new ones wait. `checkAll`: before saving. `add`: the server's, which stand until the
 * value they speak of is changed.
 */
export function useFormProblems(input: FormProblemsInput) {
  const { prepared, idPrefix, values } = input;
  const { t } = useTranslation();
  const latest = useRef(input);
  latest.current = input;
  const [problems, setProblems] = useState<Problems>(input.initialProblems ?? NO_PROBLEMS);
  const shown = useRef(problems);
  const [startRefused] = useState(() => valuesAt(problems, values.current));
  const refused = useRef<ReadonlyMap<string, unknown>>(startRefused);
  const check = useMemo(() => makeCheck(prepared), [prepared]);

  return useMemo(() => {
    const found = (): Problems => {
      const data = values.current;
      const base = latest.current.base();
      const bySchema = base ? newProblems(check(data), base, data, check) : check(data);
      const effects = effectsOf(prepared.rules, data, isTrue);
      const all = withRequiredByRules(bySchema, effects, data, prepared, t('form.error.fill'));
      return shownProblems(all, effects, prepared);
    };
    const isRefused = (pointer: string) =>
      refused.current.has(pointer) &&
      sameValue(refused.current.get(pointer), getAt(values.current, pathOf(pointer)));
    const publish = (next: Problems) => {
      if (sameProblems(next, shown.current)) return;
      shown.current = next;
      setProblems(next);
      latest.current.onProblems(next);
    };
    return {
      problems,
      check,
      typed: () => {
        if (shown.current.size === 0) return;
        const still = found();
        publish(new Map([...shown.current].filter(([pointer]) => still.has(pointer) || isRefused(pointer))));
      },
      left: (id: string) => {
        const path = pathOfId(id, idPrefix, prepared);
        if (path === undefined) return;
        // The control may have tidied its value while being left; wait until rjsf has taken it in.
        setTimeout(() => {
          const here = pointerOf(path);
          const kept = [...problemsWithin(shown.current, here)].filter(([pointer]) => isRefused(pointer));
          publish(
            new Map([...problemsOutside(shown.current, here), ...kept, ...problemsWithin(found(), here)]),
          );
        });
      },
      checkAll: (): Problems => {
        const all = found();
        publish(all);
        return all;
      },
      add: (more: Problems) => {
        refused.current = valuesAt(more, values.current);
        publish(new Map([...shown.current, ...more]));
      },
      clear: () => publish(NO_PROBLEMS),
    };
  }, [problems, check, prepared, idPrefix, values, t]);
}

const valuesAt = (problems: Problems, values: Values): Map<string, unknown> =>
  new Map([...problems.keys()].map(pointer => [pointer, getAt(values, pathOf(pointer))]));

const sameProblems = (left: Problems, right: Problems) =>
  left.size === right.size && [...left].every(([pointer, message]) => right.get(pointer) === message);
