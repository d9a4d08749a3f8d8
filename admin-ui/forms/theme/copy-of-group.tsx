import { Checkbox } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Block } from '../schema/layout.ts';
import { getAt, isEmpty, sameValue, type Values } from '../values/paths.ts';

export interface GroupCopy {
  title: string;
  /** The group follows the other one and is not shown. */
  linked: boolean;
  setLinked: (on: boolean) => void;
}

/** «Совпадает с местом жительства»: while on, the second group follows the first and its fields are put away. */
export function useCopyOfGroup(
  block: Block,
  values: Values,
  onChange: FieldProps['onChange'],
): GroupCopy | undefined {
  const from = block.copyOf && getAt(values, block.copyOf.path);
  const own = block.group && getAt(values, block.group);
  const [linked, setLinked] = useState(() => !isEmpty(from) && sameValue(from, own));
  const { group } = block;
  const behind = linked && !sameValue(from, own);
  useEffect(() => {
    if (behind && group) onChange(from, group.split('.'));
  }, [behind, from, group, onChange]);
  if (!block.copyOf || !group || block.rows.flat().every(cell => cell.leaf.readOnly)) return undefined;
  return { title: block.copyOf.title, linked, setLinked };
}

/** Russian nominative to instrumental for the titles that such groups have. */
const instrumental = (title: string) =>
  title.replace(/^Место(?= )/, 'местом').replace(/^Адрес(?= |$)/, 'адресом');

export function CopyOfGroup({ copy }: { copy: GroupCopy }) {
  const { t } = useTranslation();
  const declined = instrumental(copy.title);
  return (
    <Checkbox
      size="xs"
      checked={copy.linked}
      onChange={event => copy.setLinked(event.currentTarget.checked)}
      label={
        declined === copy.title
          ? t('form.sameAs', { title: copy.title })
          : t('form.sameAs.declined', { title: declined, original: copy.title })
      }
    />
  );
}
