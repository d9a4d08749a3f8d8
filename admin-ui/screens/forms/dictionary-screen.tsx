import { Alert, Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { FailedScreen, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { links } from '../../links.ts';
import { useDictionaryItems, useSaveDictionary } from './form-queries.ts';
import { toggle } from './overlay-tree.ts';
import type { DictionaryAnswerOfLevels, DictionaryItemAnswer, OwnLayer } from './types.ts';
import './forms.css';

/** Values of one dictionary by levels: own ones are added and retired, those of above renamed and hidden. */
export function DictionaryScreen() {
  const { t } = useTranslation();
  const { dictionary = '' } = useParams({ strict: false }) as { dictionary?: string };
  const answer = useDictionaryItems(dictionary);
  useDocumentTitle(answer.data?.title, t('constructor.title'));
  if (answer.isError) return <FailedScreen error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <LoadingLines />;
  return <Editor key={`${dictionary} ${answer.data.version}`} answer={answer.data} />;
}

const whole = (own: Partial<OwnLayer>): OwnLayer => ({ add: [], relabel: [], hide: [], ...own });

function Editor({ answer }: { answer: DictionaryAnswerOfLevels }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const [own, setOwn] = useState<OwnLayer>(() => whole(answer.own));
  const [added, setAdded] = useState('');
  const save = useSaveDictionary(answer.id);
  const dirty = JSON.stringify(own) !== JSON.stringify(whole(answer.own)) || added.trim() !== '';
  const send = () => {
    const next = added.trim() === '' ? own : { ...own, add: [...own.add, { ru: added.trim() }] };
    save.mutate(
      { own: next, version: answer.version },
      { onSuccess: () => notifications.show({ message: t('constructor.dictionary.saved') }) },
    );
  };
  const fresh = own.add.filter(item => item.code === undefined);
  return (
    <>
      <PageHeader
        title={answer.title}
        crumbs={[{ title: t('constructor.title'), to: links.forms(appointment) }]}
        help={t('constructor.dictionary.help')}
        actions={
          <Button disabled={!dirty} loading={save.isPending} onClick={send}>
            {t('constructor.dictionary.save')}
          </Button>
        }
      />
      <div className="k-forms">
        <section className="k-panel k-dictionary" aria-label={answer.title}>
          {save.error instanceof ApiProblem && (
            <Alert color="red" variant="light" role="alert">
              {save.error.errors.map(({ message }) => message).join('. ') || save.error.detail}
            </Alert>
          )}
          <ul>
            {answer.items.map(item => (
              <ItemRow key={item.code} item={item} own={own} onChange={setOwn} />
            ))}
            {fresh.map((item, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a value that has no code yet has only its place
              <li key={`new ${index}`}>
                <span className="k-outline-name">{item.ru}</span>
                <StatusBadge tone="warn">{t('constructor.state.draft')}</StatusBadge>
              </li>
            ))}
          </ul>
          {answer.closed ? (
            <p className="k-caption k-muted">{t('constructor.dictionary.closed')}</p>
          ) : (
            <form
              className="k-row"
              onSubmit={event => {
                event.preventDefault();
                if (added.trim() === '') return;
                setOwn({ ...own, add: [...own.add, { ru: added.trim() }] });
                setAdded('');
              }}
            >
              <TextInput
                aria-label={t('constructor.dictionary.value')}
                placeholder={t('constructor.dictionary.value')}
                maxLength={200}
                value={added}
                onChange={event => setAdded(event.currentTarget.value)}
              />
              <Button type="submit" variant="default" disabled={added.trim() === ''}>
                {t('constructor.dictionary.add')}
              </Button>
            </form>
          )}
        </section>
      </div>
    </>
  );
}

interface ItemRowProps {
  item: DictionaryItemAnswer;
  own: OwnLayer;
  onChange: (own: OwnLayer) => void;
}

function ItemRow({ item, own, onChange }: ItemRowProps) {
  const { t } = useTranslation();
  const mine = own.add.find(one => one.code === item.code);
  const label = mine?.ru ?? own.relabel.find(one => one.code === item.code)?.ru ?? item.ru;
  const off = mine ? mine.retired === true : own.hide.includes(item.code);
  const rename = (ru: string) =>
    onChange(
      mine
        ? { ...own, add: own.add.map(one => (one === mine ? { ...one, ru } : one)) }
        : {
            ...own,
            relabel: [
              ...own.relabel.filter(one => one.code !== item.code),
              ...(ru.trim() === '' || ru === item.ru ? [] : [{ code: item.code, ru }]),
            ],
          },
    );
  const turn = () =>
    onChange(
      mine
        ? { ...own, add: own.add.map(one => (one === mine ? { ...one, retired: !off } : one)) }
        : { ...own, hide: toggle(own.hide, item.code, !off) },
    );
  return (
    <li data-hidden={off || undefined}>
      <TextInput
        className="k-grow"
        aria-label={t('constructor.dictionary.name', { code: item.code })}
        maxLength={200}
        value={label}
        onChange={event => rename(event.currentTarget.value)}
      />
      <span className="k-caption k-muted">{t(`constructor.level.${item.level}`)}</span>
      {off && <StatusBadge tone="plain">{t('constructor.hidden')}</StatusBadge>}
      <Button
        size="compact-sm"
        variant="default"
        onClick={turn}
        aria-label={`${t(off ? 'constructor.show' : 'constructor.hide')}: ${label}`}
      >
        {t(off ? 'constructor.show' : 'constructor.hide')}
      </Button>
    </li>
  );
}
