import { Radio } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { showDay } from '../../../core/formats/dates.ts';
import type { MergeField, MergePreview, Side } from '../../../core/storage/people/people.types.ts';
import { fullName } from './person-facts.tsx';

interface MergeFactsProps {
  preview: MergePreview;
  /** Where the reader chooses; otherwise what was chosen is only shown. */
  onChoose?: (name: MergeField['name'], side: Side) => void;
}

/** What the person becomes, which cards come over, who is asked, and why it cannot be done. */
export function MergeFacts({ preview, onChoose }: MergeFactsProps) {
  const { t } = useTranslation();
  return (
    <div className="k-merge">
      {preview.conflicts.length > 0 && (
        <div className="k-note" data-tone="danger">
          <strong>{t('duplicates.conflict')}</strong>
          {preview.conflicts.map(conflict => (
            <p key={conflict.message}>{conflict.message}</p>
          ))}
        </div>
      )}
      {preview.fields.length > 0 && (
        <div className="k-merge-fields">
          {preview.fields.map(field => (
            <FieldChoice key={field.name} field={field} onChoose={onChoose} />
          ))}
        </div>
      )}
      <p>
        {t('duplicates.moves', {
          count: preview.cards.length,
          name: fullName(preview.keep),
          cards: preview.cards.map(card => `${card.entityTitle}, ${card.organisation}`).join('; '),
        })}
      </p>
      {preview.accounts > 0 && <p>{t('duplicates.accounts', { count: preview.accounts })}</p>}
      {preview.asks.length > 0 && (
        <div className="k-note" data-tone="info">
          <strong>{t('duplicates.asks')}</strong>
          <p>{preview.asks.join('; ')}</p>
        </div>
      )}
    </div>
  );
}

function FieldChoice({
  field,
  onChoose,
}: {
  field: MergeField;
  onChoose: MergeFactsProps['onChoose'] | undefined;
}) {
  const { t } = useTranslation();
  const say = (value: string | undefined) => {
    if (value === undefined) return t('requests.nothing');
    if (field.name === 'birthDate') return showDay(value);
    return field.name === 'sex' ? t(`duplicates.sex.${value}`) : value;
  };
  // Where one of the two is empty there is nothing to choose.
  const fixed = !onChoose || field.keep === undefined || field.drop === undefined;
  if (fixed)
    return (
      <p>
        <span className="k-muted">{field.title}:</span>{' '}
        <strong>{say(field.taken === 'keep' ? field.keep : field.drop)}</strong>
      </p>
    );
  return (
    <Radio.Group
      label={field.title}
      value={field.needed ? '' : field.taken}
      onChange={side => onChoose(field.name, side as Side)}
    >
      <div className="k-merge-sides">
        <Radio value="keep" label={say(field.keep)} />
        <Radio value="drop" label={say(field.drop)} />
      </div>
    </Radio.Group>
  );
}
