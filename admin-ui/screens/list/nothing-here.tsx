import { Button } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { ButtonLink } from '../../components/button-link.tsx';
import { EmptyState } from '../../components/states.tsx';
import { links } from '../../links.ts';

interface NothingHereProps {
  description: EntityDescription;
  /** Conditions are set: the rows may exist, only not these. */
  narrowed: boolean;
  /** A part of the list that the menu names. */
  part: boolean;
  appointment: string;
  onClear: () => void;
}

/** Nothing found and nothing yet are different news and want different actions. */
export function NothingHere({ description, narrowed, part, appointment, onClear }: NothingHereProps) {
  const { t } = useTranslation();
  if (narrowed) {
    return (
      <EmptyState
        title={t('list.nothingFound.title')}
        text={t('list.nothingFound.text')}
        icon={<IconFilterOff size={28} stroke={1.5} />}
      >
        <Button size="sm" variant="default" onClick={onClear}>
          {t('filter.clear')}
        </Button>
      </EmptyState>
    );
  }
  if (part) return <EmptyState title={t('list.part.empty')} />;
  return (
    <EmptyState
      title={t('list.empty.title')}
      text={description.can.create ? t('list.empty.text') : t('list.empty.noRight')}
    >
      {description.can.create && (
        <ButtonLink to={links.newCard(appointment, description.id)}>{t('list.add')}</ButtonLink>
      )}
    </EmptyState>
  );
}
