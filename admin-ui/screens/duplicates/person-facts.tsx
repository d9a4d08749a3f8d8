import { useTranslation } from 'react-i18next';
import { showDay } from '../../../core/formats/dates.ts';
import type { IdentityName, PersonView } from '../../../core/storage/people/people.types.ts';
import { useAppointment } from '../../api/queries.ts';
import { AppLink } from '../../components/app-link.tsx';
import { links } from '../../links.ts';

export const fullName = (person: PersonView): string =>
  [person.lastName, person.firstName, person.middleName].filter(Boolean).join(' ');

/** Who it is, in few words, and where they stand; what differs from the other entry stands out. */
export function PersonFacts({
  person,
  differs = [],
}: {
  person: PersonView;
  differs?: readonly IdentityName[];
}) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const mark = (name: IdentityName) => (differs.includes(name) ? '' : undefined);
  const named = (['lastName', 'firstName', 'middleName'] as const).some(name => differs.includes(name));
  return (
    <div className="k-twin">
      <p className="k-twin-name" data-differs={named || undefined}>
        {fullName(person)}
      </p>
      <p className="k-caption">
        <span data-differs={mark('birthDate')}>
          {person.birthDate ? showDay(person.birthDate) : t('duplicates.undated')}
        </span>
        {person.sex && <span data-differs={mark('sex')}> · {t(`duplicates.sex.${person.sex}`)}</span>}
        {person.snils && (
          <span data-differs={mark('snils')}> · {t('duplicates.snils', { number: person.snils })}</span>
        )}
      </p>
      <ul className="k-twin-places k-caption">
        {person.facets.map(facet => (
          <li key={`${facet.entity} ${facet.organisation} ${facet.recordId ?? ''}`}>
            {facet.recordId ? (
              <AppLink to={links.card(appointment, facet.entity, facet.recordId)}>
                {facet.entityTitle}
              </AppLink>
            ) : (
              facet.entityTitle
            )}
            , {facet.organisation}
          </li>
        ))}
      </ul>
    </div>
  );
}
