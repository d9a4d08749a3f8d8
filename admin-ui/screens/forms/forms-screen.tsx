import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppointment, useSession } from '../../api/queries.ts';
import { DataTable } from '../../components/data-table.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { links } from '../../links.ts';
import { byTitle } from './by-title.ts';
import { DictionaryDialog } from './dictionary-dialog.tsx';
import { useDesignedKinds, useDictionaries } from './form-queries.ts';
import type { DesignedKind } from './types.ts';
import './forms.css';

/** Kinds of cards and dictionaries that the designer may shape for the own level. */
export function FormsScreen() {
  const { t } = useTranslation();
  const session = useSession();
  const [creating, setCreating] = useState(false);
  useDocumentTitle(t('constructor.title'));
  return (
    <>
      <PageHeader
        title={t('constructor.title')}
        help={t('constructor.help')}
        detail={session.data && t('constructor.for', { name: session.data.active.organisation.name })}
        actions={
          <Button variant="default" onClick={() => setCreating(true)}>
            {t('constructor.dictionary.new')}
          </Button>
        }
      />
      <div className="k-forms">
        <Kinds />
        <Dictionaries />
      </div>
      {creating && <DictionaryDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function Kinds() {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const kinds = useDesignedKinds();
  if (kinds.isError) return <ErrorState error={kinds.error} onRetry={kinds.refetch} />;
  if (!kinds.data) return <LoadingLines />;
  if (kinds.data.length === 0)
    return <EmptyState title={t('constructor.none.title')} text={t('constructor.none.text')} />;
  return (
    <section className="k-panel" aria-labelledby="forms-cards">
      <h2 id="forms-cards">{t('constructor.cards')}</h2>
      <DataTable
        caption={t('constructor.cards')}
        columns={[
          { key: 'title', title: t('constructor.card') },
          { key: 'state', title: t('constructor.state') },
          { key: 'published', title: t('constructor.published') },
        ]}
        rows={kinds.data.map(kind => ({
          id: kind.entity,
          to: links.form(appointment, kind.entity),
          cells: [
            kind.title,
            <KindState key="state" kind={kind} />,
            <KindVersion key="version" kind={kind} />,
          ],
        }))}
      />
    </section>
  );
}

function KindState({ kind }: { kind: DesignedKind }) {
  const { t } = useTranslation();
  if (kind.changed) return <StatusBadge tone="warn">{t('constructor.changed')}</StatusBadge>;
  return kind.published ? (
    <StatusBadge tone="ok">{t('constructor.inForce')}</StatusBadge>
  ) : (
    <StatusBadge tone="plain">{t('constructor.asInstalled')}</StatusBadge>
  );
}

function KindVersion({ kind }: { kind: DesignedKind }) {
  const { t } = useTranslation();
  if (kind.published === undefined) return <span className="k-muted">—</span>;
  return <span>{t('constructor.version.number', { number: kind.published })}</span>;
}

function Dictionaries() {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const dictionaries = useDictionaries();
  if (dictionaries.isError) return <ErrorState error={dictionaries.error} onRetry={dictionaries.refetch} />;
  if (!dictionaries.data) return <LoadingLines />;
  return (
    <section className="k-panel" aria-labelledby="forms-dictionaries">
      <h2 id="forms-dictionaries">{t('constructor.dictionaries')}</h2>
      <DataTable
        caption={t('constructor.dictionaries')}
        columns={[{ key: 'title', title: t('constructor.dictionary') }]}
        rows={[...dictionaries.data].sort(byTitle).map(({ id, title }) => ({
          id,
          to: links.dictionary(appointment, id),
          cells: [title],
        }))}
      />
    </section>
  );
}
