import { useTranslation } from 'react-i18next';
import { showDay } from '../../../core/formats/dates.ts';
import { useFormerNames } from '../../api/queries.ts';

/** «ранее Девичья (до 12.05.2020, свидетельство о браке)» */
export function FormerNames({ entity, id }: { entity: string; id: string }) {
  const { t } = useTranslation();
  const names = useFormerNames(entity, id).data ?? [];
  if (names.length === 0) return null;
  const said = names.map(name => {
    const whole = [name.lastName, name.firstName, name.middleName].filter(Boolean).join(' ');
    const until = name.until ? t('card.former.until', { day: showDay(name.until) }) : '';
    const more = [until, name.document].filter(Boolean).join(', ');
    return more ? `${whole} (${more})` : whole;
  });
  return <p>{t('card.former', { names: said.join('; ') })}</p>;
}
