import { Button } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ListPage } from '../../api/types.ts';
import { PAGE_SIZE } from './list-query.ts';

interface PagerProps {
  page: ListPage | undefined;
  busy: boolean;
  /** Cursors of the pages seen so far in their order, the first one's being ''. */
  trail: string[];
  /** Cursor of this page; absent on the first. */
  after: string | undefined;
  label: string;
  onPage: (after: string, trail: string[]) => void;
}

/** Which rows these are, of how many, and the ways to the neighbouring pages. */
export function Pager({ page, busy, trail, after, label, onPage }: PagerProps) {
  const { t } = useTranslation();
  const at = trail.indexOf(after ?? '');
  // A page opened by its address knows nothing of the pages before it.
  const lost = at < 0;
  const start = at * PAGE_SIZE;
  const shown = page?.items.length ?? 0;
  const back = () => onPage(lost ? '' : (trail[at - 1] ?? ''), lost ? [''] : trail);
  const forward = () => {
    const next = page?.next ?? '';
    onPage(next, lost ? trail : [...trail.slice(0, at + 1), next]);
  };
  return (
    <nav className="k-pager" aria-label={label}>
      <span role="status" className="k-muted k-numbers">
        {page?.count === undefined
          ? ''
          : t('list.total', { count: page.count, shownCount: page.count.toLocaleString('ru') })}
        {shown > 0 && !lost && page?.count !== undefined && page.count > shown && (
          <> · {t('list.range', { from: start + 1, to: start + shown })}</>
        )}
      </span>
      <span className="k-grow" />
      {(after !== undefined || page?.next) && (
        <>
          <Button
            variant="default"
            size="sm"
            disabled={after === undefined || busy}
            onClick={back}
            leftSection={<IconChevronLeft size={16} aria-hidden />}
          >
            {t(lost ? 'list.first' : 'list.back')}
          </Button>
          <Button
            variant="default"
            size="sm"
            disabled={!page?.next || busy}
            onClick={forward}
            rightSection={<IconChevronRight size={16} aria-hidden />}
          >
            {t('list.forward')}
          </Button>
        </>
      )}
    </nav>
  );
}
