import { Button } from '@mantine/core';
import { IconAlertCircle, IconInbox, IconLock, IconMapPinOff, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/client.ts';
import { useDelayed } from './use-delayed.ts';
import { useDocumentTitle } from './use-document-title.ts';
import './states.css';

interface EmptyStateProps {
  /** One sentence: why there is nothing here. */
  title: string;
  text?: string | undefined;
  icon?: ReactNode;
  /** One action that helps. */
  children?: ReactNode;
}

export function EmptyState({ title, text, icon, children }: EmptyStateProps) {
  return (
    <div className="k-state">
      <span className="k-state-icon" aria-hidden>
        {icon ?? <IconInbox size={28} stroke={1.5} />}
      </span>
      <h2>{title}</h2>
      {text && <p className="k-muted">{text}</p>}
      {children && <div className="k-state-actions">{children}</div>}
    </div>
  );
}

interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
  children?: ReactNode;
}

/** What happened, what to do, and a code to quote. A refusal of the server keeps the server's own words. */
export function ErrorState({ error, onRetry, children }: ErrorStateProps) {
  const { t } = useTranslation();
  const kind = errorKind(error);
  const problem = error instanceof ApiProblem ? error : undefined;
  const Icon = ICONS[kind];
  return (
    <div className="k-state" role="alert">
      <span className="k-state-icon" data-kind={kind} aria-hidden>
        <Icon size={28} stroke={1.5} />
      </span>
      <h2>{t(`error.${kind}.title`)}</h2>
      <p className="k-muted">{problem?.detail || t(`error.${kind}.text`)}</p>
      <div className="k-state-actions">
        {onRetry && kind !== 'forbidden' && kind !== 'notFound' && (
          <Button size="sm" variant="default" onClick={onRetry}>
            {t('error.retry')}
          </Button>
        )}
        {children}
      </div>
      <p className="k-caption k-muted">{t('error.code', { code: errorCode(error) })}</p>
    </div>
  );
}

/** A screen that failed as a whole: the window's title says so too. */
export function FailedScreen(props: ErrorStateProps) {
  const { t } = useTranslation();
  useDocumentTitle(t(`error.${errorKind(props.error)}.title`));
  return <ErrorState {...props} />;
}

type ErrorKind = 'forbidden' | 'notFound' | 'network' | 'busy' | 'other';
const ICONS = {
  forbidden: IconLock,
  notFound: IconMapPinOff,
  network: IconPlugConnectedX,
  busy: IconAlertCircle,
  other: IconAlertCircle,
};

function errorKind(error: unknown): ErrorKind {
  if (!(error instanceof ApiProblem)) return 'other';
  if (error.status === 0) return 'network';
  if (error.status === 403) return 'forbidden';
  if (error.status === 404) return 'notFound';
  return error.status === 503 || error.status === 429 ? 'busy' : 'other';
}

/** Problem code and the server's number of this request, if it gave one. */
export function errorCode(error: unknown): string {
  if (!(error instanceof ApiProblem)) return 'UI';
  const request = error.members.requestId;
  return typeof request === 'string' ? `${error.code} · ${request}` : error.code;
}

/** Grey lines in the shape of what is coming; nothing at all for the first 200 ms. */
export function LoadingLines({ lines = 8 }: { lines?: number }) {
  const { t } = useTranslation();
  const late = useDelayed(true);
  return (
    <div className="k-lines" aria-busy="true">
      <span className="k-hidden" role="status">
        {late ? t('loading') : ''}
      </span>
      {late &&
        Array.from({ length: lines }, (_, index) => (
          <span key={index} className="k-line" style={{ width: `${92 - ((index * 17) % 40)}%` }} />
        ))}
    </div>
  );
}
