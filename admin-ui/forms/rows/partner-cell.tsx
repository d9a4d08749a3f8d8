import { useTranslation } from 'react-i18next';
import { AppLink } from '../../components/app-link.tsx';
import { useFormEnvironment } from '../environment.ts';
import type { Leaf } from '../schema/leaves.ts';
import { useTarget } from '../use-target.ts';
import { showValue } from '../validation/formats.ts';
import { getAt, isObject } from '../values/paths.ts';
import { nameOfNew } from './row-values.ts';
import css from './rows.module.css';

/** Few facts of the other card beside its name: enough to call a mother without opening her card. */
const FACTS = 2;

/** Who stands in this row: a link to the card and its first facts (telephone, workplace). */
export function PartnerCell({ partner, value }: { partner: Leaf; value: unknown }) {
  const { t } = useTranslation();
  const { references, cardHref } = useFormEnvironment();
  const entity = partner.ref ?? '';
  const target = useTarget(entity);
  const isNew = isObject(value);
  const id = isNew ? '' : String(value ?? '');
  const record = isNew ? value : references.record(entity, id);
  const name = isNew
    ? nameOfNew(value, references)
    : (references.caption(entity, id) ?? t('form.ref.unnamed'));
  const facts = (target?.columns ?? [])
    .filter(column => target?.list.columns.includes(column.path) && !column.path.startsWith('person'))
    .map(column => {
      const fact = getAt(record, column.path);
      return typeof fact === 'string' && column.kind === 'text' ? showValue(column.format, fact) : '';
    })
    .filter(Boolean)
    .slice(0, FACTS);
  return (
    <div className={css.partner}>
      {isNew || !cardHref ? <span>{name}</span> : <AppLink to={cardHref(entity, id)}>{name}</AppLink>}
      {isNew && <span className="k-caption k-muted">{t('form.partner.new')}</span>}
      {facts.length > 0 && <span className="k-caption k-muted">{facts.join(' · ')}</span>}
    </div>
  );
}
