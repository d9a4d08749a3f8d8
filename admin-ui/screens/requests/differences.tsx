import { Radio } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { JsonValue } from '../../../core/storage/gateway.types.ts';
import type { RequestField } from '../../../core/storage/requests/request.types.ts';
import { useEntity } from '../../api/queries.ts';
import { useValueWords } from '../../components/use-value-words.ts';
import { valueText } from '../../components/value-text.ts';
import { type FormEnvironment, References } from '../../forms/environment.ts';
import { prepareForm } from '../../forms/schema/prepare.ts';
import { describeValue } from '../../forms/values/describe-value.ts';

export type Choice = 'proposed' | 'present';

interface DifferencesProps {
  entity: string;
  fields: RequestField[];
  /** What was decided about each field: those whose value stayed. */
  kept?: string[];
  /** Where the reader decides: which value each field is to have. */
  choices?: ReadonlyMap<string, Choice>;
  onChoose?: (path: string, choice: Choice) => void;
}

/** Field by field: as it was, as it is proposed, and as it is now where that is something else again. */
export function Differences({ entity, fields, kept = [], choices, onChoose }: DifferencesProps) {
  const { t } = useTranslation();
  const say = useValueOf(entity);
  const moved = fields.some(field => field.conflict);
  const decides = choices !== undefined && onChoose !== undefined;
  return (
    <table className="k-differ" data-moved={moved || undefined}>
      <thead>
        <tr>
          <th scope="col">{t('requests.field')}</th>
          <th scope="col">{t('requests.before')}</th>
          <th scope="col">{t('requests.proposed')}</th>
          {moved && <th scope="col">{t('requests.present')}</th>}
          {decides && <th scope="col">{t('requests.choice')}</th>}
        </tr>
      </thead>
      <tbody>
        {fields.map(field => (
          <tr key={field.path} data-conflict={field.conflict || undefined}>
            <th scope="row">
              {field.title}
              {kept.includes(field.path) && <span className="k-caption k-muted"> {t('requests.kept')}</span>}
            </th>
            <td data-label={t('requests.before')}>
              <del>{say(field.path, field.before)}</del>
            </td>
            <td data-label={t('requests.proposed')}>
              <ins>{say(field.path, field.proposed)}</ins>
            </td>
            {moved && (
              <td data-label={t('requests.present')}>
                {field.conflict ? <strong>{say(field.path, field.present)}</strong> : '—'}
              </td>
            )}
            {decides && (
              <td data-label={t('requests.choice')}>
                <Radio.Group
                  value={choices.get(field.path) ?? ''}
                  onChange={value => onChoose(field.path, value as Choice)}
                  aria-label={field.title}
                >
                  <div className="k-differ-choice">
                    <Radio value="proposed" label={t('requests.take')} />
                    <Radio value="present" label={t('requests.keep')} />
                  </div>
                </Radio.Group>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Words for a value of a card of the kind: codes, days and masks as its form shows them. */
export function useValueOf(entity: string): (path: string, value: JsonValue | undefined) => string {
  const { t } = useTranslation();
  const words = useValueWords();
  const description = useEntity(entity).data;
  const environment = useMemo<FormEnvironment | undefined>(
    () =>
      description && {
        prepared: prepareForm(description),
        dictionaries: description.dictionaries,
        references: new References(),
        cardHref: undefined,
        narrow: false,
      },
    [description],
  );
  return (path, value) => {
    const leaf = environment?.prepared.leaves.get(path);
    const shown =
      environment && leaf
        ? describeValue(leaf, value ?? undefined, environment, t)
        : valueText(value, { kind: 'text' }, words);
    return shown || t('requests.nothing');
  };
}
