import { Alert, Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PreparedForm } from '../../forms/schema/prepare.ts';
import type { CardDraft } from './use-card-draft.ts';

interface DraftOfferProps {
  draft: CardDraft;
  prepared: PreparedForm;
  onTake: () => void;
  onDrop: () => void;
}

const NAMED = 5;

/** Tells of what was typed here before and not saved. */
export function DraftOffer({ draft, prepared, onTake, onDrop }: DraftOfferProps) {
  const { t, i18n } = useTranslation();
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const titles = draft.edits.flatMap(({ path }) => prepared.leaves.get(path)?.title ?? []);
  const more = titles.length - NAMED;
  return (
    <Alert
      color="yellow"
      variant="light"
      role="region"
      title={t('card.draft.title')}
      // The theme's own yellow on yellow cannot be read.
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      mb="md"
    >
      <p>
        {t('card.draft.text', { at: when.format(new Date(draft.changedAt)) })}{' '}
        {titles.slice(0, NAMED).join(', ')}
        {more > 0 && ` ${t('card.draft.more', { count: more })}`}
      </p>
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" onClick={onTake}>
          {t('card.draft.take')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onDrop}>
          {t('card.draft.drop')}
        </Button>
      </Group>
    </Alert>
  );
}
