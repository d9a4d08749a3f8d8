import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { showDay } from '../../../core/formats/dates.ts';
import type { PersonMatch } from '../../../core/storage/gateway.types.ts';
import type { Values } from '../values/paths.ts';
import css from './people.module.css';
import { differences, matchName, ownRecord, type PersonChoice } from './person-match.ts';

interface MatchListProps {
  matches: PersonMatch[];
  typed: Values;
  entity: string;
  /** What to do with a person whose own card exists: open it, choose it, or add another for the same person. */
  recordAction: 'open' | 'choose' | 'another';
  titleOf: (field: string) => string;
  onChoice: (choice: PersonChoice) => void;
}

/** Look-alikes with what differs and where they stand: the reader decides, the system never guesses. */
export function MatchList({ matches, typed, entity, recordAction, titleOf, onChoice }: MatchListProps) {
  const { t } = useTranslation();
  return (
    <ul className={css.matches}>
      {matches.map(match => {
        const name = matchName(match);
        const record = recordAction === 'another' ? undefined : ownRecord(match, entity);
        const differing = differences(typed, match);
        return (
          <li key={match.id} className={css.match}>
            <div className={css.matchText}>
              <strong>{name}</strong>
              {match.birthDate && <span> · {t('form.people.born', { day: showDay(match.birthDate) })}</span>}
              {differing.length > 0 && (
                <p className={css.differs}>
                  {t('form.people.differs', { fields: differing.map(titleOf).join(', ').toLowerCase() })}
                </p>
              )}
              {match.facets.length > 0 && (
                <p className="k-caption k-muted">
                  {[
                    ...new Set(match.facets.map(facet => `${facet.entityTitle}: ${facet.organisation}`)),
                  ].join(' · ')}
                </p>
              )}
            </div>
            <Button
              size="sm"
              variant="default"
              aria-label={`${t(record ? `form.people.${recordAction}` : 'form.people.same')}: ${name}`}
              onClick={() =>
                onChoice(
                  record
                    ? { kind: 'record', id: record, label: name }
                    : { kind: 'person', person: { id: match.id }, label: name },
                )
              }
            >
              {t(record ? `form.people.${recordAction}` : 'form.people.same')}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
