import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/queries.ts';
import { AppLink } from '../../components/app-link.tsx';
import { useFormEnvironment } from '../environment.ts';
import { type ControlProps, inputProps } from './control.types.ts';
import css from './controls.module.css';

/** Another record, found by a few letters of its caption. The caption shown is the server's. */
export function RefControl(props: ControlProps) {
  const { t } = useTranslation();
  const { references, cardHref } = useFormEnvironment();
  const entity = props.leaf.ref ?? '';
  const id = props.value === undefined || props.value === null ? '' : String(props.value);
  const caption = id ? (references.caption(entity, id) ?? t('form.ref.unnamed')) : '';
  const [typed, setTyped] = useState(caption);
  const [active, setActive] = useState(false);
  const [asked] = useDebouncedValue(typed === caption ? '' : typed.trim(), 250);
  const answer = useList(entity, { limit: 20, ...(asked ? { q: asked } : {}) }, active);

  useEffect(() => setTyped(caption), [caption]);

  const items = answer.data?.items ?? [];
  const data = items.map(item => ({ value: String(item.id), label: item.label }));
  if (id && !data.some(option => option.value === id)) data.unshift({ value: id, label: caption });
  return (
    <div className={css.ref}>
      <Select
        {...inputProps(props)}
        value={id || null}
        data={data}
        searchable
        clearable={!props.leaf.required}
        clearButtonProps={{ 'aria-label': t('form.clear') }}
        searchValue={typed}
        onSearchChange={setTyped}
        filter={({ options }) => options}
        onFocus={() => setActive(true)}
        onChange={chosen => {
          const item = items.find(candidate => String(candidate.id) === chosen);
          if (item) references.learn(entity, String(item.id), item.label);
          // Organisations are numbered; all other records have uuids.
          props.onChange(chosen === null ? undefined : typeof item?.id === 'number' ? item.id : chosen);
        }}
        nothingFoundMessage={answer.isError ? t('form.ref.failed') : t('form.nothingFound')}
        rightSection={answer.isFetching && active ? <Loader size={14} /> : undefined}
      />
      {id && cardHref && !props.ariaLabel && (
        <AppLink to={cardHref(entity, id)} className={`${css.refLink} k-caption`}>
          {t('form.ref.open')}
        </AppLink>
      )}
    </div>
  );
}
