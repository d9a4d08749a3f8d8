import { Button, Group, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestDetail } from '../../../core/storage/requests/request.types.ts';
import { ApiProblem } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';
import { type RequestAct, useRequestAct } from '../../api/request-queries.ts';
import { errorCode } from '../../components/states.tsx';
import { links } from '../../links.ts';
import '../duplicates/duplicates.css';
import { MergeFacts } from '../duplicates/merge-preview.tsx';
import { PersonFacts } from '../duplicates/person-facts.tsx';
import { type Choice, Differences } from './differences.tsx';

/** A card that has changed since is decided field by field; a refusal needs a sentence. */
export function DecisionForm({ request }: { request: RequestDetail }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const appointment = useAppointment();
  const act = useRequestAct(request.id);
  const titleId = useId();
  const [comment, setComment] = useState('');
  const [fault, setFault] = useState<string>();
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(
    () =>
      new Map(
        request.fields.filter(field => !field.conflict).map(field => [field.path, 'proposed' as const]),
      ),
  );
  const partly =
    request.kind === 'card' && (request.fields.length > 1 || request.fields.some(one => one.conflict));
  const open = request.fields.filter(field => !choices.has(field.path));
  const chosen = (choice: Choice) => [...choices].filter(([, one]) => one === choice).map(([path]) => path);
  const perform = async (body: RequestAct) => {
    setFault(undefined);
    try {
      await act.mutateAsync(body);
      notifications.show({
        color: 'green',
        message: t(`requests.done.${body.act}`),
        closeButtonProps: { 'aria-label': t('close') },
      });
      await navigate({ to: links.requests(appointment) });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setFault(error.errors[0]?.message ?? `${error.detail} (${errorCode(error)})`);
    }
  };
  const approve = () => {
    if (open.length > 0) return setFault(t('requests.chooseEach'));
    const note = comment.trim() ? { comment: comment.trim() } : {};
    const [keep, take] = [chosen('present'), chosen('proposed')];
    void perform({ act: 'approve', version: request.version, keep, take, ...note });
  };
  const refuse = () => {
    if (comment.trim() === '') return setFault(t('requests.sayWhy'));
    void perform({ act: 'refuse', comment: comment.trim() });
  };
  return (
    <section className="k-panel k-request-part" aria-labelledby={titleId}>
      <h2 id={titleId}>{t(request.may.decide ? 'requests.differences' : 'requests.own')}</h2>
      {request.may.decide && request.fields.length > 0 && (
        <Differences
          entity={request.entity}
          fields={request.fields}
          {...(partly
            ? {
                choices,
                onChoose: (path: string, choice: Choice) => setChoices(new Map([...choices, [path, choice]])),
              }
            : {})}
        />
      )}
      {request.merge && (
        <>
          <PersonFacts person={request.merge.keep} differs={request.merge.fields.map(one => one.name)} />
          <PersonFacts person={request.merge.drop} differs={request.merge.fields.map(one => one.name)} />
          <MergeFacts preview={request.merge} />
        </>
      )}
      {request.fields.some(field => field.conflict) && (
        <div className="k-note" data-tone="warn">
          <strong>{t('requests.moved.title')}</strong>
          <p>{t('requests.moved.text')}</p>
        </div>
      )}
      {request.may.decide && (
        <Textarea
          label={t('requests.comment')}
          description={t('requests.comment.help')}
          value={comment}
          maxLength={1000}
          autosize
          minRows={2}
          onChange={event => setComment(event.currentTarget.value)}
        />
      )}
      {fault && (
        <p role="alert" className="k-request-fault">
          {fault}
        </p>
      )}
      <Group gap="xs" justify="flex-end">
        {request.may.withdraw && (
          <Button variant="default" loading={act.isPending} onClick={() => void perform({ act: 'withdraw' })}>
            {t('requests.withdraw')}
          </Button>
        )}
        {request.may.decide && (
          <>
            <Button variant="default" disabled={act.isPending} onClick={refuse}>
              {t('requests.refuse')}
            </Button>
            <Button loading={act.isPending} onClick={approve}>
              {t('requests.approve')}
            </Button>
          </>
        )}
      </Group>
    </section>
  );
}
