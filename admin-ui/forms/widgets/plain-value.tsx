import { useTranslation } from 'react-i18next';
import { showDay } from '../../../core/formats/dates.ts';
import { AppLink } from '../../components/app-link.tsx';
import { codeText, type FormEnvironment, useFormEnvironment } from '../environment.ts';
import type { Leaf } from '../schema/leaves.ts';
import { showValue } from '../validation/formats.ts';
import { isEmpty } from '../values/paths.ts';
import css from './controls.module.css';

/** A value as people read it; empty text for nothing. */
export function plainText(
  leaf: Leaf,
  value: unknown,
  environment: FormEnvironment,
  t: (key: string) => string,
): string {
  if (leaf.kind === 'boolean') return value === true ? t('form.yes') : value === false ? t('form.no') : '';
  if (isEmpty(value)) return '';
  // Rows inside a row: how many there are; the card itself shows them.
  if (leaf.row) return Array.isArray(value) ? String(value.length) : '';
  switch (leaf.kind) {
    case 'dictionary':
      return codeText(environment, leaf.dictionary, value);
    case 'codes':
      return (value as unknown[]).map(code => codeText(environment, leaf.dictionary, code)).join(', ');
    case 'texts':
      return (value as unknown[]).map(text => showValue(leaf.format, String(text))).join(', ');
    case 'date':
      return showDay(String(value));
    case 'number':
      return String(value).replace('.', ',');
    case 'ref':
      return (leaf.ref && environment.references.caption(leaf.ref, String(value))) || t('form.ref.unnamed');
    default:
      return showValue(leaf.format, String(value));
  }
}

/** What may not be edited is shown as text, never as a greyed input. */
export function PlainValue({ leaf, value }: { leaf: Leaf; value: unknown }) {
  const { t } = useTranslation();
  const environment = useFormEnvironment();
  const text = plainText(leaf, value, environment, t);
  const href =
    leaf.kind === 'ref' && leaf.ref && text ? environment.cardHref?.(leaf.ref, String(value)) : undefined;
  return (
    <div className={css.plain}>
      {!text && <span className={css.nothing}>{t('form.empty')}</span>}
      {text && (href ? <AppLink to={href}>{text}</AppLink> : text)}
    </div>
  );
}
