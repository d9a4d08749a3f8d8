import type { ComponentType } from 'react';
import type { ControlKind } from '../schema/leaves.ts';
import { BooleanControl } from './boolean-control.tsx';
import { CodesControl } from './codes-control.tsx';
import type { ControlProps } from './control.types.ts';
import { DateControl } from './date-control.tsx';
import { DictionaryControl } from './dictionary-control.tsx';
import { NumberControl } from './number-control.tsx';
import { RefControl } from './ref-control.tsx';
import { MultilineControl, TextControl } from './text-control.tsx';
import { TextsControl } from './texts-control.tsx';

/** Kinds of fields with one value; rows and relations have components of their own. */
const CONTROLS: Record<Exclude<ControlKind, 'rows' | 'relation'>, ComponentType<ControlProps>> = {
  text: TextControl,
  multiline: MultilineControl,
  number: NumberControl,
  boolean: BooleanControl,
  date: DateControl,
  dictionary: DictionaryControl,
  codes: CodesControl,
  texts: TextsControl,
  ref: RefControl,
};

export function Control(props: ControlProps & { format?: string | undefined }) {
  const { kind } = props.leaf;
  if (kind === 'rows' || kind === 'relation') return null;
  const Chosen = CONTROLS[kind];
  return <Chosen {...props} />;
}

/** Controls that are several inputs under one visible label: the label cannot point at one of them. */
export const isInputGroup = (kind: ControlKind, options: number): boolean => kind === 'codes' && options <= 8;
